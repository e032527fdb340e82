#!/usr/bin/env bash
# Time of `check` on a project of 5,000 pages with 50,000 references to facts: `bash benches/check.sh [RUNS]`.
# The pages are made here: 2,500 in each language, each with headings, a link, a footnote, a table and ten references.
# Two cores, as the budget says; the smallest time is the one least disturbed by others.
set -euo pipefail
cd "$(dirname "$0")/.."
runs="${1:-5}"
cargo build --release --quiet
binary="$PWD/target/release/stage6"
place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT
cp -r config content site "$place/"
mkdir -p "$place/var/audit/stage6"
cp -r var/audit/stage6/{market_intel,signal_quality} var/audit/stage6/*.md var/audit/stage6/*.csv "$place/var/audit/stage6/"
cd "$place"
python3 - "$binary" "$runs" <<'PYTHON'
import json, os, resource, subprocess, sys, time
binary, runs = sys.argv[1], int(sys.argv[2])
listed = json.loads(subprocess.run([binary, "facts", "stress_lab.*", "--json"], check=True, stdout=subprocess.PIPE).stdout)
ids = [fact["id"] for fact in listed["facts"]]
words = "The limit of a scenario is what trading, risk, compliance and operations agreed on that day. "
for language in ("pl", "en"):
    os.makedirs(f"content/{language}/load", exist_ok=True)
    for number in range(2500):
        shown = [f"`fact:{ids[(number * 10 + turn) % len(ids)]}`" for turn in range(10)]
        text = f"---\ntitle: \"Page {number}\"\nsummary: \"A page.\"\nsection: review\norder: {1000 + number}\n---\n\n"
        text += f"## First {{#first}}\n\n{words * 3}It is {shown[0]} and {shown[1]}.[^core]\n\n"
        text += "| Metric | Limit |\n|---|---|\n" + "".join(f"| metric | {fact} |\n" for fact in shown[2:8])
        text += f"\n## Second {{#second}}\n\n{words * 3}It is {shown[8]}, then {shown[9]}; see [the other](p{(number + 1) % 2500}.md#first).\n"
        text += "\n[^core]: [Configuration](../../../config/core.yaml#L1).\n"
        open(f"content/{language}/load/p{number}.md", "w").write(text)
cores = sorted(os.sched_getaffinity(0))[:2]
times = []
for _ in range(runs):
    start = time.perf_counter()
    subprocess.run(["taskset", "-c", ",".join(map(str, cores)), binary, "check"], check=True, stdout=subprocess.DEVNULL)
    times.append(time.perf_counter() - start)
times.sort()
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
print(f"stage6 check, 5,000 pages: fastest {times[0]:.2f} s, median {times[len(times) // 2]:.2f} s of {runs}, {peak:.0f} MB")
PYTHON
