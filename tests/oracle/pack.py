#!/usr/bin/env python3
"""Packs models with their inputs and expected outputs into one file that C reads in place.

Little endian, every block starts at a multiple of 16 bytes:
  file    "TVP1", u32 case_count, u32 0, u32 0, then the cases
  case    u32 name_bytes, u32 model_bytes, u32 input_count, u32 output_count, then name, model, inputs, outputs
  tensor  u32 data_bytes, u32 type (TFLite TensorType), u32 0, u32 0, then the data

Usage: pack.py -o FILE PATH...   PATH: a folder (searched for vectors and model.tflite) or one .tflite
       pack.py --list FILE
Needs only the standard library.
"""
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

import argparse
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MAGIC = b"TVP1"
HEADER = struct.Struct("<4I")
TYPE_NAMES = {0: "float32", 1: "float16", 2: "int32", 3: "uint8", 4: "int64", 6: "bool", 7: "int16", 9: "int8"}


@dataclass(frozen=True)
class PackedCase:
    """A model, its inputs and its outputs; each tensor is (type, bytes)."""

    name: str
    model: bytes
    inputs: list[tuple[int, bytes]]
    outputs: list[tuple[int, bytes]]


def write_pack(path: Path, cases: list[PackedCase]) -> None:
    """Writes the pack file."""
    with path.open("wb") as file:
        file.write(HEADER.pack(int.from_bytes(MAGIC, "little"), len(cases), 0, 0))
        for case in cases:
            name = case.name.encode()
            file.write(HEADER.pack(len(name), len(case.model), len(case.inputs), len(case.outputs)))
            file.write(_padded(name))
            file.write(_padded(case.model))
            for type_number, data in [*case.inputs, *case.outputs]:
                file.write(HEADER.pack(len(data), type_number, 0, 0))
                file.write(_padded(data))


def read_pack(data: bytes) -> Iterator[PackedCase]:
    """The cases of a pack file."""
    magic, case_count, _, _ = HEADER.unpack_from(data, 0)
    if magic != int.from_bytes(MAGIC, "little"):
        raise ValueError("not a pack file")
    position = HEADER.size

    def take(byte_count: int) -> bytes:
        nonlocal position
        taken = data[position:position + byte_count]
        if len(taken) != byte_count:
            raise ValueError("pack file is cut short")
        position += -(-byte_count // 16) * 16
        return taken

    def take_tensor() -> tuple[int, bytes]:
        byte_count, type_number, _, _ = HEADER.unpack(take(HEADER.size))
        return type_number, take(byte_count)

    for _ in range(case_count):
        name_bytes, model_bytes, input_count, output_count = HEADER.unpack(take(HEADER.size))
        name = take(name_bytes).decode()
        model = take(model_bytes)
        inputs = [take_tensor() for _ in range(input_count)]
        yield PackedCase(name, model, inputs, [take_tensor() for _ in range(output_count)])


def input_and_output_types(model: bytes) -> tuple[list[int], list[int]]:
    """The tensor types of the first subgraph's inputs and outputs, read from the flatbuffer."""

    def word(position: int) -> int:
        return struct.unpack_from("<I", model, position)[0]

    def field(table: int, index: int) -> int:
        """Position of a table's field, 0 if absent."""
        vtable = table - struct.unpack_from("<i", model, table)[0]
        slot = 4 + 2 * index
        if slot >= struct.unpack_from("<H", model, vtable)[0]:
            return 0
        offset = struct.unpack_from("<H", model, vtable + slot)[0]
        return table + offset if offset else 0

    def vector(table: int, index: int) -> list[int]:
        """Positions of a vector's 4-byte elements."""
        position = field(table, index)
        if not position:
            return []
        start = position + word(position)
        return [start + 4 + 4 * i for i in range(word(start))]

    subgraph = vector(word(0), 2)[0]
    subgraph += word(subgraph)
    types = []
    for position in vector(subgraph, 0):
        type_position = field(position + word(position), 1)
        types.append(model[type_position] if type_position else 0)
    return [types[word(p)] for p in vector(subgraph, 1)], [types[word(p)] for p in vector(subgraph, 2)]


def load_case(model_path: Path) -> PackedCase:
    """Reads NAME.tflite with NAME.in0, NAME.out0 …, or model.tflite with in0.bin, out0.bin …"""
    model = model_path.read_bytes()
    input_types, output_types = input_and_output_types(model)
    if model_path.name == "model.tflite":
        name, pattern = model_path.parent.name, "{}{}.bin"
    else:
        name, pattern = model_path.stem, model_path.stem + ".{}{}"

    def tensors(kind: str, types: list[int]) -> list[tuple[int, bytes]]:
        return [(t, (model_path.parent / pattern.format(kind, i)).read_bytes()) for i, t in enumerate(types)]

    return PackedCase(name, model, tensors("in", input_types), tensors("out", output_types))


def find_models(path: Path) -> list[Path]:
    """A file itself, or all .tflite files under a folder, in a fixed order."""
    return [path] if path.is_file() else sorted(path.rglob("*.tflite"))


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 16)


def _describe(tensors: list[tuple[int, bytes]]) -> str:
    return " ".join(f"{TYPE_NAMES.get(t, t)}:{len(data)}" for t, data in tensors)


def main() -> int:
    parser = argparse.ArgumentParser(description="Packs test models with inputs and expected outputs.")
    parser.add_argument("-o", "--output", type=Path, help="pack file to write")
    parser.add_argument("--list", type=Path, metavar="FILE", help="list the cases of a pack file")
    parser.add_argument("paths", type=Path, nargs="*")
    arguments = parser.parse_args()
    if arguments.list:
        for case in read_pack(arguments.list.read_bytes()):
            print(f"{case.name}: model {len(case.model)}, in {_describe(case.inputs)}, out {_describe(case.outputs)}")
        return 0
    if not arguments.output or not arguments.paths:
        parser.error("give -o FILE and at least one PATH, or --list FILE")
    models = [model for path in arguments.paths for model in find_models(path)]
    if not models:
        parser.error("no .tflite file found")
    write_pack(arguments.output, [load_case(model) for model in models])
    print(f"{arguments.output}: {len(models)} cases, {arguments.output.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
