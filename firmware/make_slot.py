#!/usr/bin/env python3
"""make_slot - the image of model slot A, as app/core/store.c reads it.

    firmware/make_slot.py MODEL.tflite SLOT.bin [--state STATE.bin] [--name NAME]

With --state also an image of the partition "state" in which that model is the active one, on trial, and the built-in one
the one before. Needs no Python package.

SPDX-License-Identifier: Apache-2.0
"""

import argparse
import hashlib
import pathlib
import struct
import zlib

SECTOR_BYTES = 4096
HEADER_BYTES = 128
RECORD_BYTES = 256
NAME_BYTES = 32
FORMAT = 1
GENERATION = 1
BUILT_IN, SLOT_A = 0, 1


def seal(magic, content, byte_count):
    """magic, format and content, with the checksum in the last four bytes."""
    block = struct.pack("<4sHxx", magic, FORMAT) + content
    block += bytes(byte_count - 4 - len(block))
    return block + struct.pack("<I", zlib.crc32(block))


def slot_image(model, name):
    encoded = name.encode()[: NAME_BYTES - 1]
    header = seal(
        b"THBM",
        struct.pack("<II32s32s", len(model), GENERATION, hashlib.sha256(model).digest(), encoded),
        HEADER_BYTES,
    )
    return header.ljust(SECTOR_BYTES, b"\xff") + model.ljust((len(model) + 15) // 16 * 16, b"\xff")


def state_image():
    sources = bytes([SLOT_A, BUILT_IN, BUILT_IN, 0])  # active, previous, confirmed; crashes
    generations = struct.pack("<III", GENERATION, 0, 0)
    record = seal(b"THBS", struct.pack("<I", 1) + sources + generations, RECORD_BYTES)  # settings of 0: defaults
    return record.ljust(2 * SECTOR_BYTES, b"\xff")


def main():
    parser = argparse.ArgumentParser(description="Makes the image of model slot A.")
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("slot", type=pathlib.Path)
    parser.add_argument("--state", type=pathlib.Path, help="also an image in which this model is the active one")
    parser.add_argument("--name", help="what the device calls the model (default: the file's name)")
    arguments = parser.parse_args()
    model = arguments.model.read_bytes()
    if model[4:8] != b"TFL3":
        parser.error(f"{arguments.model} is not a .tflite: its bytes 4 to 7 are not TFL3")
    arguments.slot.write_bytes(slot_image(model, arguments.name or arguments.model.stem))
    if arguments.state:
        arguments.state.write_bytes(state_image())


if __name__ == "__main__":
    main()
