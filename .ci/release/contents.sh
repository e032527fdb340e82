#!/usr/bin/env bash
# Lays out what a package holds beside committed files, made by the binary that is packed.
#
#   contents.sh BINARY FOLDER [TARGET]   TARGET is what the binary was compiled for (default: this machine's own)
#
# The moment that the list of changes for Debian names is SOURCE_DATE_EPOCH, else that of the last commit.
set -euo pipefail
binary=$(realpath "${1:?the binary}") folder=$(realpath -m "${2:?the folder that gets the files}")
cd "$(dirname "$0")/../.."
fail() { echo "error: $1" >&2; exit 2; }
target=${3:-$(rustc -vV | sed -n 's/^host: //p')}
moment=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
name=$(sed -n 's/^name = "\(.*\)"$/\1/p' Cargo.toml | head -1)
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -1)
[ "$("$binary" --version)" = "stage6 $version" ] ||
  fail "$binary is \`$("$binary" --version)\`, and Cargo.toml says $version; compile it again"

mkdir -p "$folder/completions"
[ "$binary" = "$folder/stage6" ] || install -m 755 "$binary" "$folder/stage6"
"$folder/stage6" manual --quiet --output "$folder/man"
for shell in bash zsh fish; do
  "$folder/stage6" completions "$shell" >"$folder/completions/stage6.$shell"
done

# Notices of others: licences ask that they travel with binaries. The toolchain brings those of its standard library.
python3 -B .ci/release/notices.py "$target" >"$folder/THIRD-PARTY.txt"
library=$(rustc --print sysroot)/share/doc/rust/COPYRIGHT-library.html
[ -e "$library" ] || fail "the toolchain brings no $library; use one that rustup installed"
install -m 644 "$library" "$folder/COPYRIGHT-rust-library.html"

maintainer=$(sed -n '/^\[package.metadata.deb\]/,/^\[\[/s/^maintainer = "\(.*\)"$/\1/p' Cargo.toml)
cat >"$folder/changelog.Debian" <<END
$name ($version-1) unstable; urgency=medium

  * Version $version; changelog.gz says what changed.

 -- $maintainer  $(LC_ALL=C date --utc --rfc-email --date="@$moment")
END
