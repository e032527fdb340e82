#!/usr/bin/env bash
# A release step for any pipeline: check, build, verify, publish. Run it in the project's folder, with `stage6` on the PATH.
#
#   STRESS_LAB_SIGNING_KEY  the HMAC key in hexadecimal        STAGE6_RELEASE_KEY  the Ed25519 key as PKCS#8 PEM
#   release.sh [REPORTS] [OUT]   where the reports go (default: reports), and what is published: the site, and the
#                                release below download/ (default: out)
#
# Exit codes are those of stage6: 0 published, 2 bad input, 3 the gate is closed, 4 something cannot be trusted.
set -euo pipefail
reports=${1:-reports}
out=${2:-out}
: "${STRESS_LAB_SIGNING_KEY:?the HMAC key, in hexadecimal}" "${STAGE6_RELEASE_KEY:?the release key, as PEM}"
keys=(--signing-key-env STRESS_LAB_SIGNING_KEY --signing-key-id "${STRESS_LAB_SIGNING_KEY_ID:-pipeline}"
  --release-key-env STAGE6_RELEASE_KEY --require-key)
mkdir -p "$reports"

stage6 check "${keys[@]}" --sarif "$reports/problems.sarif" --junit "$reports/check.xml"
stage6 build "${keys[@]}" --json > "$reports/build.json"
release=$(sed -E 's/.*"release_directory":"([^"]+)".*/\1/' "$reports/build.json")
stage6 verify "$release" "${keys[@]:0:4}" --report "$reports/verdict.md"
stage6 publish "${keys[@]}" --to "$out" --junit "$reports/gate.xml"
