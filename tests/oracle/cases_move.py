"""Cases of the ops that only move data or indices: RESHAPE, SQUEEZE, EXPAND_DIMS, SHAPE, STRIDED_SLICE, PACK,
TRANSPOSE, PAD, PADV2, CONCATENATION and ARG_MAX."""
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from tflite_micro.tensorflow.lite.micro.python import schema_py_generated as schema

from builder import NONE, QUANTIZED, Graph, Params, Tensor, float32
from cases import Case


def reshape(g: Graph, x: Tensor, *, shape: Sequence[int], given: Sequence[int] | None = None, as_input: bool = True,
            in_options: bool = True, version: int = 1) -> Tensor:
    """RESHAPE to `shape`; `given` is what the file says, which may hold one -1."""
    y = g.like(x, shape)
    given = shape if given is None else given
    options = None
    if in_options:
        options = schema.ReshapeOptionsT()
        options.newShape = np.array(given, dtype=np.int32)
    inputs = [x, g.vector(given)] if as_input else [x]
    return g.op("RESHAPE", inputs, y, options, version)


def squeeze(g: Graph, x: Tensor, *, axes: Sequence[int] = (), version: int = 1) -> Tensor:
    """SQUEEZE; without axes every dimension of 1 goes."""
    rank = len(x.shape)
    gone = {a % rank for a in axes} if axes else {i for i, d in enumerate(x.shape) if d == 1}
    options = schema.SqueezeOptionsT()
    options.squeezeDims = np.array(axes, dtype=np.int32)
    return g.op("SQUEEZE", [x], g.like(x, [d for i, d in enumerate(x.shape) if i not in gone]), options, version)


def expand_dims(g: Graph, x: Tensor, *, axis: int, scalar: bool = True, version: int = 1) -> Tensor:
    """EXPAND_DIMS at `axis`."""
    shape = list(x.shape)
    shape.insert(axis if axis >= 0 else axis + len(shape) + 1, 1)
    index = g.constant(np.array(axis if scalar else [axis], dtype=np.int32), "int32")
    return g.op("EXPAND_DIMS", [x, index], g.like(x, shape), schema.ExpandDimsOptionsT(), version)


def shape_of(g: Graph, x: Tensor, *, version: int = 1) -> Tensor:
    """SHAPE."""
    options = schema.ShapeOptionsT()
    options.outType = schema.TensorType.INT32
    return g.op("SHAPE", [x], g.tensor("int32", (len(x.shape),)), options, version)


def strided_slice(g: Graph, x: Tensor, *, begin: Sequence[int], end: Sequence[int],
                  strides: Sequence[int] | None = None, begin_mask: int = 0, end_mask: int = 0, shrink_mask: int = 0,
                  version: int = 2) -> Tensor:
    """STRIDED_SLICE."""
    steps = list(strides or [1] * len(begin))
    shape = []
    for axis, size in enumerate(x.shape):
        first = None if begin_mask >> axis & 1 else begin[axis]
        last = None if end_mask >> axis & 1 else end[axis]
        if not shrink_mask >> axis & 1:
            shape.append(len(range(size)[first:last:steps[axis]]))
    options = schema.StridedSliceOptionsT()
    options.beginMask, options.endMask, options.shrinkAxisMask = begin_mask, end_mask, shrink_mask
    return g.op("STRIDED_SLICE", [x, g.vector(begin), g.vector(end), g.vector(steps)], g.like(x, shape), options,
                version)


def pack(g: Graph, parts: Sequence[Tensor], *, axis: int, version: int = 2) -> Tensor:
    """PACK along a new axis."""
    shape = list(parts[0].shape)
    shape.insert(axis if axis >= 0 else axis + len(shape) + 1, len(parts))
    options = schema.PackOptionsT()
    options.valuesCount, options.axis = len(parts), axis
    return g.op("PACK", parts, g.like(parts[0], shape), options, version)


