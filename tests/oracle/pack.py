#!/usr/bin/env python3
"""Packs models with their inputs and expected outputs into one file that C reads in place.

Little endian, every block starts at a multiple of 16 bytes:
  file    "TVP1", u32 case_count, u32 0, u32 0, then the cases
  case    u32 name_bytes, u32 model_bytes, u32 input_count, u32 output_count, then name, model, inputs, outputs
  tensor  u32 data_bytes, u32 type (TFLite TensorType), u32 0, u32 0, then the data

Usage: pack.py -o FILE PATH...   PATH: a folder (searched for vectors, model.tflite and records) or one .tflite
       pack.py --list FILE
       pack.py --extract FILE -o FOLDER NAME...   writes FOLDER/NAME/model.tflite, in0.bin …, out0.bin …
A record is what make_vectors.py --models writes for a model that lies elsewhere: model.sha256, as sha256sum prints it,
and the inputs and outputs CASE.in0 …, CASE.out0 …
Needs only the standard library.
"""
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

import argparse
import hashlib
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MAGIC = b"TVP1"
HEADER = struct.Struct("<4I")
RECORD_NAME = "model.sha256"
RECORD_COMMAND = "build/oracle/bin/python tests/oracle/make_vectors.py --models"
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


def make_case(name: str, model: bytes, folder: Path, pattern: str) -> PackedCase:
    """The model with the inputs and outputs of a folder; the pattern makes file names of "in" or "out" and a number."""
    input_types, output_types = input_and_output_types(model)

    def tensors(kind: str, types: list[int]) -> list[tuple[int, bytes]]:
        return [(t, (folder / pattern.format(kind, i)).read_bytes()) for i, t in enumerate(types)]

    return PackedCase(name, model, tensors("in", input_types), tensors("out", output_types))


def load_case(model_path: Path) -> PackedCase:
    """Reads NAME.tflite with NAME.in0, NAME.out0 …, or model.tflite with in0.bin, out0.bin …"""
    model, folder = model_path.read_bytes(), model_path.parent
    if model_path.name == "model.tflite":
        return make_case(folder.name, model, folder, "{}{}.bin")
    return make_case(model_path.stem, model, folder, model_path.stem + ".{}{}")


def load_record(record: Path) -> list[PackedCase]:
    """The cases of a record, for the model file that it names."""
    expected_hash, file_name = record.read_text().split()
    model = (ROOT / file_name).read_bytes()
    if hashlib.sha256(model).hexdigest() != expected_hash:
        raise SystemExit(f"{file_name} is not the model that {record.parent.relative_to(ROOT)} was recorded from. "
                         f"If it is meant to be new: {RECORD_COMMAND}")
    names = sorted(path.name.removesuffix(".in0") for path in record.parent.glob("*.in0"))
    return [make_case(f"{record.parent.name}/{name}", model, record.parent, name + ".{}{}") for name in names]


def load_cases(path: Path) -> list[PackedCase]:
    """The case of a file, or all cases under a folder, in a fixed order."""
    models = [path] if path.is_file() else sorted(path.rglob("*.tflite"))
    records = sorted(path.rglob(RECORD_NAME))
    return [load_case(model) for model in models] + [case for record in records for case in load_record(record)]


def extract(case: PackedCase, folder: Path) -> None:
    """Writes the case as a folder that can be packed again."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.tflite").write_bytes(case.model)
    for kind, tensors in (("in", case.inputs), ("out", case.outputs)):
        for index, (_, data) in enumerate(tensors):
            (folder / f"{kind}{index}.bin").write_bytes(data)


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 16)


def _describe(tensors: list[tuple[int, bytes]]) -> str:
    return " ".join(f"{TYPE_NAMES.get(t, t)}:{len(data)}" for t, data in tensors)


def main() -> int:
    parser = argparse.ArgumentParser(description="Packs test models with inputs and expected outputs.")
    parser.add_argument("-o", "--output", type=Path, help="pack file, or folder, to write")
    parser.add_argument("--list", type=Path, metavar="FILE", help="list the cases of a pack file")
    parser.add_argument("--extract", type=Path, metavar="FILE", help="write the named cases of a pack file as files")
    parser.add_argument("paths", nargs="*")
    arguments = parser.parse_args()
    if arguments.list:
        for case in read_pack(arguments.list.read_bytes()):
            print(f"{case.name}: model {len(case.model)}, in {_describe(case.inputs)}, out {_describe(case.outputs)}")
        return 0
    if not arguments.output or not arguments.paths:
        parser.error("give -o FILE and at least one PATH, or --list FILE")
    if arguments.extract:
        for case in read_pack(arguments.extract.read_bytes()):
            if case.name in arguments.paths:
                extract(case, arguments.output / case.name)
                print(f"kept {arguments.output / case.name}")
        return 0
    cases = [case for path in arguments.paths for case in load_cases(Path(path))]
    if not cases:
        parser.error("no .tflite file found")
    write_pack(arguments.output, cases)
    print(f"{arguments.output}: {len(cases)} cases, {arguments.output.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
