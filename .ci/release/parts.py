"""What a binary is made of that we did not write: crates out of Cargo.lock, files out of vendor.toml beside them."""

import json
import re
import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENDOR = sorted(ROOT.glob("templates/**/vendor.toml"))


def oniguruma_version(folder):
    header = (folder / "src/oniguruma.h").read_text(encoding="utf-8")
    numbers = (re.search(rf"define ONIGURUMA_VERSION_{part}\s+(\d+)", header) for part in ("MAJOR", "MINOR", "TEENY"))
    return ".".join(number[1] for number in numbers)


def mimalloc_version(folder):
    header = (folder / "include/mimalloc.h").read_text(encoding="utf-8")
    # Major, then two digits each of minor and patch.
    number = int(re.search(r"define MI_MALLOC_VERSION\s+(\d+)", header)[1])
    return f"{number // 10000}.{number // 100 % 100}.{number % 100}"


# C that crates bring and compile: by the crate, the folder of it there, its name, licence and home, and where its version stands.
C = {
    "libmimalloc-sys": ("c_src/mimalloc/v2", "mimalloc", "MIT", "microsoft/mimalloc", mimalloc_version),
    "onig_sys": ("oniguruma", "oniguruma", "BSD-2-Clause", "kkos/oniguruma", oniguruma_version),
}


def cargo(*arguments):
    command = ["cargo", *arguments, "--locked"]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def tree(target, edges):
    """Names and versions of the crates along some edges: `normal,no-proc-macro` leads to those that are in the binary."""
    # `cargo metadata` also counts what no feature asks for; `cargo tree` does not.
    lines = cargo("tree", "--edges", edges, "--target", target, "--prefix", "none", "--format", "{p}").splitlines()
    pairs = (line.split()[:2] for line in lines if line.strip())
    return {(name, version.removeprefix("v")) for name, version in pairs}


def crates(target):
    """The crates in the binary besides ours."""
    wanted = tree(target, "normal,no-proc-macro")
    packages = json.loads(cargo("metadata", "--format-version", "1", "--filter-platform", target))["packages"]
    found = [
        {
            "name": package["name"],
            "version": package["version"],
            "licence": re.sub(r"\s*/\s*", " OR ", package["license"] or "unknown"),
            "folder": Path(package["manifest_path"]).parent,
            "source": package["repository"],
            "purl": f"pkg:cargo/{package['name']}@{package['version']}",
        }
        for package in packages
        if package["source"] and (package["name"], package["version"]) in wanted
    ]
    return sorted(found, key=lambda part: (part["name"], part["version"]))


def vendored():
    """Packages of npm whose files are under templates/, and so in the binary."""
    found = {}
    for record in VENDOR:
        entries = tomllib.loads(record.read_text(encoding="utf-8"))
        for entry in entries["file"] + entries.get("package", []):
            name = entry.get("package", entry["name"])
            if "version" not in entry:
                continue  # made of the packages that follow it
            text = entry.get("licence_text", entry["licence"])
            found[name, entry["version"]] = {
                "name": name,
                "version": entry["version"],
                # What fonts name is the file of their licence, the SIL Open Font License.
                "licence": "OFL-1.1" if text.startswith("OFL-") else entry["licence"].replace("-AND-", " AND "),
                "text": record.parent / text,
                "purl": f"pkg:npm/{name.replace('@', '%40')}@{entry['version']}",
            }
    return [found[key] for key in sorted(found)]


def licence_files(part):
    """The texts that came with a package."""
    if "text" in part:
        return [part["text"]]
    names = re.compile(r"(?i)(un)?licen[cs]e|copying|copyright|notice")
    folders = [part["folder"]]
    if part["name"] in C:
        folders.append(part["folder"] / C[part["name"]][0])
    found = (path for folder in folders for path in folder.iterdir())
    return sorted(path for path in found if path.is_file() and names.match(path.name))


def compiled(target):
    """C that crates bring and compile: its own versions and licences are not those of the crates."""
    for crate in crates(target):
        if crate["name"] in C:
            folder, name, licence, home, version_in = C[crate["name"]]
            version = version_in(crate["folder"] / folder)
            yield {"name": name, "version": version, "licence": licence, "purl": f"pkg:github/{home}@v{version}"}
