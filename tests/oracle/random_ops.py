"""Draws random models of one op, as random_cases.py does, for the ops beyond those of image classifiers."""
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

from collections.abc import Callable

import numpy as np

import cases_norm
import cases_pair
import cases_part
import cases_space
import cases_unary
from builder import NONE, Graph, Params, Tensor, float32
from random_cases import (CHANNELS, MAX_ELEMENTS, MAX_MACS, MAX_WEIGHTS, MOVED, chance, draw_activation, draw_input, draw_params, draw_shape,
                          draw_weight_options, pick)

BOTH = ("int8", "int8", "int8", "float32")


def _image(g: Graph, shape: tuple[int, ...]) -> Tensor:
    return draw_input(g, len(shape), BOTH, shape)


def _channels(g: Graph, pixels: int) -> int:
    return int(pick(g, *[c for c in CHANNELS if c * pixels <= MAX_ELEMENTS] or [1]))


def input_of_blocks(g: Graph) -> Tensor:
    """An image that blocks of 2x2, 2x3 or 4x6 cover, and whose batch and channels can be such blocks."""
    height, width = 4 * int(g.rng.integers(1, 4)), 6 * int(g.rng.integers(1, 3))
    return _image(g, (int(pick(g, 1, 4, 6)), height, width, int(pick(g, 1, 3, 4, 9, 16))))


def draw_space_to_batch_nd(g: Graph, x: Tensor) -> Tensor:
    """Without borders, which the reference fills with what lies in its memory."""
    block = (int(pick(g, 1, 2, 4)), int(pick(g, 1, 2, 3)))
    return cases_space.space_to_batch_nd(g, x, block=block, paddings=((0, 0), (0, 0)))


def draw_batch_to_space_nd(g: Graph, x: Tensor) -> Tensor:
    block = pick(g, *[b for b in ((1, 1), (1, 2), (2, 2), (2, 3), (3, 1)) if x.shape[0] % (b[0] * b[1]) == 0])
    crops = tuple((int(g.rng.integers(0, 3)), int(g.rng.integers(0, 2))) for _ in range(2))
    return cases_space.batch_to_space_nd(g, x, block=block, crops=crops)


def draw_space_to_depth(g: Graph, x: Tensor) -> Tensor:
    return cases_space.space_to_depth(g, x, block=int(pick(g, 1, 2)))


def draw_depth_to_space(g: Graph, x: Tensor) -> Tensor:
    return cases_space.depth_to_space(g, x, block=int(pick(g, *[b for b in (1, 2, 3, 4) if x.shape[3] % b**2 == 0])))


def input_of_resize(g: Graph) -> Tensor:
    shape = (int(pick(g, 1, 1, 2)), int(g.rng.integers(1, 12)), int(g.rng.integers(1, 12)), int(g.rng.integers(1, 6)))
    return _image(g, shape)


def _new_size(g: Graph, x: Tensor) -> dict[str, object]:
    """A new size, and where pixels are taken from."""
    if chance(g, 0.4):
        factor = int(pick(g, 1, 2, 3, 4))
        to = (x.shape[1] * factor, x.shape[2] * factor)
    else:
        to = (int(g.rng.integers(1, 30)), int(g.rng.integers(1, 30)))
    corners = int(g.rng.integers(3))
    return {"to": to, "align_corners": corners == 1, "half_pixel_centers": corners == 2}


def draw_resize_nearest_neighbor(g: Graph, x: Tensor) -> Tensor:
    return cases_space.resize_nearest_neighbor(g, x, **_new_size(g, x))


def draw_resize_bilinear(g: Graph, x: Tensor) -> Tensor:
    return cases_space.resize_bilinear(g, x, **_new_size(g, x))


def input_of_transpose_conv(g: Graph) -> Tensor:
    height, width = int(g.rng.integers(1, 8)), int(g.rng.integers(1, 8))
    return _image(g, (int(pick(g, 1, 1, 2)), height, width, _channels(g, height * width)))


