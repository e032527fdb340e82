#!/usr/bin/env bash
# Runs all tests, after installing the outside verifiers that they compare with: openssl, unzip, 7z, bsdtar,
# Python with bagit and icalendar, and Chromium. Where something cannot be installed, the tests that need it say so and are
# skipped; with CI set they fail instead.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=()
need() { command -v "$1" >/dev/null 2>&1 || packages+=("$2"); }
need openssl openssl
need unzip unzip
need 7z p7zip-full
need bsdtar libarchive-tools
need python3 python3
need chromium chromium

if [ ${#packages[@]} -gt 0 ]; then
  echo "installing: ${packages[*]}"
  if [ "$(id -u)" = 0 ]; then as_root=(); else as_root=(sudo -n); fi
  install() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get "$@" >/dev/null; }
  { install update && install install -y --no-install-recommends "${packages[@]}"; } ||
    echo "could not install ${packages[*]}; tests that need them will say so"
fi

# bagit.py in a folder of its own, so that nothing outside the repository changes.
tools="$PWD/target/outside"
if [ ! -x "$tools/bin/bagit.py" ]; then
  python3 -m venv "$tools" 2>/dev/null || python3 -m venv --without-pip "$tools" || true
  { "$tools/bin/python3" -m pip install --quiet --disable-pip-version-check "bagit==1.9.0" ||
    python3 -m pip install --quiet --disable-pip-version-check --target "$tools/lib" "bagit==1.9.0"; } ||
    echo "could not install bagit; tests that need it will say so"
fi
# An outside reader of calendar files.
if ! PYTHONPATH="$tools/lib" "$tools/bin/python3" -c "import icalendar" 2>/dev/null; then
  "$tools/bin/python3" -m pip install --quiet --disable-pip-version-check "icalendar==7.3.0" ||
    python3 -m pip install --quiet --disable-pip-version-check --target "$tools/lib" "icalendar==7.3.0" ||
    echo "could not install icalendar; tests that need it will say so"
fi
export PATH="$tools/bin:$PATH" PYTHONPATH="$tools/lib${PYTHONPATH:+:$PYTHONPATH}"

cargo test --no-fail-fast "$@"
