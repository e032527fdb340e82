"""Prints the notices of everything that a binary of ours holds and that others wrote: crates, and what vendor.toml files list.

python3 notices.py TARGET, where TARGET is what the binary was compiled for. Licences ask that their texts travel with
binaries. Packages with the same text share it. Nothing in the output depends on the machine.
"""

import sys

from parts import crates, licence_files, vendored


def heading(part):
    return f"{part['name']} {part['version']} ({part['licence']})"


def main():
    target = sys.argv[1]
    texts, silent = {}, []
    parts = crates(target) + vendored()
    for part in parts:
        files = licence_files(part)
        for file in files:
            text = file.read_text(encoding="utf-8", errors="replace")
            text = "\n".join(line.rstrip() for line in text.replace("\f", "").splitlines()).strip("\n")
            texts.setdefault(text, []).append(heading(part))
        if not files:
            silent.append(heading(part))
    print("What others wrote and a binary of Stage6 Press holds, each text once, under the packages that it came with.")
    print("Where a package leaves the choice of a licence, any of its texts may be the one that counts.")
    # This licence lets binaries go out only with word of where the source of its files is.
    print("\nThe source of these, unchanged as the registry of crates has it, is under the Mozilla Public License 2.0:")
    for part in parts:
        if "MPL-2.0" in part["licence"]:
            print(f"{heading(part)}: {part['source']}")
    for text, names in sorted(texts.items(), key=lambda item: item[1]):
        print("\n" + "=" * 100)
        print("\n".join(dict.fromkeys(names)) + "\n" + "-" * 100)
        print(text)
    if silent:
        print("\n" + "=" * 100)
        print("These name their licence, but bring no text of it:")
        print("\n".join(silent))


main()
