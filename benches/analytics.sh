#!/bin/sh
# Measures the analytics: the kernel, the same work in NumPy if it is installed, and the whole command.
# Usage: benches/analytics.sh [PYTHON]
set -eu
cd "$(dirname "$0")/.."
python=${1:-python3}
export RAYON_NUM_THREADS=2

cargo bench --quiet --bench analytics
if "$python" -c 'import numpy' 2>/dev/null; then
    "$python" benches/analytics.py
else
    echo "numpy: not installed for $python"
fi

cargo build --quiet --release
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
for run in 1 2 3; do
    /usr/bin/time -f "analyze, 2^20 draws, run $run: %e s, %U s of CPU, %M kB" \
        target/release/stage6 analyze --output "$folder/analytics.json" --draws 1048576 --date 2026-11-23 \
        >/dev/null 2>"$folder/log"
    tail -n 1 "$folder/log"
done
