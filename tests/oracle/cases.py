"""What a test case is, and how one is turned into a model with its input and output tensors."""
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from builder import TYPES, Graph, Tensor
from runner import Runner


@dataclass(frozen=True)
class Case:
    """A named model: `build` fills the graph and returns its outputs.

    Where the interpreter's answer is undefined, `ask` builds another model of the same inputs, which has to answer the
    same and is asked instead.
    """

    op: str
    name: str
    build: Callable[[Graph], Tensor | list[Tensor]]
    odd_buffers: bool = False
    steps: int = 1  # inferences, one after the other: for ops with state
    ask: Callable[[Graph], Tensor | list[Tensor]] | None = None


@dataclass(frozen=True)
class Sample:
    """A model with the bytes of its inputs and of the outputs that the interpreter gave for them."""

    name: str
    model: bytes
    inputs: list[bytes]
    outputs: list[bytes]
    types: list[int]
    int8_count: int
    saturated_count: int


def make_sample(case: Case, runner: Runner, seed: int | np.random.Generator | None = None) -> Sample:
    """Builds and runs the case. The seed comes from the name unless given. Raises Refused."""
    graph = Graph(zlib.crc32(case.name.encode()) if seed is None else seed, case.odd_buffers)
    graph.steps = case.steps
    built = case.build(graph)
    outputs = built if isinstance(built, list) else [built]
    model = graph.finish(outputs)
    inputs = [tensor.data for tensor in graph.inputs if tensor.data is not None]
    asked = model
    if case.ask is not None:
        other = Graph(zlib.crc32(case.name.encode()), case.odd_buffers)
        answers = case.ask(other)
        asked = other.finish(answers if isinstance(answers, list) else [answers])
    results = runner.run(asked, inputs, len(outputs), graph.steps)
    int8 = [result for result in results if result.dtype == np.int8]
    return Sample(
        case.name, model,
        [_bytes(data) for data in inputs],
        [_bytes(np.asarray(result)) for result in results],
        [TYPES[tensor.type][0] for tensor in [*graph.inputs, *outputs]],
        sum(result.size for result in int8),
        sum(int(np.count_nonzero((result == -128) | (result == 127))) for result in int8),
    )


def _bytes(data: np.ndarray) -> bytes:
    return np.ascontiguousarray(data).astype(data.dtype.newbyteorder("<"), copy=False).tobytes()
