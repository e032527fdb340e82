#!/usr/bin/env bash
# Size and speed of search in a site of many pages: `bash benches/search.sh [PAGES]`, 1,000 unless told otherwise.
# The pages are Polish: each word is drawn from a dictionary by Zipf's law, about 600 words a page under five headings, with
# facts. Times are those of Chromium, which opens the site from the disk; the smallest is the one least disturbed.
# Needs Node.js with the packages of tests/browser, Chromium, and the Debian package wpolish. STAGE6 names a binary.
set -euo pipefail
cd "$(dirname "$0")/.."
pages="${1:-1000}"
if [ -z "${STAGE6:-}" ]; then
  cargo build --release --quiet
  STAGE6="$PWD/target/release/stage6"
fi
export STAGE6
node benches/search.mjs "$pages"