def draw_transpose_conv(g: Graph, x: Tensor) -> Tensor:
    stride = (int(pick(g, 1, 2, 2, 3)), int(pick(g, 1, 2, 2, 3)))
    kernel = (int(g.rng.integers(1, 6)), int(g.rng.integers(1, 6)))
    extra = tuple(int(g.rng.integers(0, min(s, k))) for s, k in zip(stride, kernel, strict=True))
    taps = kernel[0] * kernel[1] * x.shape[3]
    pixels = int(np.prod(x.shape[:3]))
    filters = int(g.rng.integers(1, max(2, min(20, MAX_WEIGHTS // taps, MAX_MACS // (taps * pixels)))))
    # The reference reads the activation of floats from behind the options.
    activation = "NONE" if x.type == "float32" else draw_activation(g, True)
    return cases_space.transpose_conv(g, x, filters=filters, kernel=kernel, stride=stride, extra=extra,
                                      padding=str(pick(g, "SAME", "VALID")), activation=activation,
                                      per_channel=chance(g, 0.8), **draw_weight_options(g))


def input_of_unary(kind: str) -> Callable[[Graph], Tensor]:
    def make(g: Graph) -> Tensor:
        shape = draw_shape(g, int(g.rng.integers(1, 5)))
        type = "int8" if kind in INT8_UNARY and chance(g, 0.75) else "float32"
        real_range = float(10 ** g.rng.uniform(-1, 2))
        return cases_unary.unary_input(g, kind, type, shape, real_range, draw_params(g, "int8").zero_point)
    return make


def draw_unary(kind: str) -> Callable[[Graph, Tensor], Tensor]:
    def draw(g: Graph, x: Tensor) -> Tensor:
        params = None
        if x.type == "int8" and kind in ("HARD_SWISH", "LEAKY_RELU", "ABS") and chance(g, 0.4):
            params = Params(float32(x.scale * 10 ** g.rng.uniform(-0.3, 2)), draw_params(g, "int8").zero_point)
        return cases_unary.unary(g, x, kind, params=params, alpha=float32(g.rng.uniform(-2, 2)))
    return draw


def input_to_part(g: Graph) -> Tensor:
    """Sizes that many numbers of parts divide, few enough for one output each."""
    rank = int(g.rng.integers(1, 5))
    return draw_input(g, rank, MOVED, tuple(int(pick(g, 1, 2, 3, 4, 6, 8)) for _ in range(rank)))


def _axis(g: Graph, x: Tensor) -> int:
    return int(g.rng.integers(-len(x.shape), len(x.shape)))


def draw_slice(g: Graph, x: Tensor) -> Tensor:
    begin = [int(g.rng.integers(0, d)) for d in x.shape]
    to = [-1 if chance(g, 0.3) else int(g.rng.integers(1, d - b + 1)) for d, b in zip(x.shape, begin, strict=True)]
    return cases_part.slice_of(g, x, begin=begin, to=to)


def draw_split(g: Graph, x: Tensor) -> list[Tensor]:
    axis = _axis(g, x)
    return cases_part.split(g, x, axis=axis, count=int(pick(g, *[n for n in (1, 2, 3, 4) if x.shape[axis] % n == 0])))


def draw_split_v(g: Graph, x: Tensor) -> list[Tensor]:
    axis = _axis(g, x)
    size = x.shape[axis]
    cuts = sorted({int(c) for c in g.rng.integers(1, size, 3)}) if size > 1 else []
    return cases_part.split_v(g, x, axis=axis, parts=[int(d) for d in np.diff([0, *cuts, size])])


def draw_unpack(g: Graph, x: Tensor) -> list[Tensor]:
    return cases_part.unpack(g, x, axis=_axis(g, x))


def draw_gather(g: Graph, x: Tensor) -> Tensor:
    axis = _axis(g, x)
    shape = [(), (3,), (2, 2)][int(g.rng.integers(3))]
    return cases_part.gather(g, x, indices=g.rng.integers(0, x.shape[axis], shape), axis=axis)


def draw_broadcast_to(g: Graph, x: Tensor) -> Tensor:
    shape = [int(pick(g, 1, 2, 5)) if d == 1 else d for d in x.shape]
    return cases_part.broadcast_to(g, x, shape=[2, *shape] if chance(g, 0.3) else shape)


def draw_mirror_pad(g: Graph, x: Tensor) -> Tensor:
    symmetric = chance(g, 0.5)
    paddings = [(int(g.rng.integers(0, d + symmetric)), int(g.rng.integers(0, d + symmetric))) for d in x.shape]
    return cases_part.mirror_pad(g, x, paddings=paddings, symmetric=symmetric)


def input_of_both(g: Graph) -> Tensor:
    rank = int(g.rng.integers(1, 4))
    return draw_input(g, rank, BOTH, tuple(int(pick(g, 1, 2, 3, 5)) for _ in range(rank)))


def _other_shape(g: Graph, shape: tuple[int, ...]) -> list[int]:
    """One that broadcasts with `shape` to `shape`."""
    other = [1 if chance(g, 0.3) else d for d in shape]
    return other[int(g.rng.integers(0, len(other))):] if chance(g, 0.3) else other


def draw_extremum(kind: str) -> Callable[[Graph, Tensor], Tensor]:
    def draw(g: Graph, x: Tensor) -> Tensor:
        params = Params(x.scale, x.zero_point) if x.scales else NONE
        other = g.input(x.type, _other_shape(g, x.shape), params)
        return cases_pair.extremum(g, *((x, other) if chance(g, 0.5) else (other, x)), kind)
    return draw


def draw_prelu(g: Graph, x: Tensor) -> Tensor:
    params = draw_params(g, "int8") if x.type == "int8" else NONE
    params = Params(float32(10 ** g.rng.uniform(-4, -1)), params.zero_point) if params.scale else NONE
    alpha = g.constant(g.random(x.type, _other_shape(g, x.shape)), x.type, *params.lists())
    scale = Params(float32(x.scale * 10 ** g.rng.uniform(-0.2, 1)), draw_params(g, "int8").zero_point)
    return cases_pair.prelu(g, x, alpha, params=scale if x.type == "int8" else None)


def draw_div(g: Graph, x: Tensor) -> Tensor:
    shape = tuple(_other_shape(g, x.shape))
    if x.type == "float32":
        return cases_pair.div(g, x, g.input("float32", shape, data=np.abs(g.random("float32", shape)) + 0.01))
    # Quotients of small dividends, or factors below 2, shift by more than 31 in the reference, which is undefined.
    x.data = cases_pair.away_from_zero(g, x.shape, Params(x.scale, x.zero_point), 32)
    params = draw_params(g, "int8")
    scale = float32(x.scale / params.scale / 2 ** g.rng.uniform(1.01, 4))
    second = g.input("int8", shape, params, cases_pair.away_from_zero(g, shape, params, 1))
    return cases_pair.div(g, x, second, params=Params(scale, draw_params(g, "int8").zero_point),
                          activation=str(pick(g, "NONE", "NONE", "RELU")))


def input_of_batch_matmul(g: Graph) -> Tensor:
    rank = int(g.rng.integers(2, 5))
    return draw_input(g, rank, BOTH, tuple(int(g.rng.integers(1, 12 if i >= rank - 2 else 4)) for i in range(rank)))


def draw_batch_matmul(g: Graph, x: Tensor) -> Tensor:
    adj_x, adj_y = chance(g, 0.3), chance(g, 0.5)
    depth, columns = x.shape[-2] if adj_x else x.shape[-1], int(g.rng.integers(1, 12))
    batches = tuple(1 if chance(g, 0.3) else d for d in x.shape[:-2])
    shape = (*batches, columns, depth) if adj_y else (*batches, depth, columns)
    params = Params(float32(10 ** g.rng.uniform(-4, 0)), draw_params(g, "int8").zero_point) if x.scales else NONE
    return cases_pair.batch_matmul(g, x, g.input(x.type, shape, params), adj_x=adj_x, adj_y=adj_y)


def input_to_compare(g: Graph) -> Tensor:
    shape = draw_shape(g, int(g.rng.integers(1, 5)), 500)
    type = str(pick(g, "int8", "int8", "float32", "int32", "int64"))
    return g.input(type, shape, Params(float32(10 ** g.rng.uniform(-4, -0.01)), draw_params(g, type).zero_point)
                   if type == "int8" else NONE)


def draw_compare(g: Graph, x: Tensor) -> Tensor:
    kind = str(pick(g, *cases_pair.COMPARISONS))
    scale = float32(min(x.scale * 10 ** g.rng.uniform(-1, 1), 0.99))
    params = Params(scale, draw_params(g, "int8").zero_point) if x.scales else NONE
    other = g.input(x.type, _other_shape(g, x.shape), params)
    return cases_pair.compare(g, *((x, other) if chance(g, 0.5) else (other, x)), kind)


def draw_select_v2(g: Graph, x: Tensor) -> Tensor:
    params = Params(x.scale, x.zero_point) if x.scales else NONE
    condition = g.input("bool", _other_shape(g, x.shape))
    other = g.input(x.type, _other_shape(g, x.shape), params)
    return cases_pair.select_v2(g, condition, *((x, other) if chance(g, 0.5) else (other, x)))


def draw_reduce(kind: str) -> Callable[[Graph, Tensor], Tensor]:
    def draw(g: Graph, x: Tensor) -> Tensor:
        rank = len(x.shape)
        axes = [int(a) for a in g.rng.permutation(rank)[:int(g.rng.integers(1, rank + 1))]]
        return cases_pair.reduce(g, x, kind, axes=axes, keep_dims=chance(g, 0.5))
    return draw


def any_input(types: tuple[str, ...]) -> Callable[[Graph], Tensor]:
    return lambda g: draw_input(g, int(g.rng.integers(1, 5)), types)


def input_of_log_softmax(g: Graph) -> Tensor:
    shape = draw_shape(g, int(g.rng.integers(1, 4)))
    if chance(g, 0.25):
        return g.input("float32", shape, spread=float(10 ** g.rng.uniform(-1, 1)))
    return g.input("int8", shape, Params(float32(10 ** g.rng.uniform(-4, 1)), draw_params(g, "int8").zero_point))


INT8_UNARY = ("HARD_SWISH", "TANH", "LEAKY_RELU", "ELU", "ABS", "RSQRT")
F32_UNARY = ("EXP", "LOG", "SQRT", "SQUARE", "NEG", "FLOOR")

# As ONE_OP in random_cases.py.
MORE_OPS: dict[str, tuple[float, Callable[[Graph], Tensor], Callable[[Graph, Tensor], Tensor | list[Tensor]]]] = {
    "space_to_batch_nd": (1, input_of_blocks, draw_space_to_batch_nd),
    "batch_to_space_nd": (1, input_of_blocks, draw_batch_to_space_nd),
    "space_to_depth": (0.5, input_of_blocks, draw_space_to_depth),
    "depth_to_space": (0.5, input_of_blocks, draw_depth_to_space),
    "resize_nearest_neighbor": (1, input_of_resize, draw_resize_nearest_neighbor),
    "resize_bilinear": (1.5, input_of_resize, draw_resize_bilinear),
    "transpose_conv": (2, input_of_transpose_conv, draw_transpose_conv),
    "slice": (0.5, input_to_part, draw_slice),
    "split": (0.5, input_to_part, draw_split),
    "split_v": (0.5, input_to_part, draw_split_v),
    "unpack": (0.5, input_to_part, draw_unpack),
    "gather": (0.5, input_of_both, draw_gather),
    "broadcast_to": (0.5, input_to_part, draw_broadcast_to),
    "mirror_pad": (0.5, input_of_both, draw_mirror_pad),
    "maximum": (0.7, any_input(MOVED), draw_extremum("MAXIMUM")),
    "minimum": (0.7, any_input(MOVED), draw_extremum("MINIMUM")),
    "prelu": (1, any_input(BOTH), draw_prelu),
    "div": (1, any_input(BOTH), draw_div),
    "batch_matmul": (1.5, input_of_batch_matmul, draw_batch_matmul),
    "compare": (1, input_to_compare, draw_compare),
    "select_v2": (0.7, any_input(("int8", "int16", "float32")), draw_select_v2),
    "sum": (1, any_input(BOTH), draw_reduce("SUM")),
    "reduce_max": (0.7, any_input(BOTH), draw_reduce("REDUCE_MAX")),
    "reduce_min": (0.3, any_input(BOTH), draw_reduce("REDUCE_MIN")),
    "l2_normalization": (0.5, any_input(BOTH), lambda g, x: cases_norm.l2_normalization(g, x)),
    "log_softmax": (0.5, input_of_log_softmax, lambda g, x: cases_norm.log_softmax(g, x)),
    **{kind.lower(): (1.0 if kind in INT8_UNARY else 0.3, input_of_unary(kind), draw_unary(kind))
       for kind in INT8_UNARY + F32_UNARY},
}
