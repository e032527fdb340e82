#!/usr/bin/env bash
# What verification of a large bundle costs, beside the tools that hash the same bytes: `bash benches/verify.sh [MIB]`.
#
# Packs a release of noise (stored) and one of table lines (deflated) under target/, each with one core and with two,
# and compares the bytes. Then, for each: CPU time (user and system) and largest memory of `stage6 verify`, of
# `openssl dgst -sha256` and of `sha256sum --check` over the zip and over every file in it. Of the deflated one, the
# tools are given the files unpacked already; what `unzip -t` takes to unpack and check them is shown beside. The
# smallest of several runs is shown, because other programs share the machine.
set -euo pipefail
cd "$(dirname "$0")/.."
mib="${1:-1024}"
place="$PWD/target/large"
cargo build --release --quiet
mkdir -p "$place"
trap 'rm -rf "$place"' EXIT
for kind in noise table; do
  for threads in 1 2; do
    rm -rf "${place:?}/$kind"
    RAYON_NUM_THREADS=$threads cargo bench --quiet --bench large_bundle -- "$kind" "$mib" "$place/$kind"
    sha256sum < "$place/$kind/release/large-1-r1.zip" > "$place/$kind.$threads"
  done
  cmp "$place/$kind.1" "$place/$kind.2" && echo "pack $kind: the same bytes with one core and with two"
  chmod 600 "$place/$kind/key"
  unzip -q "$place/$kind/release/large-1-r1.zip" -d "$place/$kind/bag"
done
python3 - "$PWD/target/release/stage6" "$place" <<'PYTHON'
import os, subprocess, sys
binary, place = sys.argv[1:3]
def measure(line, folder):
    best, memory = float("inf"), 0
    for _ in range(5):
        # GNU time, because a child of this process would be counted with this one's memory.
        timed = ["/usr/bin/time", "-o", place + "/time", "-f", "%U %S %M", "bash", "-euc", line]
        subprocess.run(timed, cwd=folder, stdout=subprocess.DEVNULL, check=True)
        user, system, kib = open(place + "/time").read().split()
        best = min(best, float(user) + float(system))
        memory = max(memory, int(kib))
    return best, memory / 1024
for kind in ("noise", "table"):
    folder = os.path.join(place, kind)
    rows = {
        "stage6 verify": f"exec {binary} verify release --signing-key-path key --signing-key-id bench --date 2026-11-24",
        "stage6 verify --no-key": f"exec {binary} verify release --no-key --date 2026-11-24",
        "openssl dgst -sha256": "exec openssl dgst -sha256 release/*.zip $(find bag -type f)",
        "sha256sum --check": "cd release; sha256sum --quiet -c *.sha256; cd ../bag/*; exec sha256sum --quiet -c manifest-sha256.txt",
        "unzip -t": "exec unzip -tq release/*.zip",
    }
    figures = {name: measure(line, folder) for name, line in rows.items()}
    base = figures["openssl dgst -sha256"][0]
    for name, (seconds, memory) in figures.items():
        print(f"{kind:<6} {name:<23} {seconds:6.2f} s of CPU   {seconds / base:5.2f} x openssl   {memory:6.1f} MB")
PYTHON
