#!/usr/bin/env python3
"""Writes the vectors of all ops: NAME.tflite, NAME.in0 …, NAME.out0 … into engine/src/ops/OP/vectors/.

make_vectors.py --models instead records what the models in models/ answer to a few inputs, in tests/models/MODEL/: the
model's hash in model.sha256, and CASE.in0, CASE.out0 (model_records.py).
The folders are rewritten; running it again gives the same files.
"""
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path

import cases_conv
import cases_int16
import cases_math
import cases_move
import cases_norm
import cases_pair
import cases_part
import cases_pool
import cases_sharp
import cases_space
import cases_state
import cases_type
import cases_unary
from cases import Case, Sample, make_sample
from model_records import record_all
from runner import Refused, Runner

OPS = Path(__file__).resolve().parents[2] / "engine" / "src" / "ops"
MODULES = (cases_conv, cases_pool, cases_math, cases_type, cases_move, cases_space, cases_part, cases_pair, cases_norm,
           cases_unary, cases_sharp, cases_int16, cases_state)


def rewrite(folder: Path, samples: list[Sample]) -> int:
    """Makes the folder hold these vectors and nothing else, returns their bytes."""
    files: dict[str, bytes] = {}
    for sample in samples:
        files[f"{sample.name}.tflite"] = sample.model
        files |= {f"{sample.name}.in{i}": data for i, data in enumerate(sample.inputs)}
        files |= {f"{sample.name}.out{i}": data for i, data in enumerate(sample.outputs)}
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if old.name not in files:
            old.unlink()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return sum(len(data) for data in files.values())


def main() -> int:
    if sys.argv[1:] == ["--models"]:
        record_all()
        return 0
    by_op: dict[str, list[Case]] = defaultdict(list)
    for module in MODULES:
        for case in module.vectors():
            by_op[case.op].append(case)
    names = [case.name for cases in by_op.values() for case in cases]
    if len(names) != len(set(names)):
        raise SystemExit(f"names used twice: {sorted({n for n in names if names.count(n) > 1})}")

    runner = Runner()
    refused, total_bytes, int8_count, saturated_count = 0, 0, 0, 0
    for op, cases in by_op.items():
        samples = []
        for case in cases:
            try:
                samples.append(make_sample(case, runner))
            except Refused as reason:
                print(f"refused: {case.name}: {reason}", file=sys.stderr)
                refused += 1
        op_bytes = rewrite(OPS / op / "vectors", samples)
        op_int8 = sum(sample.int8_count for sample in samples)
        op_saturated = sum(sample.saturated_count for sample in samples)
        share = f"{100 * op_saturated / op_int8:.1f} %" if op_int8 else "-"
        print(f"{op:20} {len(samples):4} vectors {op_bytes:8} bytes   saturated int8 outputs: {share}")
        total_bytes += op_bytes
        int8_count += op_int8
        saturated_count += op_saturated
    runner.close()
    print(f"{len(names) - refused} vectors, {total_bytes} bytes, {100 * saturated_count / int8_count:.1f} % saturated")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
