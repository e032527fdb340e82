#!/usr/bin/env bash
# A tree of documentation, built from nothing and again after edits of one page, beside the floor of ../shared/design/speed.md:
# wall clock, CPU and memory of each run. The tree and the sites lie in memory where the machine has /dev/shm.
#
#   bash benches/trees.sh [PAGES] [RUNS]
set -euo pipefail
cd "$(dirname "$0")/.."
pages=${1:-10000} runs=${2:-3}
shared=$PWD/../shared/speed
[ -d "$shared" ] || { echo "the corpus is made by ../shared/speed/make_corpus.py, which is not there"; exit 2; }
cargo build --release --quiet
stage6=$PWD/target/release/stage6
place=$(mktemp -d -p "$([ -d /dev/shm ] && echo /dev/shm || echo /tmp)")
trap 'rm -rf "$place"' EXIT
CARGO_TARGET_DIR=$place/floor cargo build --release --quiet --manifest-path "$shared/floor/Cargo.toml"
tree=$place/tree
python3 "$shared/make_corpus.py" --n "$pages" --out "$tree" --tool raw >/dev/null

measured() { # NAME COMMAND...
  local name=$1
  shift
  /usr/bin/time -f "$name: %e s, %U + %S s of CPU, %M kB" "$@" >/dev/null
}
page=$(find "$tree" -name '*.md' | sort | sed -n "$((pages / 2))p")
for _ in $(seq "$runs"); do
  measured "floor" "$place/floor/release/limit" "$tree" "$place/out" 2
  rm -rf "$place/out" "$tree/site" "$tree/.site.stage6"
  measured "pages alone" "$stage6" build --quiet --root "$tree" --no-memory --without search,highlighting,links
  rm -rf "$tree/site"
  measured "and code in colour" "$stage6" build --quiet --root "$tree" --no-memory --without search,links
  rm -rf "$tree/site"
  measured "and search and links" "$stage6" build --quiet --root "$tree"
done
# The first build after one from nothing links all files of the site once.
"$stage6" build --quiet --root "$tree"
for turn in $(seq "$runs"); do
  # Younger changes are read again, whether or not their stamps are the same.
  sleep 2.2
  echo "Edit $turn." >>"$page"
  measured "after an edit of one page" "$stage6" build --quiet --root "$tree"
done
