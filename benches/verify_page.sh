#!/usr/bin/env bash
# How long the page that verifies in a browser takes in Chromium, for the sample and for a bundle of noise (stored) and of
# table lines (deflated): `bash benches/verify_page.sh [MIB]`. Needs the packages of tests/browser.
set -euo pipefail
cd "$(dirname "$0")/.."
mib="${1:-100}"
place="$PWD/target/large-page"
mkdir -p "$place"
trap 'rm -rf "$place"' EXIT
cargo build --quiet
for kind in noise table; do
  # How long packing takes is not the question here.
  cargo bench --quiet --profile dev --bench large_bundle -- "$kind" "$mib" "$place/$kind" > /dev/null
done
node benches/verify_page.mjs "$place"