def transpose(g: Graph, x: Tensor, *, order: Sequence[int], version: int = 2) -> Tensor:
    """TRANSPOSE."""
    return g.op("TRANSPOSE", [x, g.vector(order)], g.like(x, [x.shape[i] for i in order]), schema.TransposeOptionsT(),
                version)


def pad(g: Graph, x: Tensor, *, paddings: Sequence[tuple[int, int]], version: int = 2) -> Tensor:
    """PAD with the stored value of real zero."""
    return _pad(g, x, paddings, [], "PAD", schema.PadOptionsT(), version)


def padv2(g: Graph, x: Tensor, *, paddings: Sequence[tuple[int, int]], value: float = 3, version: int = 2) -> Tensor:
    """PADV2 with a constant stored value."""
    constant = g.constant(np.array([value]), x.type, x.scales, x.zero_points)
    return _pad(g, x, paddings, [constant], "PADV2", schema.PadV2OptionsT(), version)


def _pad(g: Graph, x: Tensor, paddings: Sequence[tuple[int, int]], more: list[Tensor], kind: str, options: object,
         version: int) -> Tensor:
    table = g.constant(np.array(paddings), "int32")
    y = g.like(x, [d + before + after for d, (before, after) in zip(x.shape, paddings, strict=True)])
    return g.op(kind, [x, table, *more], y, options, version)


def concatenation(g: Graph, parts: Sequence[Tensor], *, axis: int, version: int = 2) -> Tensor:
    """CONCATENATION."""
    shape = list(parts[0].shape)
    shape[axis] = sum(part.shape[axis] for part in parts)
    options = schema.ConcatenationOptionsT()
    options.axis = axis
    return g.op("CONCATENATION", parts, g.like(parts[0], shape), options, version)


def arg_max(g: Graph, x: Tensor, *, axis: int, version: int = 2) -> Tensor:
    """ARG_MAX with an int32 output."""
    position = axis % len(x.shape)
    y = g.tensor("int32", [d for i, d in enumerate(x.shape) if i != position])
    options = schema.ArgMaxOptionsT()
    options.outputType = schema.TensorType.INT32
    index = g.constant(np.array(axis, dtype=np.int32), "int32")
    return g.op("ARG_MAX", [x, index], y, options, version)


def plain(g: Graph, type: str, shape: Sequence[int], zero_point: int = -3) -> Tensor:
    """A graph input with quantization where the type has it."""
    params = Params(float32(0.05), 0 if type == "int16" else zero_point) if type in QUANTIZED else NONE
    return g.input(type, shape, params)


