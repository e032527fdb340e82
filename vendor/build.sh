#!/usr/bin/env bash
# Bundles the packages of package.json into one classic script for the verification page, with their licences and a record
# of versions and digests beside it. With `--check` nothing is written: it fails unless the same bytes come out again.
set -euo pipefail
cd "$(dirname "$0")"
target="$PWD/../templates/assets/verify/vendor"
[ "${1:-}" != --check ] || { kept="$target"; target=$(mktemp -d); }
packages=(@noble/ed25519 @noble/hashes pako)

# Without scripts of packages; esbuild's program is a package of its own.
npm ci --ignore-scripts --no-audit --no-fund --silent
mkdir -p "$target"
npx esbuild entry.mjs --bundle --minify --format=iife --global-name=Stage6Vendor --target=es2020 --charset=utf8 \
  --legal-comments=none --log-level=warning --outfile="$target/noble-pako.js" \
  --banner:js="/* @noble/ed25519, @noble/hashes, pako: see vendor.toml */"

digest() { sha256sum "$1" | cut -c1-64; }
{
  printf '# Code that we did not write: packages from npm, bundled and shortened by vendor/build.sh of the repository.\n'
  printf '# `vendor/build.sh --check` makes the same bytes again; a test compares the file with its digest here.\n\n'
  printf '[[file]]\nname = "noble-pako.js"\nbundler = "esbuild %s"\nsha256 = "%s"\n' \
    "$(node -p 'require("./node_modules/esbuild/package.json").version')" "$(digest "$target/noble-pako.js")"
  for package in "${packages[@]}"; do
    read -r version licence integrity < <(node -p "
      const { version, license } = require('./node_modules/$package/package.json');
      const { integrity } = require('./package-lock.json').packages['node_modules/$package'];
      [version, license.replace(/[() ]+/g, '-').replace(/^-|-\$/g, ''), integrity].join(' ')")
    text="LICENCE-$(echo "$package" | tr -d @ | tr / -).txt"
    cp "node_modules/$package/LICENSE" "$target/$text"
    printf '\n[[package]]\nname = "%s"\nversion = "%s"\nlicence = "%s"\nlicence_text = "%s"\nlicence_sha256 = "%s"\nintegrity = "%s"\n' \
      "$package" "$version" "$licence" "$text" "$(digest "$target/$text")" "$integrity"
  done
} > "$target/vendor.toml"

if [ -n "${kept:-}" ]; then
  diff -r "$kept" "$target"
  rm -r "$target"
  echo "the same bytes"
fi
