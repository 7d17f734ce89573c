"""Records what whole models answer to a few inputs, so that they stay pinned where the interpreter is not there."""
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from tflite_micro import runtime

from pack import RECORD_NAME
from runner import ARENA_BYTES, Runner

ROOT = Path(__file__).resolve().parents[2]
RECORDS = ROOT / "tests" / "models"

Shape = tuple[int, ...]
Draw = Callable[[np.random.Generator, Shape], np.ndarray]


def noise(random: np.random.Generator, shape: Shape) -> np.ndarray:
    """Every value by itself, from 0 to 1."""
    return random.random(shape)


def patches(random: np.random.Generator, shape: Shape) -> np.ndarray:
    """Light patches of 5 x 5 on black, more like a picture than noise is."""
    coarse = [-(-length // 5) if 0 < axis < 3 else length for axis, length in enumerate(shape)]
    values = np.maximum(random.normal(0.1, 0.6, coarse), 0).clip(0, 1)
    for axis in range(1, min(3, len(shape))):
        values = values.repeat(5, axis).take(range(shape[axis]), axis)
    return values


INPUTS: dict[str, Draw] = {
    "noise": noise,
    "patches_0": patches,
    "patches_1": patches,
    "patches_2": patches,
    "lowest": lambda _, shape: np.zeros(shape),
    "highest": lambda _, shape: np.ones(shape),
}


def stored(values: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """Spreads 0 … 1 over the range of an integer type."""
    if not np.issubdtype(dtype, np.integer):
        return values.astype(dtype)
    limits = np.iinfo(dtype)
    return np.rint(limits.min + values * (limits.max - limits.min)).astype(dtype)


def record(model_path: Path, runner: Runner) -> int:
    """Rewrites the record of one model that has one input and one output, returns its bytes."""
    model = model_path.read_bytes()
    details = runtime.Interpreter.from_bytes(model, arena_size=ARENA_BYTES).get_input_details(0)
    shape = tuple(int(length) for length in details["shape"])
    name = f"{hashlib.sha256(model).hexdigest()}  {model_path.relative_to(ROOT)}\n"
    files = {RECORD_NAME: name.encode()}
    for case, draw in INPUTS.items():
        random = np.random.default_rng(zlib.crc32(f"{model_path.stem}_{case}".encode()))
        data = stored(draw(random, shape), np.dtype(details["dtype"]))
        files[f"{case}.in0"] = data.tobytes()
        files[f"{case}.out0"] = np.ascontiguousarray(runner.run(model, [data], 1)[0]).tobytes()
    folder = RECORDS / model_path.stem
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if old.name not in files:
            old.unlink()
    for file_name, content in files.items():
        (folder / file_name).write_bytes(content)
    return sum(len(content) for content in files.values())


def record_all() -> None:
    runner = Runner()
    for model_path in sorted((ROOT / "models").glob("*.tflite")):
        print(f"{model_path.name}: {len(INPUTS)} inputs, {record(model_path, runner)} bytes")
    runner.close()