def vectors() -> list[Case]:
    """The fixed cases."""
    cases: list[Case] = []

    def one(op: Callable[..., Tensor], name: str, types: str, what: str, size: Sequence[int],
            zero_point: int = -3, **options: Any) -> None:
        for t in types.split():
            def build(g: Graph, t: str = t) -> Tensor:
                return op(g, plain(g, t, size, zero_point), **options)
            cases.append(Case(name, f"{name}_{t}_{what}", build))

    def many(op: Callable[..., Tensor], name: str, types: str, what: str, shapes: Sequence[Sequence[int]],
             **options: Any) -> None:
        for t in types.split():
            def build(g: Graph, t: str = t) -> Tensor:
                return op(g, [plain(g, t, shape) for shape in shapes], **options)
            cases.append(Case(name, f"{name}_{t}_{what}", build))

    one(reshape, "reshape", "int8 float32 int16 int32", "flatten", (1, 3, 4, 5), shape=(1, 60))
    one(reshape, "reshape", "int8", "minus_1", (1, 3, 4, 5), shape=(1, 60), given=(1, -1))
    one(reshape, "reshape", "int8", "minus_1_first", (2, 6, 5), shape=(4, 3, 5), given=(-1, 3, 5))
    one(reshape, "reshape", "int8", "one_input", (2, 6, 5), shape=(3, 20), as_input=False)
    one(reshape, "reshape", "int8", "shape_only_as_input", (2, 6, 5), shape=(5, 12), in_options=False)
    one(reshape, "reshape", "int8", "to_6d", (24,), shape=(1, 2, 3, 1, 2, 2))
    one(reshape, "reshape", "int8", "to_scalar", (1, 1), shape=())

    one(squeeze, "squeeze", "int8 float32 int16 int32", "axes_1_2", (2, 1, 1, 7), axes=(1, 2))
    one(squeeze, "squeeze", "int8", "all", (1, 1, 5, 1))
    one(squeeze, "squeeze", "int8", "negative_axis", (3, 1, 4, 1), axes=(-1,))

    one(expand_dims, "expand_dims", "int8 float32 int16", "axis_0", (3, 4), axis=0)
    one(expand_dims, "expand_dims", "int8", "last_axis", (3, 4, 2), axis=-1)
    one(expand_dims, "expand_dims", "int8", "axis_as_vector", (3, 4, 2), axis=1, scalar=False)

    one(shape_of, "shape", "int8 float32 int32", "4d", (1, 3, 4, 5))
    one(shape_of, "shape", "int8", "1d", (11,))

    def fold(g: Graph) -> Tensor:
        x = plain(g, "int8", (2, 3, 4))
        batch = strided_slice(g, shape_of(g, x), begin=(0,), end=(1,), shrink_mask=1)
        rest = g.constant(np.array(12), "int32")
        target = pack(g, [batch, rest], axis=0)
        return g.op("RESHAPE", [x, target], g.like(x, (2, 12)), schema.ReshapeOptionsT(), 1)
    cases.append(Case("shape", "shape_int8_feeds_reshape", fold))

    def cut(types: str, what: str, shape: Sequence[int], **options: Any) -> None:
        one(strided_slice, "strided_slice", types, what, shape, **options)

    cut("int8 float32 int16 int32", "middle", (1, 5, 6, 3), begin=(0, 1, 2, 0), end=(1, 4, 5, 3))
    cut("int8", "stride_2", (1, 7, 6, 3), begin=(0, 0, 1, 0), end=(1, 7, 6, 3), strides=(1, 2, 2, 1))
    cut("int8", "negative_stride", (6, 5), begin=(5, 4), end=(0, -6), strides=(-2, -1))
    cut("int8", "reversed", (9,), begin=(0,), end=(0,), strides=(-1,), begin_mask=1, end_mask=1)
    cut("int8", "negative_indices", (4, 8), begin=(-3, -6), end=(-1, -1))
    cut("int8", "masks", (4, 8, 3), begin=(1, 2, 1), end=(2, 5, 2), begin_mask=5, end_mask=2)
    cut("int8", "shrink", (4, 8, 3), begin=(2, 1, 0), end=(3, 6, 3), shrink_mask=1)
    cut("int8", "shrink_negative", (4, 8, 3), begin=(-1, -2, 0), end=(0, 0, 2), shrink_mask=3)
    cut("int32", "shrink_to_scalar", (4,), begin=(2,), end=(3,), shrink_mask=1)
    cut("int8", "end_beyond_size", (5, 4), begin=(1, -9), end=(99, 99))

    many(pack, "pack", "int8 float32 int16 int32", "axis_0", [(3, 4)] * 2, axis=0)
    many(pack, "pack", "int8", "axis_1", [(3, 4)] * 3, axis=1)
    many(pack, "pack", "int8", "last_axis", [(2, 5)] * 4, axis=-1)
    many(pack, "pack", "int32", "scalars", [()] * 3, axis=0)
    many(pack, "pack", "int8", "one_part", [(2, 5)], axis=1)

    one(transpose, "transpose", "int8 float32 int16", "nhwc_to_nchw", (1, 4, 5, 3), order=(0, 3, 1, 2))
    one(transpose, "transpose", "int8", "nchw_to_nhwc", (1, 3, 4, 5), order=(0, 2, 3, 1))
    one(transpose, "transpose", "int8", "2d", (7, 5), order=(1, 0))
    one(transpose, "transpose", "int8", "3d", (3, 4, 5), order=(2, 0, 1))
    one(transpose, "transpose", "int8", "5d", (2, 3, 2, 3, 2), order=(4, 2, 0, 3, 1))
    one(transpose, "transpose", "int8", "identity", (2, 3, 4), order=(0, 1, 2))
    one(transpose, "transpose", "int8", "1d", (9,), order=(0,))

    image_padding = ((0, 0), (1, 1), (2, 1), (0, 0))
    one(pad, "pad", "int8 float32 int16 int32", "image", (1, 4, 5, 3), paddings=image_padding)
    one(pad, "pad", "int8", "zero_point_21", (1, 4, 5, 3), zero_point=21, paddings=image_padding)
    one(pad, "pad", "int8", "channels", (1, 3, 4, 2), paddings=((0, 0), (0, 0), (1, 0), (1, 2)))
    one(pad, "pad", "int8", "batch", (2, 2, 2, 2), paddings=((1, 0), (0, 2), (0, 0), (0, 0)))
    one(pad, "pad", "int8", "nothing", (2, 3), paddings=((0, 0), (0, 0)))
    one(pad, "pad", "int8", "1d", (6,), paddings=((2, 3),))
    one(pad, "pad", "int8", "5d", (1, 2, 2, 2, 2), paddings=((0, 1), (1, 0), (0, 0), (1, 1), (0, 2)))
    one(padv2, "padv2", "int8 float32 int16 int32", "image", (1, 4, 5, 3), paddings=image_padding)
    one(padv2, "padv2", "int8", "2d", (3, 4), paddings=((1, 2), (0, 3)), value=-77)

    many(concatenation, "concatenation", "int8 float32 int16 int32", "channels", [(1, 3, 4, 2), (1, 3, 4, 5)], axis=3)
    many(concatenation, "concatenation", "int8", "axis_1", [(1, 2, 3, 2), (1, 4, 3, 2), (1, 1, 3, 2)], axis=1)
    many(concatenation, "concatenation", "int8", "negative_axis", [(2, 3), (2, 4)], axis=-1)
    many(concatenation, "concatenation", "int8", "vectors", [(3,), (5,), (1,)], axis=0)
    many(concatenation, "concatenation", "int8", "one_part", [(2, 5)], axis=1)
    many(concatenation, "concatenation", "int8", "10_parts", [(2, i + 1) for i in range(10)], axis=1)

    def twice(g: Graph) -> Tensor:
        x = plain(g, "int8", (2, 3))
        return concatenation(g, [x, x], axis=1)
    cases.append(Case("concatenation", "concatenation_int8_same_input_twice", twice))

    one(arg_max, "arg_max", "int8 float32", "10_classes", (1, 10), axis=1)
    one(arg_max, "arg_max", "int8", "axis_1_of_4d", (2, 5, 3, 4), axis=1)
    one(arg_max, "arg_max", "int8 float32", "last_axis_negative", (2, 3, 7), axis=-1)
    one(arg_max, "arg_max", "int8", "axis_0", (6, 4), axis=0)
    one(arg_max, "arg_max", "int8", "vector", (13,), axis=0)

    def ties(g: Graph, type: str) -> Tensor:
        data = np.array([[3, 9, 9, 1], [-5, -5, -5, -5], [0, 1, 2, 2]])
        params = Params(float32(0.1), 0) if type == "int8" else NONE
        return arg_max(g, g.input(type, data.shape, params, data), axis=1)
    cases.append(Case("arg_max", "arg_max_int8_ties_take_the_first", lambda g: ties(g, "int8")))
    cases.append(Case("arg_max", "arg_max_float32_ties_take_the_first", lambda g: ties(g, "float32")))
    return cases
