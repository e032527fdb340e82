#!/usr/bin/env bash
# Kills builds at random instants (kill -9) and checks after each that release, site and reports are whole: the old ones or
# the new, and no half file under a final name. `bash tests/kills.sh [N=1000] [BINARY=target/debug/stage6]`.
# Then a disk that is full and folders that are read-only, as a user who may not write everywhere.
set -euo pipefail
cd "$(dirname "$0")/.."
wanted="${1:-1000}"
stage6="$(realpath "${2:-target/debug/stage6}")"
RANDOM=6
place="$(mktemp -d)"
trap 'chmod -R u+w "$place"; rm -rf "$place"' EXIT
cp -r config content "$place/"
mkdir -p "$place/var/audit" "$place/secrets" "$place/site"
cp -r var/audit/stage6 "$place/var/audit/"
rm -rf "$place/var/audit/stage6/stress_lab"
cp site/README.md "$place/site/"
cd "$place"
build=("$stage6" build --date 2026-11-23T12:00:00Z)
now() { date +%s%N; }

whole() {
  "$stage6" verify var/marketing/2026.11 --date 2026-11-23T12:00:00Z >/dev/null || { echo "round $1: the release"; exit 1; }
  (cd site && sha256sum --check --strict --quiet SHA256SUMS) || { echo "round $1: the site"; exit 1; }
  # Nothing lies in a final place but what its own list names.
  diff <(cut -c67- site/SHA256SUMS) <(cd site && find . -type f ! -name SHA256SUMS ! -path ./README.md -printf '%P\n' | LC_ALL=C sort) ||
    { echo "round $1: files of the site"; exit 1; }
  [ "$(find var/audit/stage6/stress_lab -type f | wc -l)" = 10 ] || { echo "round $1: the reports"; exit 1; }
  python3 - var/audit/stage6/stress_lab <<'PYTHON' || { echo "round $1: a report"; exit 1; }
import hashlib, json, os, sys
folder = sys.argv[1]
for name in sorted(os.listdir(folder)):
    if name.endswith(".manifest.json"):
        manifest = json.load(open(os.path.join(folder, name)))
        for entry in [manifest["report"], manifest["signature"], *manifest["others"], *(o["signature"] for o in manifest["others"])]:
            data = open(os.path.join(folder, entry["path"]), "rb").read()
            assert hashlib.sha256(data).hexdigest() == entry["sha256"], entry["path"]
PYTHON
}

"${build[@]}" >/dev/null 2>&1
start=$(now); "${build[@]}" >/dev/null 2>&1; span=$(( ($(now) - start) / 1000 ))
cut=0 round=0
while [ "$cut" -lt "$wanted" ]; do
  round=$((round + 1))
  [ "$round" -le $((wanted * 6)) ] || { echo "only $cut of $round builds were cut short"; exit 1; }
  # Other bytes each time, so that a mixture of two builds would be seen.
  sed -i "s/^  name: Stage6 Stress Lab.*/  name: Stage6 Stress Lab $round/" config/publication.yaml
  "${build[@]}" >/dev/null 2>&1 &
  child=$!
  # Two of three fall into the last part, where files are written and swapped.
  part=$(( (RANDOM << 15 | RANDOM) % 1000 ))
  [ $((round % 3)) = 0 ] || part=$((600 + part / 2))
  sleep "$(printf '0.%06d' $(( span * part / 1000 % 1000000 )))"
  kill -9 "$child" 2>/dev/null || true
  code=0; wait "$child" 2>/dev/null || code=$?
  if [ "$code" = 137 ]; then cut=$((cut + 1)); span=$((span + span / 40)); else span=$((span - span / 10)); fi
  whole "$round"
done
"${build[@]}" >/dev/null
whole "the last build"
left="$(find . -name '*.staging-*' | wc -l)"
[ "$left" = 0 ] || { echo "$left folders were left behind"; exit 1; }
echo "kills: $cut of $round builds cut short, each time all was whole; the next build succeeded and cleaned up"

# A full disk, by a limit on the size of files: no file becomes longer than 200 KiB.
before="$(find site var -type f ! -name .stage6.lock -exec sha256sum {} + | LC_ALL=C sort)"
same() { [ "$before" = "$(find site var -type f ! -name .stage6.lock -exec sha256sum {} + | LC_ALL=C sort)" ] || { echo "$1: something changed"; exit 1; }; }
sed -i "s/^  name: Stage6 Stress Lab.*/  name: Stage6 Stress Lab full/" config/publication.yaml
code=0; (ulimit -f 200; trap '' XFSZ; exec "${build[@]}") >/dev/null 2>&1 || code=$?
[ "$code" = 1 ] || { echo "full disk: exit code $code"; exit 1; }
same "full disk"
echo "full disk: exit code 1, nothing changed"

# Read-only folders mean nothing to root, so another user builds.
as=()
if [ "$(id -u)" = 0 ]; then
  if ! command -v setpriv >/dev/null; then echo "SKIPPED: read-only folders, because root ignores them and there is no setpriv"; exit 0; fi
  as=(setpriv --reuid 65534 --regid 65534 --clear-groups)
  cp "$stage6" "$place/stage6"; build[0]="$place/stage6"
  chown -R 65534:65534 "$place"
fi
for folder in var/marketing var/audit/stage6 .; do
  chmod a-w "$folder"
  code=0; "${as[@]}" "${build[@]}" >/dev/null 2>&1 || code=$?
  chmod u+w "$folder"
  [ "$code" = 1 ] || { echo "read-only $folder: exit code $code"; exit 1; }
  same "read-only $folder"
  echo "read-only $folder: exit code 1, nothing changed"
done
"${as[@]}" "${build[@]}" >/dev/null
whole "after all"
echo "the next build succeeded"
