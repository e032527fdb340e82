"""Makes the software bill of materials of one binary, in CycloneDX, out of what cargo-cyclonedx found.

python3 sbom.py FOUND BINARY TARGET static|dynamic prints it. What cargo-cyclonedx cannot know is put right: crates that no
feature asks for go; those that run only while compiling are `excluded`; files of others below templates/, C that crates
bring, the standard library and, in a static binary, the C library come in. No path of this machine, no chance and no clock:
the moment is SOURCE_DATE_EPOCH, and the serial number is a digest of the rest.
"""

import hashlib
import json
import os
import subprocess
import sys
import uuid
from datetime import datetime, timezone
from pathlib import Path

from parts import compiled, tree, vendored


def output(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def runtime(target, linking):
    """What the toolchain links into every binary."""
    version = output("rustc", "--version").split()[1]
    yield {"name": "rust-std", "version": version, "licence": "MIT OR Apache-2.0", "purl": f"pkg:generic/rust-std@{version}"}
    if linking == "static" and target.endswith("-gnu"):
        version = output("getconf", "GNU_LIBC_VERSION").split()[1]
        yield {"name": "glibc", "version": version, "licence": "LGPL-2.1-or-later", "purl": f"pkg:generic/glibc@{version}"}
    if linking == "static" and target.endswith("-musl"):
        # Rust brings a copy of its own; which one, only the version of Rust tells.
        yield {"name": "musl", "version": f"rust-{version}", "licence": "MIT", "purl": f"pkg:generic/musl@rust-{version}"}


def component(part):
    return {
        "type": "library",
        "bom-ref": part["purl"],
        "name": part["name"],
        "version": part["version"],
        "scope": "required",
        "licenses": [{"expression": part["licence"]}],
        "purl": part["purl"],
    }


def own(found, binary):
    """The program itself. It is in no registry, so that no package of the same name there is meant."""
    root = found["metadata"]["component"]
    purl = f"pkg:generic/{root['name']}@{root['version']}"
    digest = hashlib.sha256(Path(binary).read_bytes()).hexdigest()
    return {
        "type": "application",
        "bom-ref": purl,
        "name": root["name"],
        "version": root["version"],
        "description": root["description"],
        "purl": purl,
        "hashes": [{"alg": "SHA-256", "content": digest}],
    }


def main():
    path, binary, target, linking = sys.argv[1:]
    found = json.loads(Path(path).read_text(encoding="utf-8"))
    linked, used = tree(target, "normal,no-proc-macro"), tree(target, "normal,build")
    program = own(found, binary)
    refs = {found["metadata"]["component"]["bom-ref"]: program["bom-ref"]}
    components = []
    for crate in found["components"]:
        key = crate["name"], crate["version"]
        if key in used:
            refs[crate["bom-ref"]] = crate["bom-ref"] = crate["purl"]
            crate["scope"] = "required" if key in linked else "excluded"
            components.append(crate)
    others = [component(part) for part in [*vendored(), *compiled(target), *runtime(target, linking)]]
    links = {refs[link["ref"]]: link.get("dependsOn", []) for link in found["dependencies"] if link["ref"] in refs}
    links = {ref: sorted(refs[to] for to in below if to in refs) for ref, below in links.items()}
    links[program["bom-ref"]] = sorted(links[program["bom-ref"]] + [other["bom-ref"] for other in others])
    moment = datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), timezone.utc)
    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": found["specVersion"],
        "version": 1,
        "metadata": {
            "timestamp": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "tools": found["metadata"]["tools"],
            "component": program,
            "properties": [
                {"name": "cdx:rustc:sbom:target:triple", "value": target},
                {"name": "stage6:linking", "value": linking},
            ],
        },
        "components": sorted(components + others, key=lambda one: one["bom-ref"]),
        "dependencies": [
            {"ref": ref, "dependsOn": below} if below else {"ref": ref} for ref, below in sorted(links.items())
        ],
    }
    serial = uuid.uuid5(uuid.NAMESPACE_OID, json.dumps(bill, sort_keys=True))
    print(json.dumps({"serialNumber": serial.urn, **bill}, indent=1, ensure_ascii=False))


main()
