"""Checks a bill of materials against the schema of CycloneDX, by the reference library for Python. Exit code 1 says what is wrong."""

import json
import sys
from pathlib import Path

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

text = Path(sys.argv[1]).read_text(encoding="utf-8")
version = SchemaVersion.from_version(json.loads(text)["specVersion"])
problem = JsonStrictValidator(version).validate_str(text)
if problem:
    sys.exit(f"error: {sys.argv[1]}: {problem.data.json_path}: {problem.data.message[:200]}")
# What a schema cannot say: every reference leads to something that is listed, and everything listed is referred to.
bill = json.loads(text)
listed = [bill["metadata"]["component"], *bill["components"]]
refs = [one["bom-ref"] for one in listed]
used = {to for link in bill["dependencies"] for to in link.get("dependsOn", [])}
assert len(refs) == len(set(refs)), "a reference is listed twice"
assert used <= set(refs), sorted(used - set(refs))
assert set(refs[1:]) <= used, sorted(set(refs[1:]) - used)
print(f"{sys.argv[1]}: {len(listed) - 1} components, CycloneDX {bill['specVersion']} holds")
