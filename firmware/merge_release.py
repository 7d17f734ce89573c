#!/usr/bin/env python3
"""merge_release - one image per chip, and the manifest by which a browser flashes them (ESP Web Tools).

    firmware/merge_release.py OUTPUT_FOLDER VERSION BUILD_FOLDER ...

Each BUILD_FOLDER is what `idf.py build` made: flasher_args.json names the images and their places. Writes
thimble-CHIP.bin, manifest.json, index.html and SHA256SUMS. Needs no Python package.

SPDX-License-Identifier: Apache-2.0
"""

import hashlib
import json
import pathlib
import sys

FAMILIES = {"esp32": "ESP32", "esp32s3": "ESP32-S3", "esp32c3": "ESP32-C3"}
UNITS = {"KB": 1 << 10, "MB": 1 << 20}

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Thimble: flash a board</title>
<script type="module" src="https://unpkg.com/esp-web-tools@10.2.1/dist/web/install-button.js?module"></script>
<h1>Thimble {version}</h1>
<p>Connect the board by USB, then press the button (Chrome or Edge on a computer). Wi-Fi is set afterwards: the board
opens a network of its own, whose password it prints on the console ("Logs &amp; Console").</p>
<esp-web-install-button manifest="manifest.json"></esp-web-install-button>
</html>
"""


class Problem(Exception):
    pass


def flash_bytes(text):
    unit = UNITS.get(text[-2:])
    if not unit:
        raise Problem(f"flash_size is {text}: build with a fixed size, not 'detect'")
    return int(text[:-2]) * unit


def merge(folder):
    """The chip, and its whole flash from 0 up to the last image; what lies between them is erased flash."""
    arguments = json.loads((folder / "flasher_args.json").read_text())
    chip = arguments["extra_esptool_args"]["chip"]
    if chip not in FAMILIES:
        raise Problem(f"{folder}: no release for {chip}")
    room = flash_bytes(arguments["flash_settings"]["flash_size"])
    merged = b""
    images = sorted((int(offset, 0), folder / name) for offset, name in arguments["flash_files"].items())
    for offset, path in images:
        if offset < len(merged):
            raise Problem(f"{path} at {offset:#x} overlaps what ends at {len(merged):#x}")
        merged = merged.ljust(offset, b"\xff") + path.read_bytes()
    if len(merged) > room:
        raise Problem(f"{folder}: the images end at {len(merged):#x}, the flash at {room:#x}")
    return chip, merged


def main():
    if len(sys.argv) < 4:
        print(__doc__)
        return 2
    output, version = pathlib.Path(sys.argv[1]), sys.argv[2]
    output.mkdir(parents=True, exist_ok=True)
    builds, sums = [], []
    for folder in map(pathlib.Path, sys.argv[3:]):
        try:
            chip, merged = merge(folder)
        except (Problem, OSError, KeyError, ValueError) as problem:
            print(f"merge_release: {folder}: {problem!r}" if isinstance(problem, KeyError) else f"merge_release: {problem}")
            return 1
        name = f"thimble-{chip}.bin"
        (output / name).write_bytes(merged)
        sums.append(f"{hashlib.sha256(merged).hexdigest()}  {name}\n")
        builds.append({"chipFamily": FAMILIES[chip], "parts": [{"path": name, "offset": 0}]})
        print(f"{name}: {len(merged):,} bytes")
    manifest = {"name": "Thimble", "version": version, "new_install_prompt_erase": True, "builds": builds}
    (output / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
    (output / "index.html").write_text(PAGE.format(version=version))
    (output / "SHA256SUMS").write_text("".join(sums))
    return 0


if __name__ == "__main__":
    sys.exit(main())
