"""Cases of the ops that take tensors apart or repeat them: SLICE, SPLIT, SPLIT_V, UNPACK, GATHER, FILL, ZEROS_LIKE,
BROADCAST_TO and MIRROR_PAD."""
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from tflite_micro.tensorflow.lite.micro.python import schema_py_generated as schema

from builder import Graph, Tensor
from cases import Case
from cases_move import plain


def slice_of(g: Graph, x: Tensor, *, begin: Sequence[int], to: Sequence[int], version: int = 3) -> Tensor:
    """SLICE of `to` elements; -1 means the rest."""
    y = g.like(x, [d - b if s == -1 else s for d, b, s in zip(x.shape, begin, to, strict=True)])
    return g.op("SLICE", [x, g.vector(begin), g.vector(to)], y, schema.SliceOptionsT(), version)


def _scalar(g: Graph, value: int) -> Tensor:
    return g.constant(np.array(value, dtype=np.int32), "int32")


def split(g: Graph, x: Tensor, *, axis: int, count: int, version: int = 4) -> list[Tensor]:
    """SPLIT into `count` parts of the same size."""
    shape = list(x.shape)
    shape[axis] //= count
    options = schema.SplitOptionsT()
    options.numSplits = count
    return g.op_many("SPLIT", [_scalar(g, axis), x], [g.like(x, shape) for _ in range(count)], options, version)


def split_v(g: Graph, x: Tensor, *, axis: int, parts: Sequence[int], version: int = 2) -> list[Tensor]:
    """SPLIT_V into parts of these sizes."""
    options = schema.SplitVOptionsT()
    options.numSplits = len(parts)
    outputs = []
    for part in parts:
        shape = list(x.shape)
        shape[axis] = part
        outputs.append(g.like(x, shape))
    return g.op_many("SPLIT_V", [x, g.vector(parts), _scalar(g, axis)], outputs, options, version)


def unpack(g: Graph, x: Tensor, *, axis: int, version: int = 2) -> list[Tensor]:
    """UNPACK along `axis`."""
    position = axis % len(x.shape)
    options = schema.UnpackOptionsT()
    options.num, options.axis = x.shape[position], axis
    shape = [d for i, d in enumerate(x.shape) if i != position]
    return g.op_many("UNPACK", [x], [g.like(x, shape) for _ in range(options.num)], options, version)


def gather(g: Graph, x: Tensor, *, indices: Any, axis: int = 0, batch_dims: int = 0, version: int = 1) -> Tensor:
    """GATHER of constant indices."""
    index = g.constant(np.array(indices, dtype=np.int32), "int32")
    position = axis % len(x.shape)
    options = schema.GatherOptionsT()
    options.axis, options.batchDims = axis, batch_dims
    shape = [*x.shape[:position], *index.shape[batch_dims:], *x.shape[position + 1:]]
    return g.op("GATHER", [x, index], g.like(x, shape), options, version)


def fill(g: Graph, x: Tensor, *, shape: Sequence[int], version: int = 1) -> Tensor:
    """FILL with the one element of x."""
    return g.op("FILL", [g.vector(shape), x], g.like(x, shape), schema.FillOptionsT(), version)


def zeros_like(g: Graph, x: Tensor, *, version: int = 1) -> Tensor:
    """ZEROS_LIKE."""
    return g.op("ZEROS_LIKE", [x], g.like(x, x.shape), schema.ZerosLikeOptionsT(), version)


def broadcast_to(g: Graph, x: Tensor, *, shape: Sequence[int], version: int = 2) -> Tensor:
    """BROADCAST_TO."""
    return g.op("BROADCAST_TO", [x, g.vector(shape)], g.like(x, shape), schema.BroadcastToOptionsT(), version)


def mirror_pad(g: Graph, x: Tensor, *, paddings: Sequence[tuple[int, int]], symmetric: bool = False,
               version: int = 1) -> Tensor:
    """MIRROR_PAD."""
    options = schema.MirrorPadOptionsT()
    options.mode = int(symmetric)
    y = g.like(x, [d + sum(p) for d, p in zip(x.shape, paddings, strict=True)])
    return g.op("MIRROR_PAD", [x, g.constant(np.array(paddings), "int32")], y, options, version)


def vectors() -> list[Case]:
    """The fixed cases."""
    cases: list[Case] = []

    def one(op: Callable[..., Tensor | list[Tensor]], types: str, what: str, size: Sequence[int], **options: Any) -> None:
        name = op.__name__.removesuffix("_of")
        for t in types.split():
            def build(g: Graph, t: str = t) -> Tensor | list[Tensor]:
                return op(g, plain(g, t, size), **options)
            cases.append(Case(name, f"{name}_{t}_{what}", build))

    four = "int8 float32 int16 int32"
    one(slice_of, four, "middle", (1, 5, 6, 3), begin=(0, 1, 2, 0), to=(1, 3, 3, 3))
    one(slice_of, "int8", "rest", (4, 8, 3), begin=(1, 0, 2), to=(-1, 8, -1))
    one(slice_of, "int8", "whole", (4, 5), begin=(0, 0), to=(4, 5))
    one(slice_of, "int8", "5d", (2, 2, 3, 2, 3), begin=(1, 0, 1, 0, 1), to=(1, 2, 2, 1, 2))
    one(split, four, "2_parts", (2, 3, 8), axis=2, count=2)
    one(split, "int8", "negative_axis", (2, 6, 2), axis=-2, count=3)
    one(split, "int8", "axis_0", (4, 5), axis=0, count=4)
    one(split_v, four, "3_parts", (2, 3, 8), axis=2, parts=(1, 5, 2))
    one(split_v, "int8", "axis_0", (4, 5), axis=0, parts=(3, 1))
    one(split_v, "int8", "1_part", (4, 5), axis=-1, parts=(5,))
    one(unpack, four, "axis_1", (2, 3, 4), axis=1)
    one(unpack, "int8", "negative_axis", (2, 3, 2), axis=-1)
    one(unpack, "int8", "axis_0", (3, 5), axis=0)
    one(gather, "int8 float32", "rows", (5, 4), indices=(3, 0, 3))
    one(gather, "int8", "last_axis", (2, 3, 6), indices=(5, 1), axis=-1)
    one(gather, "int8", "table_of_indices", (4, 3), indices=((0, 2), (3, 1)), axis=0)
    one(gather, "int8", "scalar", (4, 3), indices=2, axis=1)
    one(gather, "int8", "batch", (2, 4, 3), indices=((0, 2), (3, 1)), axis=1, batch_dims=1)
    one(fill, "int8 float32 int32", "3d", (), shape=(2, 3, 5))
    one(zeros_like, "int8 float32 int32", "3d", (2, 3, 5))
    one(broadcast_to, four, "both_ends", (1, 3, 1), shape=(2, 3, 4))
    one(broadcast_to, "int8", "more_dimensions", (3, 1), shape=(2, 2, 3, 2))
    one(broadcast_to, "int8", "same", (3, 2), shape=(3, 2))
    one(mirror_pad, "int8 float32", "reflect", (1, 3, 4, 2), paddings=((0, 0), (2, 1), (3, 2), (0, 0)))
    one(mirror_pad, "int8 float32", "symmetric", (1, 3, 4, 2), paddings=((0, 0), (3, 1), (2, 4), (0, 0)), symmetric=True)
    one(mirror_pad, "int8", "last_axis", (2, 3), paddings=((1, 0), (2, 2)))
    return cases
