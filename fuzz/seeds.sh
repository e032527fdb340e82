#!/usr/bin/env bash
# Makes the seeds of the fuzz targets from the sample build. They are committed, so that `cargo test` runs them too;
# run this again when a format changes.
set -euo pipefail
cd "$(dirname "$0")/.."
seeds="$PWD/fuzz/seeds"
cargo build --quiet
stage6="$PWD/target/debug/stage6"
place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT
cp -r config content "$place/"
mkdir -p "$place/var/audit"
cp -r var/audit/stage6 "$place/var/audit/"
cd "$place"
"$stage6" build --date 2026-11-23 >/dev/null 2>&1
rm -rf "$seeds"
for target in zip_reader canonical_json front_matter signature_file release_manifest yaml sshsig allowed_signers dsse; do
  mkdir -p "$seeds/$target"
done
release=var/marketing/2026.11
reports=var/audit/stage6/stress_lab
b=stage6-2026.11-r1
cp content/pl/index.md "$seeds/front_matter/index.md"
cp content/en/verification.md "$seeds/front_matter/verification.md"
cp config/core.yaml config/publication.yaml "$seeds/yaml/"
cp content/releases/*.yaml "$seeds/yaml/" 2>/dev/null || true
cp "$reports/stress_lab_report.json" "$seeds/canonical_json/report.json"
cp "$reports/stress_lab_report.json.sig" "$seeds/signature_file/json.sig"
cp "$reports/stress_lab_report.csv.sig" "$seeds/signature_file/csv.sig"
cp "$release/$b.sha256" "$seeds/release_manifest/list.sha256"
cp "$release/$b.sha256.sshsig" "$seeds/sshsig/list.sshsig"
"$stage6" key show --format allowed-signers >"$seeds/allowed_signers/signers"
"$stage6" key show --format ssh >"$seeds/allowed_signers/line"
"$stage6" key show --format pem >"$seeds/allowed_signers/pem"
python3 - "$release/$b" "$seeds" <<'PYTHON'
import base64, hashlib, json, struct, sys, zlib
release, seeds = sys.argv[1:]

# A manifest and an attestation of three files each: small seeds are mutated more often.
manifest = json.load(open(release + ".manifest.json"))
manifest["files"] = manifest["files"][:3]
with open(seeds + "/release_manifest/manifest.json", "w") as out:
    json.dump(manifest, out, indent=2, sort_keys=True)
envelope = json.load(open(release + ".intoto.jsonl"))
statement = json.loads(base64.b64decode(envelope["payload"]))
statement["subject"] = statement["subject"][:3]
compact = {"ensure_ascii": False, "sort_keys": True, "separators": (",", ":")}
envelope["payload"] = base64.b64encode(json.dumps(statement, **compact).encode()).decode()
with open(seeds + "/dsse/attestation.jsonl", "w") as out:
    out.write(json.dumps(envelope, **compact) + "\n")
numbers = "[-0,-0.0,1.0,1e-07,1e16,9007199254740993,18446744073709551616,-1113178120592002.25,5e-324]"
open(seeds + "/canonical_json/numbers.json", "w").write(numbers)
texts = '{"\\ud83d\\ude00":"\\u0000\\b\\f\\n\\r\\t\\u2028","$serde_json::private::Number":"1e5","":{"a":[[],{}]}}'
open(seeds + "/canonical_json/texts.json", "w").write(texts)

# A bag of two pages, one stored and one deflated, by the zip profile.
def digest(data):
    return hashlib.sha256(data).hexdigest()
pages = {"data/pages/a.txt": b"the same line again and again\n" * 9, "data/pages/b.txt": b"short"}
octets = sum(map(len, pages.values()))
tags = {
    "bag-info.txt": f"External-Identifier: b-1-r1\nPayload-Oxum: {octets}.{len(pages)}\n".encode(),
    "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
    "manifest-sha256.txt": "".join(f"{digest(d)}  {p}\n" for p, d in sorted(pages.items())).encode(),
}
tags["tagmanifest-sha256.txt"] = "".join(f"{digest(d)}  {p}\n" for p, d in sorted(tags.items())).encode()
body, directory, count = b"", b"", 0
for path, data in sorted({**pages, **tags}.items()):
    name = ("b-1-r1/" + path).encode()
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    packed, method = packer.compress(data) + packer.flush(), 8
    if len(packed) >= len(data):
        packed, method = data, 0
    shared = struct.pack("<HHHIIIIHH", 20 if method else 10, 0, method, 0x210000, zlib.crc32(data), len(packed), len(data), len(name), 0)
    directory += b"PK\1\2" + struct.pack("<H", 0x031e) + shared + struct.pack("<HHHII", 0, 0, 0, 0o100644 << 16, len(body)) + name
    body += b"PK\3\4" + shared + name + packed
    count += 1
end = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), len(body), 0)
open(seeds + "/zip_reader/small.zip", "wb").write(body + directory + end)
PYTHON
find "$seeds" -type f | sort
