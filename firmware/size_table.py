#!/usr/bin/env python3
"""size_table - bytes of our own code by part, from the objects of a build: what is linked at most.

    firmware/size_table.py BUILD_FOLDER

Prints rows for firmware/README.md. Needs no Python package; the `size` beside the compiler of that build is used.

SPDX-License-Identifier: Apache-2.0
"""

import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PARTS = ("engine", "vision", "app/core", "app/device", "app/port/esp32", "firmware/main", "page, scenes, built-in model")


def part_of(source):
    if source.name in ("web_files.c", "scenes.c"):
        return PARTS[-1]
    for part in PARTS[:-1]:
        if (ROOT / part) in source.parents:
            return part
    return None


def main():
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    sums = {part: [0, 0, 0] for part in PARTS}
    for entry in json.loads((pathlib.Path(sys.argv[1]) / "compile_commands.json").read_text()):
        part = part_of(pathlib.Path(entry["file"]).resolve())
        words = entry["command"].split()
        if part is None:
            continue
        target = pathlib.Path(entry["directory"]) / words[words.index("-o") + 1]
        if not target.exists():
            print(f"{target} is not built")
            return 1
        tool = words[0].removesuffix("gcc") + "size"
        lines = subprocess.run([tool, str(target)], capture_output=True, text=True, check=True).stdout.splitlines()
        for i, field in enumerate(lines[1].split()[:3]):
            sums[part][i] += int(field)
    print("| part | code and constants | initialized data | zeroed data |\n|---|---|---|---|")
    for part, (code, data, zeroed) in sums.items():
        print(f"| {part} | {code:,} | {data:,} | {zeroed:,} |")
    totals = [sum(column) for column in zip(*sums.values(), strict=True)]
    print("| together | " + " | ".join(f"{total:,}" for total in totals) + " |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
