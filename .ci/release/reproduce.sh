#!/usr/bin/env bash
# Compiles the release twice, from nothing, in two folders of different names and depths and with crates in two places,
# and compares the bytes.
#
#   reproduce.sh [COMMIT]   the commit that is compiled (default: HEAD; what is not committed is not compiled)
#
# Exit code 0 if both binaries are the same, 1 if not. It takes twice as long as one release build.
set -euo pipefail
cd "$(dirname "$0")/../.."
commit=$(git rev-parse --verify "${1:-HEAD}^{commit}")
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

# No part of the build may look at the clock; a part that must has this moment, that of the commit.
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct "$commit")
export SOURCE_DATE_EPOCH
# The same crates under another path, without loading them again.
cargo fetch --locked --quiet --target "$(rustc -vV | sed -n 's/^host: //p')"
crates=${CARGO_HOME:-$HOME/.cargo}
mkdir "$place/crates"
ln -s "$crates/registry" "$place/crates/registry"

copies=("$place/one" "$place/another copy/deeper/two")
homes=("$crates" "$place/crates")
for index in 0 1; do
  copy=${copies[index]}
  mkdir -p "$copy"
  git archive "$commit" | tar -x -C "$copy"
  echo "compiling $commit in $copy"
  CARGO_HOME=${homes[index]} bash "$copy/.ci/release/build.sh" static out
  # The second gets no help from the first, and the disk need not hold both.
  rm -rf "$copy/target"
done
(cd "$place" && sha256sum -- */out/stage6 */*/*/out/stage6)
cmp "${copies[0]}/out/stage6" "${copies[1]}/out/stage6"
echo "the same bytes in both folders"
