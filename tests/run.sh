#!/usr/bin/env bash
# Runs all tests, after installing the outside verifiers that they compare with: git, openssl, ssh-keygen, unzip, 7z,
# bsdtar, GNU time, Python with bagit, securesystemslib, in-toto-attestation, icalendar and cyclonedx-python-lib, and
# Chromium with what drives it: Node.js with the packages of tests/browser, Java for the Nu HTML checker, poppler for what
# is printed. Where something cannot be installed, the tests that need it say so and are skipped; with CI set they fail
# instead. Arguments go to `cargo test`; with any, the browser tests are left out.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=()
need() { command -v "$1" >/dev/null 2>&1 || packages+=("$2"); }
need git git
need openssl openssl
need ssh-keygen openssh-client
need unzip unzip
need /usr/bin/time time
need 7z p7zip-full
need bsdtar libarchive-tools
need python3 python3
need groff groff
need script bsdutils
need chromium chromium
need node nodejs
need npm npm
need java default-jre-headless
# Word lists, on which search in the program and in the browser must agree.
[ -e /usr/share/dict/polish ] || packages+=(wpolish)
[ -e /usr/share/dict/american-english ] || packages+=(wamerican)
need pdftotext poppler-utils

if [ ${#packages[@]} -gt 0 ]; then
  echo "installing: ${packages[*]}"
  if [ "$(id -u)" = 0 ]; then as_root=(); else as_root=(sudo -n); fi
  install() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get "$@" >/dev/null; }
  { install update && install install -y --no-install-recommends "${packages[@]}"; } ||
    echo "could not install ${packages[*]}; tests that need them will say so"
fi

# Python's verifiers in a folder of their own, so that nothing outside the repository changes.
tools="$PWD/target/outside"
export PATH="$tools/bin:$tools/lib/bin:$PATH"
export PYTHONPATH="$tools/lib${PYTHONPATH:+:$PYTHONPATH}"
modules=("bagit==1.9.0" "sarif-tools==3.0.5" "junitparser==5.0.3" "jsonschema==4.26.0" "securesystemslib[crypto]==1.6.0" "in-toto-attestation==0.9.3" "icalendar==7.3.0" "cyclonedx-python-lib[json-validation]==11.12.0")
has_modules() { python3 -c 'import bagit, cryptography, cyclonedx, icalendar, jsonschema, junitparser, sarif, securesystemslib.dsse, in_toto_attestation.v1.statement' 2>/dev/null; }
if ! has_modules; then
  python3 -m venv "$tools" 2>/dev/null || python3 -m venv --without-pip "$tools" || true
  { "$tools/bin/python3" -m pip install --quiet --disable-pip-version-check "${modules[@]}" ||
    python3 -m pip install --quiet --disable-pip-version-check --target "$tools/lib" "${modules[@]}"; } ||
    echo "could not install ${modules[*]}; tests that need them will say so"
fi

# Verdicts that scenes keep for the browser tests are those of this run; see tests/suite/tampered.rs.
rm -rf "${CARGO_TARGET_DIR:-target}/tampered"

status=0
cargo test --no-fail-fast "$@" || status=$?

# The real site in real Chromium.
if [ $# -eq 0 ]; then
  browser=tests/browser
  if ! (cd $browser && npm ls >/dev/null 2>&1); then
    # Without the scripts of packages: some fetch a browser of their own, which we have.
    (cd $browser && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) || echo "could not install $browser/package.json"
  fi
  if (cd $browser && npm ls >/dev/null 2>&1) && command -v chromium >/dev/null; then
    # Two at once; those that measure time come after them, one by one.
    timed=("$browser/search.test.mjs" "$browser/speed.test.mjs")
    others=()
    for file in "$browser"/*.test.mjs; do
      case " ${timed[*]} " in *" $file "*) ;; *) others+=("$file") ;; esac
    done
    node --test --test-concurrency=2 --test-reporter=spec "${others[@]}" || status=$?
    node --test --test-concurrency=1 --test-reporter=spec "${timed[@]}" || status=$?
  else
    echo "SKIPPED: the browser tests need Chromium, Node.js and the packages of $browser"
    [ -z "${CI:-}" ] || status=1
  fi
fi
exit "$status"
