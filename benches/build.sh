#!/usr/bin/env bash
# Time and memory of a whole sample build, warm, in release mode: `bash benches/build.sh [RUNS]`.
# Each run is a process of its own on a copy of the sample; the smallest time is the one least disturbed by others.
set -euo pipefail
cd "$(dirname "$0")/.."
runs="${1:-15}"
cargo build --release --quiet
binary="$PWD/target/release/stage6"
place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT
cp -r config content site "$place/"
mkdir -p "$place/var/audit/stage6"
cp -r var/audit/stage6/market_intel var/audit/stage6/signal_quality var/audit/stage6/*.md "$place/var/audit/stage6/"
cd "$place"
"$binary" build >/dev/null 2>&1
python3 - "$binary" "$runs" "$OLDPWD/templates/footer.html" <<'PYTHON'
import itertools, pathlib, resource, subprocess, sys, time
binary, runs, footer = sys.argv[1], int(sys.argv[2]), pathlib.Path(sys.argv[3]).read_text()
page, own = pathlib.Path("content/en/benchmark.md"), pathlib.Path("templates/footer.html")
text, moments = page.read_text(), itertools.count(1)
own.parent.mkdir()
same = ("--date", "2026-11-30T12:00:00Z")
def other():
    second = next(moments)
    return ("--date", f"2026-11-30T13:{second // 60:02}:{second % 60:02}Z")
def edit_page():
    page.write_text(f"{text}\n{'Words. ' * (next(moments) % 9 + 1)}\n")
    return same
def edit_template():
    own.write_text(f"{footer}<!-- {next(moments)} -->\n")
    return same
def run(*arguments):
    start = time.perf_counter()
    subprocess.run([binary, *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return (time.perf_counter() - start) * 1e3
def measure(name, *arguments, prepare=tuple):
    times = sorted(run(*arguments, *prepare()) for _ in range(runs))
    print(f"{name:<22} fastest {times[0]:7.1f} ms   median {times[len(times) // 2]:7.1f} ms   of {runs}")
measure("stage6 --version", "--version")
measure("stage6 check", "check")
measure("stage6 simulate", "simulate", "--output", "report.json", "--signing-key-path", "secrets/development.hmac")
measure("stage6 verify", "verify", "var/marketing/2026.11")
measure("stage6 build, anew", "build", "--no-memory")
measure("of another moment", "build", prepare=other)
run("build", *same)
measure("of the same moment", "build", *same)
measure("a page was edited", "build", prepare=edit_page)
measure("a template was edited", "build", prepare=edit_template)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(f"largest memory of any of them: {peak / 1024:.1f} MB")
PYTHON
