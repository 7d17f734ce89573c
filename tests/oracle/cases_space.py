"""Cases of the ops that change an image's size or layout: SPACE_TO_BATCH_ND, BATCH_TO_SPACE_ND, SPACE_TO_DEPTH,
DEPTH_TO_SPACE, RESIZE_NEAREST_NEIGHBOR, RESIZE_BILINEAR and TRANSPOSE_CONV."""
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from tflite_micro.tensorflow.lite.micro.python import schema_py_generated as schema

from builder import ACTIVATIONS, PADDINGS, Graph, Tensor
from cases import Case
from cases_conv import Pair, finish_output, image, weights_and_bias
from cases_move import pad, plain

Borders = Sequence[tuple[int, int]]


def space_to_batch_nd(g: Graph, x: Tensor, *, block: Sequence[int], paddings: Borders, version: int = 1) -> Tensor:
    """SPACE_TO_BATCH_ND of an image with 1 or 2 directions."""
    sizes = [(d + sum(p)) // b for d, p, b in zip(x.shape[1:-1], paddings, block, strict=True)]
    y = g.like(x, [x.shape[0] * int(np.prod(block)), *sizes, x.shape[-1]])
    borders = g.constant(np.array(paddings), "int32")
    return g.op("SPACE_TO_BATCH_ND", [x, g.vector(block), borders], y, schema.SpaceToBatchNDOptionsT(), version)


def batch_to_space_nd(g: Graph, x: Tensor, *, block: Sequence[int], crops: Borders, version: int = 1) -> Tensor:
    """BATCH_TO_SPACE_ND."""
    sizes = [d * b - sum(c) for d, c, b in zip(x.shape[1:-1], crops, block, strict=True)]
    y = g.like(x, [x.shape[0] // int(np.prod(block)), *sizes, x.shape[-1]])
    borders = g.constant(np.array(crops), "int32")
    return g.op("BATCH_TO_SPACE_ND", [x, g.vector(block), borders], y, schema.BatchToSpaceNDOptionsT(), version)


def space_to_depth(g: Graph, x: Tensor, *, block: int, version: int = 2) -> Tensor:
    """SPACE_TO_DEPTH."""
    batch, height, width, channels = x.shape
    options = schema.SpaceToDepthOptionsT()
    options.blockSize = block
    y = g.like(x, (batch, height // block, width // block, channels * block * block))
    return g.op("SPACE_TO_DEPTH", [x], y, options, version)


def depth_to_space(g: Graph, x: Tensor, *, block: int, version: int = 2) -> Tensor:
    """DEPTH_TO_SPACE."""
    batch, height, width, channels = x.shape
    options = schema.DepthToSpaceOptionsT()
    options.blockSize = block
    y = g.like(x, (batch, height * block, width * block, channels // block // block))
    return g.op("DEPTH_TO_SPACE", [x], y, options, version)


def _resize(g: Graph, x: Tensor, name: str, options: Any, size: Pair, align_corners: bool, half_pixel_centers: bool,
            version: int) -> Tensor:
    options.alignCorners, options.halfPixelCenters = align_corners, half_pixel_centers
    return g.op(name, [x, g.vector(size)], g.like(x, (x.shape[0], *size, x.shape[3])), options, version)


def resize_nearest_neighbor(g: Graph, x: Tensor, *, to: Pair, align_corners: bool = False,
                            half_pixel_centers: bool = False, version: int = 3) -> Tensor:
    """RESIZE_NEAREST_NEIGHBOR to `to` rows and columns."""
    return _resize(g, x, "RESIZE_NEAREST_NEIGHBOR", schema.ResizeNearestNeighborOptionsT(), to, align_corners,
                   half_pixel_centers, version)


def resize_bilinear(g: Graph, x: Tensor, *, to: Pair, align_corners: bool = False,
                    half_pixel_centers: bool = False, version: int = 3) -> Tensor:
    """RESIZE_BILINEAR to `to` rows and columns."""
    return _resize(g, x, "RESIZE_BILINEAR", schema.ResizeBilinearOptionsT(), to, align_corners, half_pixel_centers,
                   version)


def transpose_conv(g: Graph, x: Tensor, *, filters: int, kernel: Pair = (3, 3), stride: Pair = (2, 2),
                   padding: str = "SAME", extra: Pair = (0, 0), activation: str = "NONE", bias: bool = True,
                   per_channel: bool = True, version: int = 3, **more: Any) -> Tensor:
    """TRANSPOSE_CONV; weights [filters][kernel h][kernel w][channels]. `extra` rows and columns (fewer than the stride)
    are added to the output, or taken off if the padding is SAME."""
    batch, height, width, channels = x.shape
    w, b, params, mean, std = weights_and_bias(g, x, (filters, *kernel, channels), 0, activation,
                                               per_channel=per_channel, bias=bias, **more)
    size = [d * s - e if padding == "SAME" else d * s + max(k - s, 0) + e
            for d, s, k, e in zip((height, width), stride, kernel, extra, strict=True)]
    shape = (batch, *size, filters)
    y = g.tensor(x.type, shape, params)
    options = schema.TransposeConvOptionsT()
    options.padding, options.fusedActivationFunction = PADDINGS[padding], ACTIVATIONS[activation]
    options.strideH, options.strideW = stride
    inputs = [g.vector(shape), w, x] + ([b] if b is not None else [])
    return finish_output(g.op("TRANSPOSE_CONV", inputs, y, options, version), mean, std, activation)


def padded_to_batch(g: Graph, x: Tensor, *, block: Sequence[int], paddings: Borders) -> Tensor:
    """SPACE_TO_BATCH_ND as PAD and SPACE_TO_BATCH_ND: the reference fills borders with whatever lies in its memory."""
    padded = pad(g, x, paddings=[(0, 0), *paddings, (0, 0)])
    return space_to_batch_nd(g, padded, block=block, paddings=[(0, 0)] * len(block))


def vectors() -> list[Case]:
    """The fixed cases."""
    cases: list[Case] = []

    def one(op: Callable[..., Tensor], types: str, what: str, size: Sequence[int], zero_point: int = -3,
            **options: Any) -> None:
        for t in types.split():
            def build(g: Graph, t: str = t) -> Tensor:
                return op(g, plain(g, t, size, zero_point), **options)
            ask = None
            if op is space_to_batch_nd:
                def ask(g: Graph, t: str = t) -> Tensor:
                    return padded_to_batch(g, plain(g, t, size, zero_point), **options)
            cases.append(Case(op.__name__, f"{op.__name__}_{t}_{what}", build, ask=ask))

    both = "int8 float32"
    one(space_to_batch_nd, both, "2_by_2", (1, 4, 6, 3), block=(2, 2), paddings=((0, 0), (0, 0)))
    one(space_to_batch_nd, both, "borders", (2, 3, 5, 2), block=(2, 3), paddings=((1, 0), (2, 2)))
    one(space_to_batch_nd, "int8", "wide_borders", (1, 3, 3, 2), block=(3, 2), paddings=((4, 5), (0, 7)))
    one(space_to_batch_nd, both, "one_direction", (1, 7, 3), block=(2,), paddings=((1, 0),))
    one(space_to_batch_nd, "int8", "zero_point_21", (1, 5, 5, 1), zero_point=21, block=(2, 2),
        paddings=((0, 1), (1, 0)))
    one(batch_to_space_nd, both, "2_by_2", (4, 2, 3, 3), block=(2, 2), crops=((0, 0), (0, 0)))
    one(batch_to_space_nd, both, "crops", (12, 2, 3, 2), block=(2, 3), crops=((1, 0), (2, 2)))
    one(batch_to_space_nd, "int8", "wide_crops", (6, 4, 3, 2), block=(3, 2), crops=((4, 5), (0, 3)))
    one(batch_to_space_nd, both, "one_direction", (4, 4, 3), block=(2,), crops=((1, 0),))
    one(space_to_depth, both, "2_by_2", (1, 4, 6, 3), block=2)
    one(space_to_depth, "int8", "3_by_3_batch_2", (2, 6, 3, 2), block=3)
    one(space_to_depth, "int8", "1_by_1", (1, 2, 3, 2), block=1)
    one(depth_to_space, both, "2_by_2", (1, 2, 3, 12), block=2)
    one(depth_to_space, "int8", "3_by_3_batch_2", (2, 2, 1, 18), block=3)

    for resize in (resize_nearest_neighbor, resize_bilinear):
        one(resize, both, "twice", (1, 3, 4, 2), to=(6, 8))
        one(resize, both, "twice_half_pixel_centers", (1, 3, 4, 2), to=(6, 8), half_pixel_centers=True)
        one(resize, both, "align_corners", (2, 3, 4, 2), to=(7, 5), align_corners=True)
        one(resize, "int8", "smaller", (1, 9, 7, 3), to=(4, 2))
        one(resize, "int8", "smaller_half_pixel_centers", (1, 9, 7, 3), to=(4, 2), half_pixel_centers=True)
        one(resize, "int8", "one_pixel_align_corners", (1, 5, 3, 1), to=(1, 1), align_corners=True)
        one(resize, both, "odd_factor", (1, 5, 3, 1), to=(13, 11), half_pixel_centers=True)

    def upsample(types: str, what: str, size: Sequence[int], **options: Any) -> None:
        for t in types.split():
            def build(g: Graph, t: str = t) -> Tensor:
                return transpose_conv(g, image(g, t, tuple(size), -5, 0.05), **options)
            cases.append(Case("transpose_conv", f"transpose_conv_{t}_{what}", build))

    upsample(both, "3_by_3_stride_2", (1, 3, 4, 3), filters=4)
    upsample(both, "2_by_2_stride_2_valid", (1, 3, 4, 5), filters=2, kernel=(2, 2), padding="VALID")
    upsample("int8", "4_by_3_stride_2_by_1_valid", (1, 4, 3, 2), filters=3, kernel=(4, 3), stride=(2, 1),
             padding="VALID")
    upsample("int8", "1_by_1_stride_3_valid", (1, 2, 3, 2), filters=3, kernel=(1, 1), stride=(3, 3), padding="VALID")
    upsample("int8", "output_padding_valid", (1, 2, 3, 2), filters=3, extra=(1, 1), padding="VALID")
    upsample("int8", "odd_output_same", (1, 2, 3, 2), filters=3, extra=(1, 1))
    upsample("int8", "5_by_5_stride_1_batch_2", (2, 4, 3, 2), filters=3, kernel=(5, 5), stride=(1, 1))
    upsample("int8", "per_tensor_no_bias", (1, 3, 3, 4), filters=5, per_channel=False, bias=False)
    upsample("float32", "no_bias", (1, 3, 3, 4), filters=2, bias=False)
    for activation in ("RELU", "RELU6"):
        upsample("int8", activation.lower(), (1, 3, 3, 4), filters=2, activation=activation)
    return cases
