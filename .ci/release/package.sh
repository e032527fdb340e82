#!/usr/bin/env bash
# Makes all files of a release of ours: a static binary as tarball, a Debian package, a bill of materials for each, SHA256SUMS.
#
#   package.sh [OUT]   the folder that gets them (default: target/dist); it must not exist, and appears whole or not at all
#
# STAGE6_TARGET names the target of the static binary, such as x86_64-unknown-linux-musl. All moments in the files are
# SOURCE_DATE_EPOCH, else that of the last commit. README.md beside this file says how to get the tools.
set -euo pipefail
out=$(realpath -m "${1:-$(dirname "$0")/../../target/dist}")
cd "$(dirname "$0")/../.."
# Python's modules may be where tests/run.sh puts its own.
[ ! -x target/outside/bin/python3 ] || export PATH="$PWD/target/outside/bin:$PATH"

missing=0
need() { "${@:2}" >/dev/null 2>&1 || { echo "error: $1" >&2; missing=1; }; }
need "cargo is missing; install a Rust toolchain, 1.95 or later" cargo --version
for tool in cargo-deny cargo-cyclonedx cargo-deb; do
  need "$tool is missing; install it with: cargo install --locked $tool" command -v "$tool"
done
need "dpkg-shlibdeps is missing; install it with: apt-get install dpkg-dev" dpkg-shlibdeps --version
need "readelf is missing; install it with: apt-get install binutils" readelf --version
need "python3 with tomllib is missing; install Python 3.11 or later" python3 -c 'import tomllib'
need "a validator of CycloneDX is missing; install it with: python3 -m venv target/outside && target/outside/bin/pip install 'cyclonedx-python-lib[json-validation]==11.12.0'" \
  python3 -c 'from cyclonedx.schema import SchemaVersion as V; from cyclonedx.validation.json import JsonStrictValidator as J; J(V.V1_5).validate_str("{}")'
[ ! -e "$out" ] || { echo "error: $out exists; remove it, or name another folder" >&2; missing=1; }
[ $missing = 0 ] || exit 2

SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
host=$(rustc -vV | sed -n 's/^host: //p')
target=${STAGE6_TARGET:-$host}
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -1)
package=stage6-press-$version-$target
umask 022
rm -rf target/package
mkdir -p target/package/made
made=target/package/made
say() { echo; echo "== $1"; }

# BINARY LINKING TARGET NAME
bill() {
  # It writes beside Cargo.toml only.
  cargo cyclonedx --quiet --format json --spec-version 1.5 --target "$3" --override-filename stage6-found
  mv stage6-found.json target/package/found.json
  python3 -B .ci/release/sbom.py target/package/found.json "$1" "$3" "$2" >"$made/$4.cdx.json"
  python3 -B .ci/release/validate.py "$made/$4.cdx.json"
}

say "policy: licences, bans and sources of deny.toml (advisories need the network: cargo deny check advisories)"
cargo deny --locked check bans licenses sources

say "static binary for $target, with manual pages, completions and notices, as tarball"
folder=target/package/$package
bash .ci/release/build.sh static "$folder" "$target"
bash .ci/release/contents.sh "$folder/stage6" "$folder" "$target"
rm "$folder/changelog.Debian"
install -m 644 README.md CHANGELOG.md .ci/release/copyright "$folder"
tar --sort=name --owner=0 --group=0 --numeric-owner --format=gnu --mtime="@$SOURCE_DATE_EPOCH" \
  -C target/package -c "$package" | gzip -9 -n >"$made/$package.tar.gz"
bill "$folder/stage6" static "$target" "$package"

say "Debian package, with a binary that uses the C library of the distribution"
bash .ci/release/build.sh dynamic target/package/deb
bash .ci/release/contents.sh target/package/deb/stage6 target/package/deb
cargo deb --locked --no-build --quiet --output "$made/"
deb=("$made"/*.deb)
bill target/package/deb/stage6 dynamic "$host" "$(basename "${deb[0]}" .deb)"
if command -v lintian >/dev/null; then
  lintian --fail-on error "${deb[0]}"
else
  echo "skipped: lintian is not installed"
fi

say "digests"
(cd "$made" && sha256sum -- * >../SHA256SUMS && mv ../SHA256SUMS . && cat SHA256SUMS)
mkdir -p "$(dirname "$out")"
mv -T "$made" "$out"
echo
echo "$out holds the release"
