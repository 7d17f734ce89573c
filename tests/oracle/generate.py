#!/usr/bin/env python3
"""Writes a pack of random models with random inputs and the outputs of TensorFlow Lite Micro.

Usage: generate.py --seed S --count N --output FILE [--op OP]
The same seed gives the same pack.
"""
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

import argparse
import itertools
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np

from builder import Graph, Tensor
from cases import Case, Sample, make_sample
from pack import PackedCase, write_pack
from random_cases import ONE_OP, chain, one_op
from random_ops import MORE_OPS
from runner import Refused, Runner

CHAIN = "chain"
CHAIN_SHARE = 0.2
MAX_SATURATED = 0.25  # a case that would lift an op's share above this is drawn again
ONE_OP.update(MORE_OPS)


class Tally:
    """What was drawn per op."""

    def __init__(self) -> None:
        self.cases: Counter[str] = Counter()
        self.int8: Counter[str] = Counter()
        self.saturated: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.too_saturated: Counter[str] = Counter()

    def accept(self, op: str, sample: Sample) -> bool:
        """Counts the sample unless it would saturate too much."""
        int8, saturated = self.int8[op] + sample.int8_count, self.saturated[op] + sample.saturated_count
        if int8 and saturated / int8 > MAX_SATURATED and sample.saturated_count > MAX_SATURATED * sample.int8_count:
            self.too_saturated[op] += 1
            return False
        self.cases[op] += 1
        self.int8[op], self.saturated[op] = int8, saturated
        return True

    def print(self) -> None:
        for op in sorted(self.cases):
            share = f"{100 * self.saturated[op] / self.int8[op]:5.1f} %" if self.int8[op] else "      -"
            print(f"{op:20} {self.cases[op]:6} cases, saturated {share}, redrawn: {self.refused[op]} refused, "
                  f"{self.too_saturated[op]} saturated")


def defined(build: Callable[[Graph], Tensor | list[Tensor]]) -> Callable[[Graph], Tensor | list[Tensor]]:
    """The same graph, or Refused: beyond these scales, shifts of the reference kernels are undefined."""
    def checked(g: Graph) -> Tensor | list[Tensor]:
        outputs = build(g)
        for tensor in g.tensors:
            is_constant = tensor.data is not None and tensor not in g.inputs
            if tensor.scales and not is_constant and not 1e-9 <= tensor.scale <= 1e9:
                raise Refused(f"the scale {tensor.scale} of a tensor is too extreme")
        return outputs
    return checked


def draw(seed: int, index: int, only: str | None, runner: Runner, tally: Tally) -> Sample:
    """The case of this number, drawn until it is accepted."""
    choice = np.random.default_rng([seed, index])
    op = only or (CHAIN if choice.random() < CHAIN_SHARE else str(choice.choice(
        list(ONE_OP), p=np.array([share for share, _, _ in ONE_OP.values()]) / sum(s for s, _, _ in ONE_OP.values()))))
    for attempt in itertools.count(1):
        case = Case(op, f"{op}_{seed}_{index}", defined(chain if op == CHAIN else lambda g: one_op(g, op)),
                    odd_buffers=choice.random() < 0.2)
        try:
            sample = make_sample(case, runner, np.random.default_rng([seed, index, attempt]))
            if tally.accept(op, sample):
                return sample
        except Refused as reason:
            tally.refused[op] += 1
            print(f"refused {case.name} attempt {attempt}: {reason}", file=sys.stderr)
    raise AssertionError("not reached")


def packed(sample: Sample) -> PackedCase:
    """The sample as a pack stores it."""
    inputs = len(sample.inputs)
    return PackedCase(sample.name, sample.model, list(zip(sample.types[:inputs], sample.inputs)),
                      list(zip(sample.types[inputs:], sample.outputs)))


def main() -> int:
    parser = argparse.ArgumentParser(description="Random models with the outputs of TensorFlow Lite Micro.")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--op", choices=[*ONE_OP, CHAIN], help="only this op")
    arguments = parser.parse_args()
    start = time.monotonic()
    runner, tally = Runner(), Tally()
    samples = [draw(arguments.seed, index, arguments.op, runner, tally) for index in range(arguments.count)]
    runner.close()
    write_pack(arguments.output, [packed(sample) for sample in samples])
    tally.print()
    print(f"{arguments.output}: {len(samples)} cases, {arguments.output.stat().st_size} bytes, "
          f"{time.monotonic() - start:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
