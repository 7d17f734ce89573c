"""Draws random models: one op with random shapes, options and quantization, or a chain of 2 to 6 ops.

Each `draw_*` adds one op with random options to a graph and returns its output. Extremes are part of it: scales
from 1e-6 to 1e3, zero points at the ends, multipliers far below and above 1, biases far above the sums.
"""
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import cases_conv
import cases_math
import cases_move
import cases_pool
import cases_state
import cases_type
from builder import NONE, QUANTIZED, Graph, Params, Tensor, fit_range, float32

MAX_MACS = 300_000
MAX_ELEMENTS = 3_000
MAX_WEIGHTS = 6_000
CHANNELS = (1, 2, 3, 4, 5, 7, 8, 9, 11, 12, 13, 16, 17, 20, 24, 31, 32, 33, 40, 48, 63, 64, 65, 67)


def pick(g: Graph, *options: Any) -> Any:
    """One of the options."""
    return options[int(g.rng.integers(len(options)))]


def chance(g: Graph, probability: float) -> bool:
    return bool(g.rng.random() < probability)


def draw_params(g: Graph, type: str) -> Params:
    """Any scale, and a zero point that is often 0 or at an end."""
    if type not in QUANTIZED:
        return NONE
    scale = float32(10 ** (g.rng.uniform(-6, 3) if chance(g, 0.4) else g.rng.uniform(-3, 0)))
    if type == "int16":
        return Params(scale, 0)
    info = np.iinfo(type)
    middle = (info.min + info.max + 1) // 2
    zero_point = pick(g, middle, info.min, info.max, int(g.rng.integers(info.min, info.max + 1)),
                      middle + int(g.rng.integers(-30, 31)))
    return Params(scale, zero_point)


def draw_shape(g: Graph, rank: int, max_elements: int = MAX_ELEMENTS) -> tuple[int, ...]:
    """A shape whose last dimension is a channel count and whose first is mostly 1."""
    while True:
        shape = [1 if chance(g, 0.8) else int(g.rng.integers(2, 4))]
        shape += [int(g.rng.integers(1, 17)) for _ in range(rank - 2)]
        shape += [int(pick(g, *CHANNELS))] if rank > 1 else []
        if rank == 1:
            shape = [int(g.rng.integers(1, 200))]
        if np.prod(shape) <= max_elements:
            return tuple(shape)


def draw_input(g: Graph, rank: int, types: tuple[str, ...] = ("int8", "int8", "int8", "float32"),
               shape: tuple[int, ...] | None = None, params: Params | None = None) -> Tensor:
    """A graph input; int8 values often use only a part of the range."""
    type = str(pick(g, *types))
    spread = float(pick(g, 1.0, 1.0, 1.0, 0.3, 0.03)) if type in QUANTIZED else float(10 ** g.rng.uniform(-1, 1))
    return g.input(type, draw_shape(g, rank) if shape is None else shape,
                   draw_params(g, type) if params is None else params, spread=spread)


def draw_activation(g: Graph, sets_scale: bool, std: float = 1.0) -> str:
    """RELU6 and RELU_N1_TO_1 only where the values lie in their range."""
    if sets_scale or 0.3 < std < 20:
        return str(pick(g, "NONE", "NONE", "NONE", "RELU", "RELU6", "RELU_N1_TO_1"))
    return str(pick(g, "NONE", "NONE", "RELU"))


def _pair(g: Graph, *options: int) -> cases_conv.Pair:
    """Height and width, drawn independently."""
    return pick(g, *options), pick(g, *options)


def draw_window(g: Graph, x: Tensor, dilated: bool) -> dict[str, Any]:
    """Kernel, stride, dilation and padding that fit the image."""
    kernel = (1, 1) if chance(g, 0.2) else (3, 3) if chance(g, 0.3) else _pair(g, 1, 2, 3, 4, 5)
    stride = _pair(g, 1, 1, 2, 3) if chance(g, 0.6) else (1, 1)
    dilation = _pair(g, 1, 2, 3) if dilated and chance(g, 0.2) else (1, 1)
    extent = [(k - 1) * d + 1 for k, d in zip(kernel, dilation, strict=True)]
    fits = extent[0] <= x.shape[1] and extent[1] <= x.shape[2]
    padding = "VALID" if fits and chance(g, 0.5) else "SAME"
    return {"kernel": kernel, "stride": stride, "dilation": dilation, "padding": padding}


