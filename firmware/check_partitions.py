#!/usr/bin/env python3
"""check_partitions - does a partition table add up, and do the images fit?

    firmware/check_partitions.py TABLE.csv FLASH_SIZE [PARTITION=FILE ...]

FLASH_SIZE is like 4MB. Prints the map and ends with 0, or says what is wrong and ends with 1. Needs no Python package.

SPDX-License-Identifier: Apache-2.0
"""

import pathlib
import sys

SECTOR_BYTES = 0x1000
APP_ALIGNMENT = 0x10000
TABLE_END = 0x9000  # the table itself lies at 0x8000
SLOT_HEADER_BYTES = 4096
LEAST_BYTES = {"nvs": 0x3000, "otadata": 0x2000, "state": 2 * SECTOR_BYTES, "coredump": 0x10000}
REQUIRED = ("nvs", "otadata", "ota_0", "ota_1", "model_a", "model_b", "state", "storage")


def number(text):
    units = {"K": 1 << 10, "M": 1 << 20}
    unit = units.get(text[-1].upper(), 1)
    return int(text if unit == 1 else text[:-1], 0) * unit


def read_table(path):
    partitions = []
    for line in path.read_text().splitlines():
        fields = [field.strip() for field in line.split("#")[0].split(",")]
        if fields != [""]:
            name, kind, subtype, offset, size = fields[:5]
            partitions.append((name, kind, subtype, number(offset), number(size)))
    return partitions


def problems_of(partitions, flash_bytes):
    names = [name for name, *_ in partitions]
    for name in REQUIRED:
        if names.count(name) != 1:
            yield f"{name}: is there {names.count(name)} times, has to be once"
    end = TABLE_END
    for name, kind, _, offset, size in partitions:
        if offset < end:
            yield f"{name}: starts at {offset:#x}, before the end of what comes before, {end:#x}"
        alignment = APP_ALIGNMENT if kind == "app" else SECTOR_BYTES
        if offset % alignment or size % SECTOR_BYTES or size <= 0:
            yield f"{name}: offset {offset:#x} has to be a multiple of {alignment:#x}, size {size:#x} of {SECTOR_BYTES:#x}"
        if size < LEAST_BYTES.get(name, 0):
            yield f"{name}: has {size:#x} bytes, needs {LEAST_BYTES[name]:#x}"
        end = max(end, offset + size)
    if end > flash_bytes:
        yield f"the table ends at {end:#x}, the flash at {flash_bytes:#x}"
    sizes = {name: size for name, _, _, _, size in partitions}
    for first, second in (("ota_0", "ota_1"), ("model_a", "model_b")):
        if sizes.get(first) != sizes.get(second):
            yield f"{first} and {second} have to be of one size"


def problems_of_images(partitions, images):
    sizes = {name: size for name, _, _, _, size in partitions}
    for image in images:
        name, _, path = image.partition("=")
        if name not in sizes:
            yield f"{image}: no partition {name}"
            continue
        byte_count = pathlib.Path(path).stat().st_size
        room = sizes[name]
        if byte_count > room:
            yield f"{path} has {byte_count:,} bytes, {name} only {room:,}"


def main():
    if len(sys.argv) < 3 or not sys.argv[2].endswith("MB"):
        print(__doc__)
        return 2
    partitions = read_table(pathlib.Path(sys.argv[1]))
    flash_bytes = int(sys.argv[2][:-2]) << 20
    problems = list(problems_of(partitions, flash_bytes)) + list(problems_of_images(partitions, sys.argv[3:]))
    for name, kind, subtype, offset, size in partitions:
        print(f"{name:10} {kind:4} {subtype:10} {offset:#9x} {size // 1024:6} KB")
    end = max(offset + size for *_, offset, size in partitions)
    print(f"{(flash_bytes - end) // 1024} KB are left")
    for problem in problems:
        print(f"{sys.argv[1]}: {problem}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
