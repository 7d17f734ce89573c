"""Draws random models of one op, as random_cases.py does, for the ops beyond those of image classifiers."""
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

from collections.abc import Callable

import numpy as np

import cases_space
import cases_unary
from builder import Graph, Params, Tensor, float32
from random_cases import (CHANNELS, MAX_ELEMENTS, MAX_MACS, MAX_WEIGHTS, chance, draw_activation, draw_input, draw_params, draw_shape,
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


INT8_UNARY = ("HARD_SWISH", "TANH", "LEAKY_RELU", "ELU", "ABS", "RSQRT")
F32_UNARY = ("EXP", "LOG", "SQRT", "SQUARE", "NEG", "FLOOR")

# As ONE_OP in random_cases.py.
MORE_OPS: dict[str, tuple[float, Callable[[Graph], Tensor], Callable[[Graph, Tensor], Tensor]]] = {
    "space_to_batch_nd": (1, input_of_blocks, draw_space_to_batch_nd),
    "batch_to_space_nd": (1, input_of_blocks, draw_batch_to_space_nd),
    "space_to_depth": (0.5, input_of_blocks, draw_space_to_depth),
    "depth_to_space": (0.5, input_of_blocks, draw_depth_to_space),
    "resize_nearest_neighbor": (1, input_of_resize, draw_resize_nearest_neighbor),
    "resize_bilinear": (1.5, input_of_resize, draw_resize_bilinear),
    "transpose_conv": (2, input_of_transpose_conv, draw_transpose_conv),
    **{kind.lower(): (1.0 if kind in INT8_UNARY else 0.3, input_of_unary(kind), draw_unary(kind))
       for kind in INT8_UNARY + F32_UNARY},
}