def draw_weight_options(g: Graph) -> dict[str, Any]:
    """What conv, depthwise and dense layers share."""
    return {"bias": chance(g, 0.85), "amplitude": int(pick(g, 127, 127, 128, 40, 2)),
            "bias_share": float(pick(g, 0.3, 0.3, 1.0, 30.0, 1e4)), "tight": chance(g, 0.3),
            "scale_spread": float(pick(g, 2.0, 8.0, 100.0, 1e4))}


def draw_conv_2d(g: Graph, x: Tensor) -> Tensor:
    window = draw_window(g, x, dilated=True)
    channels = x.shape[3]
    groups = int(pick(g, *[d for d in (2, 3, 4) if channels % d == 0] or [1])) if chance(g, 0.08) else 1
    taps = int(np.prod(window["kernel"])) * channels // groups
    pixels = int(np.prod(x.shape[:3]))
    most = max(1, min(67, MAX_WEIGHTS // taps, MAX_MACS // (taps * pixels), MAX_ELEMENTS // pixels) // groups) * groups
    filters = groups * int(g.rng.integers(1, most // groups + 1))
    return cases_conv.conv_2d(g, x, filters=filters, groups=groups, activation=draw_activation(g, True),
                              per_channel=chance(g, 0.8), **window, **draw_weight_options(g))


def draw_depthwise_conv_2d(g: Graph, x: Tensor) -> Tensor:
    window = draw_window(g, x, dilated=True)
    multiplier = int(g.rng.integers(2, 5)) if chance(g, 0.3) and x.shape[3] <= 16 else 1
    return cases_conv.depthwise_conv_2d(g, x, multiplier=multiplier, activation=draw_activation(g, True),
                                        per_channel=chance(g, 0.8), **window, **draw_weight_options(g))


def draw_fully_connected(g: Graph, x: Tensor) -> Tensor:
    keep_dims = len(x.shape) > 2 and chance(g, 0.3)
    depth = x.shape[-1] if keep_dims else int(np.prod(x.shape[1:]))
    units = int(g.rng.integers(1, max(2, min(68, MAX_WEIGHTS // depth))))
    options = draw_weight_options(g)
    per_channel = chance(g, 0.3)
    has_zero_point = x.type == "int8" and not per_channel and chance(g, 0.2)
    weights_zero_point = int(g.rng.integers(-9, 10)) if has_zero_point else 0
    return cases_conv.fully_connected(g, x, units=units, activation=draw_activation(g, True), keep_dims=keep_dims,
                                      per_channel=per_channel, missing_bias=chance(g, 0.5),
                                      weights_zero_point=weights_zero_point, **options)


def draw_pool(g: Graph, x: Tensor, kind: str) -> Tensor:
    window = draw_window(g, x, dilated=False)
    return cases_pool.pool(g, x, kind, window=window["kernel"], stride=window["stride"], padding=window["padding"],
                           activation=draw_activation(g, False, x.std))


def draw_max_pool_2d(g: Graph, x: Tensor) -> Tensor:
    return draw_pool(g, x, "MAX_POOL_2D")


def draw_average_pool_2d(g: Graph, x: Tensor) -> Tensor:
    return draw_pool(g, x, "AVERAGE_POOL_2D")


def draw_mean(g: Graph, x: Tensor) -> Tensor:
    rank = len(x.shape)
    if rank == 4 and chance(g, 0.5):
        axes = [1, 2]
    else:
        axes = list(g.rng.permutation(rank)[:int(g.rng.integers(1, rank + 1))])
    axes = [int(a) - (rank if chance(g, 0.3) else 0) for a in axes]
    return cases_pool.mean(g, x, axes=axes, keep_dims=chance(g, 0.5))


def draw_arithmetic(g: Graph, x: Tensor, kind: str) -> Tensor:
    shape = list(x.shape)
    if chance(g, 0.6):
        shape = [1 if chance(g, 0.5) else d for d in shape]
        shape = shape[int(g.rng.integers(0, len(shape) + 1)):] if chance(g, 0.4) else shape
    params = NONE
    if x.type in ("int8", "int16"):
        ratio = float(10 ** g.rng.uniform(-4, 4)) if chance(g, 0.3) else float(10 ** g.rng.uniform(-1, 1))
        params = Params(float32(x.scale * ratio), draw_params(g, x.type).zero_point)
    if chance(g, 0.4):
        other = g.constant(g.random(x.type, shape), x.type, *params.lists())
    else:
        other = g.input(x.type, shape, params)
    a, b = (other, x) if chance(g, 0.3) else (x, other)
    std = a.std * b.std if kind == "MUL" else a.std + b.std
    return cases_math.arithmetic(g, a, b, kind, activation=draw_activation(g, False, std), tight=chance(g, 0.3))


def draw_add(g: Graph, x: Tensor) -> Tensor:
    return draw_arithmetic(g, x, "ADD")


def draw_sub(g: Graph, x: Tensor) -> Tensor:
    return draw_arithmetic(g, x, "SUB")


def draw_mul(g: Graph, x: Tensor) -> Tensor:
    return draw_arithmetic(g, x, "MUL")


def draw_relu(g: Graph, x: Tensor) -> Tensor:
    params = None
    if x.type == "int8" and chance(g, 0.5):
        params = Params(float32(x.scale * g.rng.uniform(0.7, 4)), draw_params(g, "int8").zero_point)
    return cases_math.relu(g, x, "RELU", params=params)


def draw_relu6(g: Graph, x: Tensor) -> Tensor:
    return cases_math.relu(g, x, "RELU6")


def draw_softmax(g: Graph, x: Tensor) -> Tensor:
    return cases_math.softmax(g, x, beta=float(pick(g, 1.0, 1.0, float32(g.rng.uniform(0.1, 2)))))


def draw_logistic(g: Graph, x: Tensor) -> Tensor:
    return cases_math.logistic(g, x)


def draw_quantize(g: Graph, x: Tensor) -> Tensor:
    targets = {"float32": ("int8", "int16"), "int8": ("int8", "int8", "uint8", "int16"), "uint8": ("int8",),
               "int16": ("int8", "int16")}[x.type]
    type = str(pick(g, *targets))
    params = None
    if x.type == type and chance(g, 0.2):
        params = Params(x.scale, draw_params(g, type).zero_point)
    return cases_type.quantize(g, x, type=type, params=params)


def draw_dequantize(g: Graph, x: Tensor) -> Tensor:
    return cases_type.dequantize(g, x)


def draw_reshape(g: Graph, x: Tensor) -> Tensor:
    count, shape = int(np.prod(x.shape)), []
    for _ in range(int(g.rng.integers(0, 4))):
        factor = int(pick(g, *[d for d in range(1, min(count, 64) + 1) if count % d == 0]))
        shape.append(factor)
        count //= factor
    shape.insert(int(g.rng.integers(0, len(shape) + 1)), count)
    given = list(shape)
    if chance(g, 0.4):
        given[int(g.rng.integers(len(given)))] = -1
    form = int(g.rng.integers(3))
    return cases_move.reshape(g, x, shape=shape, given=given, as_input=form != 1, in_options=form != 2)


def draw_squeeze(g: Graph, x: Tensor) -> Tensor:
    ones = [i for i, d in enumerate(x.shape) if d == 1]
    axes = [i - (len(x.shape) if chance(g, 0.3) else 0) for i in ones if chance(g, 0.6)]
    return cases_move.squeeze(g, x, axes=axes)


def draw_expand_dims(g: Graph, x: Tensor) -> Tensor:
    rank = len(x.shape)
    return cases_move.expand_dims(g, x, axis=int(g.rng.integers(-rank - 1, rank + 1)), scalar=chance(g, 0.5))


def draw_shape_of(g: Graph, x: Tensor) -> Tensor:
    return cases_move.shape_of(g, x)


def draw_strided_slice(g: Graph, x: Tensor) -> Tensor:
    begin, end, strides, begin_mask, end_mask, shrink_mask = [], [], [], 0, 0, 0
    for axis, size in enumerate(x.shape):
        low, high = sorted(int(v) for v in g.rng.choice(size + 1, 2, replace=False))
        step = int(pick(g, 1, 1, 1, 2, 3))
        if chance(g, 0.2):
            low, high, step = high - 1, low - 1, -step
            begin_mask, end_mask = begin_mask | (low == size - 1) << axis, end_mask | (high < 0) << axis
        elif chance(g, 0.15):
            high, step, shrink_mask = low + 1, 1, shrink_mask | 1 << axis
        elif chance(g, 0.3):
            low, high = 0, size
            begin_mask, end_mask = begin_mask | 1 << axis, end_mask | 1 << axis
        elif chance(g, 0.3):
            low -= size
            high = high - size if high < size else size + 5
        begin.append(low)
        end.append(high)
        strides.append(step)
    return cases_move.strided_slice(g, x, begin=begin, end=end, strides=strides, begin_mask=begin_mask,
                                    end_mask=end_mask, shrink_mask=shrink_mask)


def draw_pack(g: Graph, x: Tensor) -> Tensor:
    rank = len(x.shape)
    params = Params(x.scale, x.zero_point) if x.scales else NONE
    parts = [x] + [g.input(x.type, x.shape, params) for _ in range(int(g.rng.integers(0, 4)))]
    return cases_move.pack(g, parts, axis=int(g.rng.integers(-rank - 1, rank + 1)))


def draw_transpose(g: Graph, x: Tensor) -> Tensor:
    return cases_move.transpose(g, x, order=[int(i) for i in g.rng.permutation(len(x.shape))])


def draw_paddings(g: Graph, rank: int) -> list[tuple[int, int]]:
    image_only = rank == 4 and chance(g, 0.6)
    return [(0, 0) if image_only and i in (0, 3) else _pair(g, 0, 1, 2) for i in range(rank)]


def draw_pad(g: Graph, x: Tensor) -> Tensor:
    return cases_move.pad(g, x, paddings=draw_paddings(g, len(x.shape)))


def draw_padv2(g: Graph, x: Tensor) -> Tensor:
    return cases_move.padv2(g, x, paddings=draw_paddings(g, len(x.shape)), value=int(g.rng.integers(-100, 100)))


def draw_concatenation(g: Graph, x: Tensor) -> Tensor:
    rank = len(x.shape)
    axis = int(g.rng.integers(-rank, rank))
    params = Params(x.scale, x.zero_point) if x.scales else NONE
    parts = [x]
    for _ in range(int(g.rng.integers(0, 5))):
        shape = list(x.shape)
        shape[axis] = int(g.rng.integers(1, 9))
        parts.insert(int(g.rng.integers(0, len(parts) + 1)), g.input(x.type, shape, params))
    return cases_move.concatenation(g, parts, axis=axis)


def draw_arg_max(g: Graph, x: Tensor) -> Tensor:
    rank = len(x.shape)
    return cases_move.arg_max(g, x, axis=int(g.rng.integers(-rank, rank)))


def _real_range_input(g: Graph, rank: int, low: float, high: float, int16_too: bool = False) -> Tensor:
    """An input whose real values span a range between low and high."""
    real_range = float(np.exp(g.rng.uniform(np.log(low), np.log(high))))
    if chance(g, 0.25):
        return g.input("float32", draw_shape(g, rank), spread=real_range / 4)
    if int16_too and chance(g, 0.25):
        scale = 2.0**-12 if chance(g, 0.2) else float32(real_range / 65535)
        return g.input("int16", draw_shape(g, rank), Params(scale))
    zero_point = draw_params(g, "int8").zero_point
    return g.input("int8", draw_shape(g, rank), Params(float32(real_range / 255), zero_point))


def _steps_input(g: Graph, shape: tuple[int, ...], types: tuple[str, ...]) -> Tensor:
    """The input of an op with state, for one to five steps."""
    g.steps = int(g.rng.integers(1, 6))
    type = str(pick(g, *types))
    return draw_input(g, len(shape), (type,), shape)


def svdf_input(g: Graph) -> Tensor:
    return _steps_input(g, (int(pick(g, 1, 1, 2)), int(g.rng.integers(1, 30))), ("int8", "int8", "float32"))


def draw_svdf(g: Graph, x: Tensor) -> Tensor:
    return cases_state.svdf(g, x, units=int(g.rng.integers(1, 12)), rank=int(pick(g, 1, 1, 2, 3)),
                            memory=int(g.rng.integers(1, 12)), state_type=str(pick(g, "int16", "int8")),
                            activation=str(pick(g, "NONE", "RELU")))


def lstm_input(g: Graph) -> Tensor:
    shape = (int(pick(g, 1, 1, 2, 3)), int(g.rng.integers(1, 7)), int(g.rng.integers(1, 20)))
    return _steps_input(g, shape, ("int8", "int8", "int16", "float32"))


def draw_lstm(g: Graph, x: Tensor) -> Tensor:
    return cases_state.lstm(g, x, units=int(g.rng.integers(1, 16)), time_major=chance(g, 0.3),
                            clip=float(pick(g, 10.0, 0.0, float32(g.rng.uniform(0.05, 3)))),
                            cell_power=int(g.rng.integers(-15, -7)),
                            cell_stretch=float(pick(g, 1.0, 1.0, g.rng.uniform(0.6, 1.9))),
                            weight_std=float(pick(g, 0.5, 1.0, 4.0)))


def _rank(g: Graph, low: int, high: int) -> int:
    return int(g.rng.integers(low, high + 1))


COMPUTED = ("int8", "int8", "int8", "int8", "float32", "int16")
MOVED = ("int8", "int8", "int8", "float32", "int16", "int32")
MOVED_NO_INT32 = ("int8", "int8", "int8", "float32", "int16")

# op: (share of all one-op models, how to draw the input, how to draw the op)
ONE_OP: dict[str, tuple[float, Callable[[Graph], Tensor], Callable[[Graph, Tensor], Tensor]]] = {
    "conv_2d": (5, lambda g: draw_input(g, 4, COMPUTED), draw_conv_2d),
    "depthwise_conv_2d": (4, lambda g: draw_input(g, 4, COMPUTED), draw_depthwise_conv_2d),
    "fully_connected": (4, lambda g: draw_input(g, int(pick(g, 2, 2, 2, 3, 4)), COMPUTED), draw_fully_connected),
    "max_pool_2d": (2, lambda g: draw_input(g, 4, COMPUTED), draw_max_pool_2d),
    "average_pool_2d": (2, lambda g: draw_input(g, 4, COMPUTED), draw_average_pool_2d),
    "mean": (2, lambda g: draw_input(g, _rank(g, 1, 4), COMPUTED), draw_mean),
    "add": (3, lambda g: draw_input(g, _rank(g, 1, 4), COMPUTED), draw_add),
    "sub": (2, lambda g: draw_input(g, _rank(g, 1, 4), COMPUTED), draw_sub),
    "mul": (2, lambda g: draw_input(g, _rank(g, 1, 4), COMPUTED), draw_mul),
    "softmax": (2, lambda g: _real_range_input(g, _rank(g, 1, 4), 0.05, 12, True), draw_softmax),
    "logistic": (1, lambda g: _real_range_input(g, _rank(g, 1, 4), 0.1, 25, True), draw_logistic),
    "relu": (1, lambda g: draw_input(g, _rank(g, 1, 4)), draw_relu),
    "relu6": (1, lambda g: _real_range_input(g, _rank(g, 1, 4), 1, 60), draw_relu6),
    "quantize": (2, lambda g: draw_input(g, _rank(g, 1, 4), ("float32", "int8", "uint8", "int16")), draw_quantize),
    "dequantize": (1, lambda g: draw_input(g, _rank(g, 1, 4), ("int8", "int8", "uint8", "int16")), draw_dequantize),
    "reshape": (1, lambda g: draw_input(g, _rank(g, 1, 4), MOVED), draw_reshape),
    "squeeze": (0.5, lambda g: draw_input(g, _rank(g, 1, 4), MOVED), draw_squeeze),
    "expand_dims": (0.5, lambda g: draw_input(g, _rank(g, 1, 4), MOVED_NO_INT32), draw_expand_dims),
    "shape": (0.3, lambda g: draw_input(g, _rank(g, 1, 4), MOVED), draw_shape_of),
    "strided_slice": (1.5, lambda g: draw_input(g, _rank(g, 1, 4), MOVED), draw_strided_slice),
    "pack": (1, lambda g: draw_input(g, _rank(g, 1, 3), MOVED), draw_pack),
    "transpose": (1, lambda g: draw_input(g, _rank(g, 1, 5), MOVED_NO_INT32), draw_transpose),
    "pad": (1.5, lambda g: draw_input(g, _rank(g, 1, 4), MOVED), draw_pad),
    "padv2": (1, lambda g: draw_input(g, _rank(g, 1, 4), MOVED), draw_padv2),
    "concatenation": (1.5, lambda g: draw_input(g, _rank(g, 1, 4), MOVED), draw_concatenation),
    "svdf": (1, svdf_input, draw_svdf),
    "unidirectional_sequence_lstm": (1.5, lstm_input, draw_lstm),
    "arg_max": (1, lambda g: draw_input(g, _rank(g, 1, 4)), draw_arg_max),
}


def one_op(g: Graph, op: str) -> list[Tensor]:
    """A model of one op."""
    if chance(g, 0.1):
        g.stretch = float(10 ** g.rng.uniform(0, 4))
    _, make_input, draw = ONE_OP[op]
    drawn = draw(g, make_input(g))
    return drawn if isinstance(drawn, list) else [drawn]


def _calm_conv(g: Graph, x: Tensor, filters: int, kernel: tuple[int, int] = (3, 3)) -> Tensor:
    return cases_conv.conv_2d(g, x, filters=filters, kernel=kernel, activation=str(pick(g, "NONE", "RELU", "RELU6")))


def _branches(g: Graph, x: Tensor) -> Tensor:
    """Two convolutions side by side, joined along the channels."""
    parts = [_calm_conv(g, x, int(g.rng.integers(1, 9)), kernel) for kernel in ((1, 1), (3, 3))]
    if x.type == "int8":
        high = max(abs(p.mean) + 2.6 * p.std for p in parts)
        common = fit_range(-high, high)
        parts = [cases_type.quantize(g, p, params=common) for p in parts]
    return cases_move.concatenation(g, parts, axis=3)


def _residual(g: Graph, x: Tensor) -> Tensor:
    """x plus a convolution of x."""
    y = _calm_conv(g, x, x.shape[3])
    return cases_math.arithmetic(g, *((x, y) if chance(g, 0.5) else (y, x)), "ADD",
                                 activation=str(pick(g, "NONE", "RELU")))


def _gate(g: Graph, x: Tensor) -> Tensor:
    """x times a factor per channel, as in squeeze-and-excite."""
    squeezed = cases_pool.mean(g, x, axes=(1, 2), keep_dims=True)
    factor = cases_math.logistic(g, cases_conv.conv_2d(g, squeezed, filters=x.shape[3], kernel=(1, 1)))
    return cases_math.arithmetic(g, x, factor, "MUL")


def _flatten(g: Graph, x: Tensor) -> Tensor:
    batch = x.shape[0]
    return cases_move.reshape(g, x, shape=(batch, int(np.prod(x.shape)) // batch), given=(batch, -1))


def chain(g: Graph) -> list[Tensor]:
    """A small network. Sometimes an inner tensor is an output as well."""
    as_float = chance(g, 0.3)
    while True:
        shape = draw_shape(g, 4, 1000)
        if shape[3] <= 16:
            break
    x = g.input("float32", shape) if as_float else g.input("int8", shape, Params(float32(0.03), int(
        g.rng.integers(-128, 128))))
    if as_float and chance(g, 0.7):
        x = cases_type.quantize(g, x)
    inner: list[Tensor] = []
    length = int(g.rng.integers(2, 7))
    while len(g.operators) < length:
        if len(x.shape) == 4:
            small = int(np.prod(x.shape)) < 2000
            steps: list[Callable[[Graph, Tensor], Tensor]] = [draw_max_pool_2d, draw_average_pool_2d, draw_relu,
                                                             draw_depthwise_conv_2d, draw_conv_2d, draw_conv_2d]
            steps += [_residual, _branches, _gate, draw_pad, draw_add, draw_mul] if small else []
            steps += [_flatten] if np.prod(x.shape) < 400 else []
            steps += [lambda g, x: cases_pool.mean(g, x, axes=(1, 2))]
        else:
            steps = [draw_fully_connected, draw_fully_connected, draw_add, draw_sub, draw_reshape_2d]
        x = steps[int(g.rng.integers(len(steps)))](g, x)
        if chance(g, 0.05):
            inner.append(x)
    if len(x.shape) == 2 and chance(g, 0.5) and 1e-3 < x.std < 30:
        x = cases_math.softmax(g, x)
    if x.type == "int8" and as_float and chance(g, 0.7):
        x = cases_type.dequantize(g, x)
    return [*(t for t in inner if t is not x), x]


def draw_reshape_2d(g: Graph, x: Tensor) -> Tensor:
    """A reshape that changes nothing but the shape."""
    return cases_move.reshape(g, x, shape=(x.shape[0], x.shape[1]), as_input=chance(g, 0.5))
