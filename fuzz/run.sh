#!/usr/bin/env bash
# Runs every fuzz target for some seconds (default 60), from its seeds: `bash fuzz/run.sh [SECONDS] [TARGET…]`.
# Needs `cargo install cargo-fuzz` and a nightly compiler; without one it uses the stable compiler and no sanitizer.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds="${1:-60}"
shift || true
if [ $# -eq 0 ]; then set -- $(sed -n 's/^name = "\([a-z_]*\)"$/\1/p' fuzz/Cargo.toml); fi
if cargo +nightly --version >/dev/null 2>&1; then fuzz=(cargo +nightly fuzz run); else
  export RUSTC_BOOTSTRAP=1
  fuzz=(cargo fuzz run --sanitizer none)
fi
for target in "$@"; do
  mkdir -p "fuzz/corpus/$target"
  echo "== $target"
  "${fuzz[@]}" "$target" "fuzz/corpus/$target" "fuzz/seeds/$target" -- \
    -max_total_time="$seconds" -timeout=5 -rss_limit_mb=1024 -print_final_stats=1 2>&1 |
    grep -E '^stat::number_of_executed|^stat::peak_rss|ERROR|panicked|SUMMARY|Test unit|^error' || true
  [ -z "$(ls "fuzz/artifacts/$target" 2>/dev/null)" ] || { echo "findings in fuzz/artifacts/$target"; exit 1; }
done
