"""Cases of CONV_2D, DEPTHWISE_CONV_2D and FULLY_CONNECTED."""
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from tflite_micro.tensorflow.lite.micro.python import schema_py_generated as schema

from builder import ACTIVATIONS, NONE, PADDINGS, Graph, Params, Tensor, float32
from cases import Case

Pair = tuple[int, int]
REAL_STD = {"RELU6": 4.0, "RELU_N1_TO_1": 0.8}  # so that both ends of the clamp are reached


def output_size(size: int, kernel: int, stride: int, dilation: int, padding: str) -> int:
    """Rows or columns that a window gives."""
    if padding == "SAME":
        return -(-size // stride)
    return (size - (kernel - 1) * dilation - 1) // stride + 1


def weights_and_bias(g: Graph, x: Tensor, shape: tuple[int, ...], channel_axis: int, activation: str, *,
                     per_channel: bool, bias: bool, amplitude: int = 127, bias_share: float = 0.5,
                     scale_spread: float = 8.0, tight: bool = False, bias_type: str = "",
                     ) -> tuple[Tensor, Tensor | None, Params, float, float]:
    """Draws weights and a bias and fits the output's quantization to the sums that they will give.

    amplitude bounds the stored weights, scale_spread is the largest channel scale over the smallest, bias_share the
    bias in standard deviations of the sum; its type is int32, for int16 inputs int64. Returns weights, bias, output parameters, output mean and deviation.
    """
    rng = g.rng
    channels = shape[channel_axis]
    if x.type == "float32":
        terms = int(np.prod(shape)) // channels
        weights = g.constant(g.random("float32", shape) * REAL_STD.get(activation, 1.0) / np.sqrt(terms), "float32")
        bias_tensor = g.constant(g.random("float32", (channels,)) * bias_share, "float32") if bias else None
        return weights, bias_tensor, NONE, 0.0, REAL_STD.get(activation, 1.0)

    stored = np.minimum(rng.integers(-amplitude, amplitude + 1, shape), 127)
    relative = np.exp(rng.uniform(-np.log(scale_spread), 0, channels)) if per_channel else np.ones(1)
    other_axes = tuple(a for a in range(len(shape)) if a != channel_axis)
    sums = stored.sum(axis=other_axes).astype(np.float64)
    squares = (stored.astype(np.float64) ** 2).sum(axis=other_axes)
    second_moment = np.sqrt(max(float((squares * relative**2).mean()), 1.0) * max(x.std, x.scale * 0.1) ** 2)
    base = REAL_STD[activation] / second_moment if activation in REAL_STD else float(np.exp(rng.uniform(-7, -3)))
    scales = [float32(base * r) for r in relative]
    per_output = np.array(scales) if per_channel else np.full(channels, scales[0])
    std = np.maximum(per_output * np.sqrt(squares) * x.std, per_output * x.scale * 0.5)
    mean = per_output * sums * x.mean
    bias_tensor = None
    if bias:
        real = rng.standard_normal(channels) * bias_share * std - mean * rng.integers(0, 2)
        unit = [float32(x.scale * s) for s in scales]
        stored_bias = np.clip(np.round(real / (per_output * x.scale)), -2**29, 2**29).astype(np.int64)
        mean = mean + stored_bias * per_output * x.scale
        bias_type = bias_type or ("int64" if x.type == "int16" else "int32")
        bias_tensor = g.constant(stored_bias, bias_type, unit, [0] * len(unit))
    all_mean = float(mean.mean())
    all_std = float(np.sqrt((std**2).mean() + mean.var()))
    weights = g.constant(stored, "int8", scales, [0] * len(scales), channel_axis if per_channel else 0)
    output = g.fit(all_mean, all_std, x.type, activation, tight)
    if x.type == "int16":  # from factors of 2^7 on, the reference's answer is undefined
        output = Params(max(output.scale, float32(x.scale * max(scales) / 64)), output.zero_point)
    return weights, bias_tensor, output, all_mean, all_std


def finish_output(y: Tensor, mean: float, std: float, activation: str) -> Tensor:
    """Notes the distribution after the activation, roughly."""
    y.mean, y.std = (mean, std) if activation == "NONE" else (max(mean, 0.4 * std), 0.6 * std)
    return y


def conv_2d(g: Graph, x: Tensor, *, filters: int, kernel: Pair = (3, 3), stride: Pair = (1, 1),
            dilation: Pair = (1, 1), padding: str = "SAME", activation: str = "NONE", bias: bool = True,
            per_channel: bool = True, groups: int = 1, missing_bias: bool = False, version: int = 3,
            **more: Any) -> Tensor:
    """CONV_2D; weights [filters][kernel h][kernel w][channels / groups]."""
    batch, height, width, channels = x.shape
    shape = (filters, *kernel, channels // groups)
    w, b, params, mean, std = weights_and_bias(g, x, shape, 0, activation, per_channel=per_channel,
                                               bias=bias, **more)
    y = g.tensor(x.type, (batch, output_size(height, kernel[0], stride[0], dilation[0], padding),
                          output_size(width, kernel[1], stride[1], dilation[1], padding), filters), params)
    options = schema.Conv2DOptionsT()
    options.padding, options.fusedActivationFunction = PADDINGS[padding], ACTIVATIONS[activation]
    options.strideH, options.strideW = stride
    options.dilationHFactor, options.dilationWFactor = dilation
    inputs = [x, w, b] if b is not None or missing_bias else [x, w]
    return finish_output(g.op("CONV_2D", inputs, y, options, version), mean, std, activation)


def depthwise_conv_2d(g: Graph, x: Tensor, *, kernel: Pair = (3, 3), multiplier: int = 1, stride: Pair = (1, 1),
                      dilation: Pair = (1, 1), padding: str = "SAME", activation: str = "NONE", bias: bool = True,
                      per_channel: bool = True, version: int = 3, **more: Any) -> Tensor:
    """DEPTHWISE_CONV_2D; weights [1][kernel h][kernel w][channels * multiplier]."""
    batch, height, width, channels = x.shape
    shape = (1, *kernel, channels * multiplier)
    w, b, params, mean, std = weights_and_bias(g, x, shape, 3, activation, per_channel=per_channel,
                                               bias=bias, **more)
    y = g.tensor(x.type, (batch, output_size(height, kernel[0], stride[0], dilation[0], padding),
                          output_size(width, kernel[1], stride[1], dilation[1], padding), channels * multiplier),
                 params)
    options = schema.DepthwiseConv2DOptionsT()
    options.padding, options.fusedActivationFunction = PADDINGS[padding], ACTIVATIONS[activation]
    options.strideH, options.strideW = stride
    options.dilationHFactor, options.dilationWFactor = dilation
    options.depthMultiplier = multiplier
    inputs = [x, w, b] if b is not None else [x, w]
    return finish_output(g.op("DEPTHWISE_CONV_2D", inputs, y, options, version), mean, std, activation)


def fully_connected(g: Graph, x: Tensor, *, units: int, activation: str = "NONE", bias: bool = True,
                    per_channel: bool = False, missing_bias: bool = True, keep_dims: bool = False,
                    weights_zero_point: int = 0, version: int = 4, **more: Any) -> Tensor:
    """FULLY_CONNECTED; weights [units][inputs]. Without keep_dims all leading axes become one batch axis."""
    depth = x.shape[-1] if keep_dims or len(x.shape) == 2 else int(np.prod(x.shape[1:]))
    batch = int(np.prod(x.shape)) // depth
    w, b, params, mean, std = weights_and_bias(g, x, (units, depth), 0, activation, per_channel=per_channel,
                                               bias=bias, **more)
    if weights_zero_point != 0:
        w.zero_points = (weights_zero_point,)
    y = g.tensor(x.type, (*x.shape[:-1], units) if keep_dims else (batch, units), params)
    options = schema.FullyConnectedOptionsT()
    options.fusedActivationFunction, options.keepNumDims = ACTIVATIONS[activation], keep_dims
    inputs = [x, w, b] if b is not None or missing_bias else [x, w]
    return finish_output(g.op("FULLY_CONNECTED", inputs, y, options, version), mean, std, activation)


def image(g: Graph, type: str, shape: tuple[int, ...], zero_point: int = -3, scale: float = 0.05,
          spread: float = 1.0) -> Tensor:
    """A graph input of any rank. For int16, the scale is of its high byte and the zero point 0."""
    params = NONE if type == "float32" else Params(float32(scale), zero_point)
    return g.input(type, shape, Params(float32(scale / 256), 0) if type == "int16" else params, spread=spread)


def _case(op: Callable[..., Tensor], type: str, what: str, shape: tuple[int, ...], *, zero_point: int = -3,
          scale: float = 0.05, spread: float = 1.0, odd_buffers: bool = False, **options: Any) -> Case:
    def build(g: Graph) -> Tensor:
        return op(g, image(g, type, shape, zero_point, scale, spread), **options)
    return Case(op.__name__, f"{op.__name__}_{type}_{what}", build, odd_buffers)


def vectors() -> list[Case]:
    """The fixed cases."""
    cases: list[Case] = []

    def conv(types: str, what: str, shape: tuple[int, ...], **options: Any) -> None:
        cases.extend(_case(conv_2d, t, what, shape, **options) for t in types.split())

    def depthwise(types: str, what: str, shape: tuple[int, ...], **options: Any) -> None:
        cases.extend(_case(depthwise_conv_2d, t, what, shape, **options) for t in types.split())

    def dense(types: str, what: str, shape: tuple[int, ...], **options: Any) -> None:
        cases.extend(_case(fully_connected, t, what, shape, **options) for t in types.split())

    both = "int8 float32"
    conv(both, "same", (1, 6, 6, 3), filters=4)
    conv(both, "valid", (1, 6, 7, 3), filters=5, padding="VALID")
    conv(both, "pointwise", (1, 4, 4, 8), filters=16, kernel=(1, 1))
    conv("int8", "pointwise_one_channel", (1, 5, 5, 1), filters=3, kernel=(1, 1))
    conv("int8", "pointwise_odd_channels", (1, 4, 5, 13), filters=11, kernel=(1, 1))
    conv("int8", "pointwise_stride_2", (1, 7, 7, 6), filters=4, kernel=(1, 1), stride=(2, 2))
    conv(both, "same_stride_2", (1, 7, 7, 3), filters=4, stride=(2, 2))
    conv("int8", "same_stride_2_even", (1, 8, 8, 3), filters=4, stride=(2, 2))
    conv("int8", "valid_stride_3", (1, 11, 10, 2), filters=4, stride=(3, 3), padding="VALID")
    conv(both, "stride_2_by_1", (1, 9, 8, 2), filters=3, stride=(2, 1))
    conv(both, "same_dilated", (1, 8, 8, 2), filters=3, dilation=(2, 2))
    conv("int8", "same_stride_2_dilated", (1, 9, 9, 2), filters=3, stride=(2, 2), dilation=(2, 2))
    conv("int8", "valid_dilated_2_by_3", (1, 9, 11, 2), filters=3, dilation=(2, 3), padding="VALID")
    conv("int8", "dilated_beyond_image", (1, 3, 3, 2), filters=3, dilation=(4, 4))
    conv(both, "kernel_5_by_1", (1, 9, 4, 3), filters=4, kernel=(5, 1))
    conv("int8", "kernel_2_by_4_same", (1, 5, 7, 3), filters=4, kernel=(2, 4))
    conv("int8", "kernel_10_by_4_stride_2", (1, 25, 5, 1), filters=8, kernel=(10, 4), stride=(2, 2))
    conv("int8", "kernel_larger_than_image", (1, 2, 3, 3), filters=4, kernel=(5, 5))
    conv("int8", "kernel_equals_image", (1, 4, 4, 5), filters=6, kernel=(4, 4), padding="VALID")
    conv(both, "batch_3", (3, 4, 4, 3), filters=4)
    conv("int8", "one_filter", (1, 5, 5, 4), filters=1)
    conv("int8", "per_tensor", (1, 5, 5, 3), filters=4, per_channel=False)
    conv("int8", "per_tensor_no_bias", (1, 5, 5, 3), filters=4, per_channel=False, bias=False)
    conv(both, "no_bias", (1, 5, 5, 3), filters=4, bias=False)
    conv("int8", "bias_index_minus_1", (1, 5, 5, 3), filters=4, bias=False, missing_bias=True)
    conv("int8", "large_bias", (1, 4, 4, 3), filters=8, bias_share=400.0)
    for activation in ("RELU", "RELU6", "RELU_N1_TO_1"):
        conv(both, activation.lower(), (1, 5, 5, 4), filters=6, activation=activation)
    conv("int8", "relu_zero_point_minus_128", (1, 5, 5, 4), filters=6, activation="RELU", tight=True, bias_share=3.0)
    conv("int8", "input_zero_point_minus_128", (1, 5, 5, 3), filters=4, zero_point=-128)
    conv("int8", "input_zero_point_127", (1, 5, 5, 3), filters=4, zero_point=127)
    conv("int8", "scales_spread_1e4", (1, 4, 4, 6), filters=12, scale_spread=1e4)
    conv("int8", "multiplier_above_one", (1, 5, 5, 1), filters=4, kernel=(1, 2), amplitude=3, spread=0.02)
    conv("int8", "tiny_input_scale", (1, 4, 4, 3), filters=4, scale=1e-6)
    conv("int8", "weights_minus_128_to_127", (1, 4, 4, 3), filters=4, amplitude=128)
    conv("int8", "deep_67_channels", (1, 3, 3, 67), filters=5)
    conv("int8", "67_filters", (1, 3, 3, 3), filters=67, kernel=(1, 1))
    conv("int8", "buffers_4_byte_aligned", (1, 5, 5, 4), filters=6, odd_buffers=True)
    conv(both, "grouped_2", (1, 5, 5, 8), filters=6, groups=2)
    conv("int8", "grouped_4_stride_2", (1, 5, 5, 8), filters=8, groups=4, stride=(2, 2))

    depthwise(both, "same", (1, 6, 6, 4))
    depthwise(both, "valid", (1, 6, 7, 5), padding="VALID")
    depthwise(both, "same_stride_2", (1, 7, 7, 4), stride=(2, 2))
    depthwise("int8", "same_stride_2_even", (1, 8, 8, 8), stride=(2, 2))
    depthwise("int8", "valid_stride_3", (1, 10, 11, 4), stride=(3, 3), padding="VALID")
    depthwise("int8", "stride_1_by_2", (1, 6, 9, 3), stride=(1, 2))
    depthwise(both, "multiplier_2", (1, 5, 5, 3), multiplier=2)
    depthwise("int8", "multiplier_8_one_channel", (1, 6, 6, 1), multiplier=8)
    depthwise("int8", "multiplier_3_stride_2", (1, 7, 7, 5), multiplier=3, stride=(2, 2))
    depthwise(both, "dilated", (1, 8, 8, 3), dilation=(2, 2))
    depthwise("int8", "valid_dilated_3_by_2", (1, 9, 8, 3), dilation=(3, 2), padding="VALID")
    depthwise("int8", "kernel_1_by_1", (1, 4, 4, 7), kernel=(1, 1))
    depthwise("int8", "kernel_5_by_5", (1, 7, 7, 4), kernel=(5, 5))
    depthwise("int8", "kernel_1_by_5", (1, 3, 9, 4), kernel=(1, 5))
    depthwise("int8", "kernel_equals_image", (1, 4, 4, 6), kernel=(4, 4), padding="VALID")
    depthwise("int8", "batch_2", (2, 5, 5, 3))
    depthwise("int8", "one_channel", (1, 6, 6, 1))
    depthwise("int8", "67_channels", (1, 3, 4, 67))
    depthwise("int8", "per_tensor", (1, 5, 5, 6), per_channel=False)
    depthwise("int8", "input_zero_point_minus_128", (1, 5, 5, 4), zero_point=-128)
    depthwise("int8", "scales_spread_1e4", (1, 4, 4, 9), scale_spread=1e4)
    depthwise("int8", "multiplier_above_one", (1, 5, 5, 3), kernel=(1, 2), amplitude=3, spread=0.02)
    depthwise("int8", "buffers_4_byte_aligned", (1, 5, 5, 5), odd_buffers=True)
    depthwise(both, "no_bias", (1, 5, 5, 4), bias=False)
    for activation in ("RELU", "RELU6", "RELU_N1_TO_1"):
        depthwise(both, activation.lower(), (1, 5, 5, 6), activation=activation)

    dense(both, "16_to_10", (1, 16), units=10)
    dense("int8", "13_to_7", (1, 13), units=7)
    dense("int8", "1_to_1", (1, 1), units=1)
    dense("int8", "100_to_3", (1, 100), units=3)
    dense(both, "batch_4", (4, 9), units=5)
    dense("int8", "per_channel", (1, 16), units=10, per_channel=True)
    dense("int8", "per_channel_relu6", (2, 11), units=6, per_channel=True, activation="RELU6")
    dense(both, "no_bias", (1, 12), units=6, bias=False)
    dense("int8", "two_inputs_no_bias", (1, 12), units=6, bias=False, missing_bias=False)
    dense(both, "flattens_4d", (2, 2, 3, 4), units=5)
    dense(both, "keep_dims", (2, 3, 8), units=5, keep_dims=True)
    for activation in ("RELU", "RELU6", "RELU_N1_TO_1"):
        dense(both, activation.lower(), (2, 16), units=8, activation=activation)
    dense("int8", "input_zero_point_minus_128", (1, 20), units=6, zero_point=-128)
    dense("int8", "weights_zero_point", (3, 13), units=6, weights_zero_point=9)
    dense("int8", "tiny_input_scale", (1, 12), units=6, scale=1e-5)
    dense("int8", "multiplier_above_one", (3, 2), units=6, amplitude=3, spread=0.02)
    dense("int8", "large_bias", (1, 8), units=12, bias_share=400.0)
    dense("int8", "buffers_4_byte_aligned", (1, 17), units=5, odd_buffers=True)
    return cases
