#!/usr/bin/env bash
# Compiles `stage6` for a release, so that its bytes do not depend on the folder that it is compiled in.
#
#   build.sh static|dynamic FOLDER [TARGET]   puts the binary into FOLDER
#
# A static binary needs nothing of the machine that it runs on; a dynamic one uses the C library there, as packages of a
# distribution should. TARGET is this machine's own unless named: `build.sh static out x86_64-unknown-linux-musl`.
set -euo pipefail
cd "$(dirname "$0")/../.."
linking=${1:?static or dynamic} folder=${2:?the folder that gets the binary}
fail() { echo "error: $1" >&2; exit 2; }
case $linking in
  static) feature=+crt-static ;;
  dynamic) feature=-crt-static ;;
  *) fail "\`$linking\` is neither \`static\` nor \`dynamic\`" ;;
esac
command -v cargo >/dev/null || fail "cargo is missing; install a Rust toolchain, 1.95 or later"
command -v readelf >/dev/null || fail "readelf is missing; install it with: apt-get install binutils"
target=${3:-$(rustc -vV | sed -n 's/^host: //p')}
[ -d "$(rustc --print target-libdir --target "$target")" ] ||
  fail "there is no standard library for $target; install it with: rustup target add $target"

# Messages of panics name source files. Ours lie below `stage6` and those of crates below `crates`, on every machine: the
# folder of crates, and of the registry in it, is a matter of that machine. The compiler takes the last rule that fits. The
# flags are parted by a byte that no path has.
cargo fetch --locked --quiet --target "$target"
home=${CARGO_HOME:-$HOME/.cargo} part=$'\x1f'
flags="-Ctarget-feature=$feature${part}--remap-path-prefix=$PWD=stage6"
for crates in "$home"/registry/src/*; do
  flags+="${part}--remap-path-prefix=$crates=crates"
done
# mimalloc counts bits with a function of GCC that not every standard library for musl brings along.
case $target in *-musl) flags+="${part}-Clink-arg=-lgcc" ;; esac
# With a target named, the flags hold for the program alone: macros are libraries, which cannot be linked statically.
# mimalloc says when it was compiled; compilers of C take that from SOURCE_DATE_EPOCH.
env -u RUSTFLAGS CARGO_ENCODED_RUSTFLAGS="$flags" CARGO_INCREMENTAL=0 SOURCE_DATE_EPOCH=0 \
  cargo build --release --locked --bin stage6 --target "$target" --target-dir target/release-package
mkdir -p "$folder"
install -m 755 "target/release-package/$target/release/stage6" "$folder/stage6"

# A program that asks for an interpreter is one that needs libraries where it runs.
interpreter=$(LC_ALL=C readelf --wide --program-headers "$folder/stage6" | grep -c INTERP || true)
[ "$linking:$interpreter" = static:0 ] || [ "$linking:$interpreter" = dynamic:1 ] ||
  fail "$folder/stage6 was not linked as $linking"
if grep --quiet --text --fixed-strings -e "$PWD/" -e "$home/" "$folder/stage6"; then
  fail "$folder/stage6 names folders of this machine"
fi
