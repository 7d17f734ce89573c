"""Cases of 16x8: int16 activations, int8 weights, int64 bias."""
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from tflite_micro.tensorflow.lite.micro.python import schema_py_generated as schema

from builder import Graph, Params, Tensor, float32
from cases import Case
from cases_conv import conv_2d, depthwise_conv_2d, fully_connected, image
from cases_math import arithmetic, logistic, softmax
from cases_pool import mean, pool
from cases_space import transpose_conv
from cases_unary import unary

Shape = tuple[int, ...]


def vectors() -> list[Case]:
    """The fixed cases."""
    cases: list[Case] = []

    def weighted(op: Callable[..., Tensor], what: str, shape: Shape, *, scale: float = 0.05, odd_buffers: bool = False,
                 **options: Any) -> None:
        def build(g: Graph) -> Tensor:
            return op(g, image(g, "int16", shape, scale=scale), **options)
        cases.append(Case(op.__name__, f"{op.__name__}_int16_{what}", build, odd_buffers))

    weighted(conv_2d, "same", (1, 5, 5, 3), filters=4)
    weighted(conv_2d, "valid_stride_2", (1, 7, 6, 5), filters=3, stride=(2, 2), padding="VALID")
    weighted(conv_2d, "dilated", (1, 7, 7, 2), filters=3, dilation=(2, 2))
    weighted(conv_2d, "grouped_2", (2, 4, 4, 6), filters=4, groups=2)
    weighted(conv_2d, "no_bias", (1, 4, 4, 3), filters=4, bias=False)
    weighted(conv_2d, "bias_int32", (1, 4, 4, 3), filters=4, bias_type="int32")
    weighted(conv_2d, "per_tensor_relu", (1, 4, 4, 3), filters=4, per_channel=False, activation="RELU")
    weighted(conv_2d, "relu6", (1, 4, 4, 3), filters=4, activation="RELU6")
    weighted(conv_2d, "relu_n1_to_1", (1, 4, 4, 3), filters=4, activation="RELU_N1_TO_1")
    weighted(conv_2d, "scales_spread_1e4", (1, 3, 3, 6), filters=12, scale_spread=1e4)
    weighted(conv_2d, "deep_67_channels", (1, 2, 2, 67), filters=5)
    weighted(conv_2d, "large_bias", (1, 3, 3, 3), filters=8, bias_share=400.0)
    weighted(conv_2d, "buffers_4_byte_aligned", (1, 4, 4, 4), filters=5, odd_buffers=True)
    weighted(depthwise_conv_2d, "same", (1, 5, 5, 4))
    weighted(depthwise_conv_2d, "multiplier_3_stride_2", (1, 6, 6, 3), multiplier=3, stride=(2, 2), padding="VALID")
    weighted(depthwise_conv_2d, "dilated_relu6", (1, 7, 7, 3), dilation=(2, 2), activation="RELU6")
    weighted(depthwise_conv_2d, "no_bias", (1, 4, 4, 5), bias=False)
    weighted(depthwise_conv_2d, "buffers_4_byte_aligned", (2, 4, 4, 5), odd_buffers=True)
    weighted(fully_connected, "16_to_10", (1, 16), units=10)
    weighted(fully_connected, "batch_4_per_channel", (4, 9), units=5, per_channel=True)
    weighted(fully_connected, "bias_int32_relu", (2, 11), units=6, bias_type="int32", activation="RELU")
    weighted(fully_connected, "no_bias", (1, 12), units=6, bias=False, missing_bias=False)
    weighted(fully_connected, "keep_dims", (2, 3, 8), units=5, keep_dims=True)
    weighted(fully_connected, "tiny_input_scale", (1, 12), units=6, scale=1e-5)

    weighted(transpose_conv, "same", (1, 4, 5, 3), filters=4)
    weighted(transpose_conv, "valid_no_bias", (1, 3, 4, 5), filters=3, padding="VALID", bias=False)
    weighted(transpose_conv, "stride_1_relu6_per_tensor", (2, 4, 4, 3), filters=4, stride=(1, 1), activation="RELU6",
             per_channel=False)

    first, second = Params(float32(2e-4)), Params(float32(1.3e-4))

    def two(kind: str, what: str, a_shape: Shape, b_shape: Shape, b_params: Params = second, **options: Any) -> None:
        def build(g: Graph) -> Tensor:
            return arithmetic(g, g.input("int16", a_shape, first), g.input("int16", b_shape, b_params), kind, **options)
        cases.append(Case(kind.lower(), f"{kind.lower()}_int16_{what}", build))

    for kind in ("ADD", "SUB", "MUL"):
        two(kind, "same_shape", (1, 4, 5, 3), (1, 4, 5, 3))
        two(kind, "channels_relu", (2, 3, 4, 5), (5,), activation="RELU")
        two(kind, "both_broadcast", (2, 1, 4, 1), (1, 3, 1, 5))
        two(kind, "scales_far_apart", (1, 4, 5, 3), (1, 4, 5, 3), b_params=Params(float32(1e-7)))
    two("ADD", "relu6", (1, 4, 5, 3), (1, 4, 5, 3), activation="RELU6")
    two("ADD", "relu_n1_to_1", (1, 4, 5, 3), (1, 4, 5, 3), activation="RELU_N1_TO_1")

    for kind in ("MAX_POOL_2D", "AVERAGE_POOL_2D"):
        def pooled(g: Graph, kind: str = kind) -> Tensor:
            return pool(g, image(g, "int16", (1, 5, 7, 3)), kind, window=(3, 3), padding="SAME")

        def limited(g: Graph, kind: str = kind) -> Tensor:
            return pool(g, image(g, "int16", (2, 4, 4, 3)), kind, activation="RELU6")
        cases.append(Case(kind.lower(), f"{kind.lower()}_int16_3_by_3_same", pooled))
        cases.append(Case(kind.lower(), f"{kind.lower()}_int16_relu6", limited))

    cases.append(Case("mean", "mean_int16_axes_1_2",
                      lambda g: mean(g, image(g, "int16", (1, 5, 5, 8)), axes=(1, 2))))
    cases.append(Case("mean", "mean_int16_last_axis_keep_dims",
                      lambda g: mean(g, image(g, "int16", (2, 3, 7)), axes=(-1,), keep_dims=True)))

    def soft(what: str, shape: Shape, scale: float, data: np.ndarray | None = None, **options: Any) -> None:
        def build(g: Graph) -> Tensor:
            return softmax(g, g.input("int16", shape, Params(float32(scale)), data), **options)
        cases.append(Case("softmax", f"softmax_int16_{what}", build))

    soft("10_classes", (3, 10), 1e-4)
    soft("300_classes", (1, 300), 5e-5)
    soft("1_class", (2, 1), 1e-4)
    soft("sharp_beta_3", (4, 6), 1e-3, beta=3.0)
    soft("flat_4d", (1, 2, 3, 4), 1e-7)
    soft("scale_of_0_3", (2, 9), 0.3)
    # Pairs at all distances: each entry of both tables, and between them.
    away = np.arange(0, 65536, 61)
    soft("all_distances", (len(away), 2), 10 / 65535, np.stack([np.full_like(away, 32767), 32767 - away], 1))

    def sigmoid(what: str, scale: float, data: np.ndarray) -> None:
        def build(g: Graph) -> Tensor:
            return logistic(g, g.input("int16", data.shape, Params(float32(scale)), data))
        cases.append(Case("logistic", f"logistic_int16_{what}", build))

    def tangent(what: str, scale: float, data: np.ndarray) -> None:
        def build(g: Graph) -> Tensor:
            return unary(g, g.input("int16", data.shape, Params(float32(scale)), data), "TANH")
        cases.append(Case("tanh", f"tanh_int16_{what}", build))

    for alpha in (0.2, -0.5):
        def leak(g: Graph, alpha: float = alpha) -> Tensor:
            return unary(g, g.input("int16", (3, 40), first), "LEAKY_RELU", params=second, alpha=alpha)
        cases.append(Case("leaky_relu", f"leaky_relu_int16_alpha_{alpha}".replace("-", "minus_"), leak))

    def nearly(g: Graph) -> Tensor:
        x = g.input("int8", (3, 10), Params(float32(0.07), 4))
        y = g.tensor("int16", x.shape, Params(float32(1 / 65535), -32768))
        options = schema.SoftmaxOptionsT()
        options.beta = 1.0
        return g.op("SOFTMAX", [x], y, options, 2)
    cases.append(Case("softmax", "softmax_int8_to_int16_scale_1_of_65535", nearly))

    every_31st = np.arange(-32768, 32768, 31)
    sigmoid("power_of_two", 2.0**-12, every_31st)
    sigmoid("nearly_power_of_two", 2.0**-12 * 1.0006, every_31st[::16])
    sigmoid("not_quite_power_of_two", 2.0**-12 * 1.0008, every_31st[::16])
    sigmoid("other_power_of_two", 2.0**-10, every_31st[::16])
    sigmoid("wide", 0.001, every_31st[::8])
    sigmoid("narrow", 1e-5, every_31st[::8])
    sigmoid("scale_of_2", 2.0, every_31st[::8])
    sigmoid("scale_near_16383", 16383.4 / 12288, every_31st[::16])
    sigmoid("scale_near_half_of_that", 16383.4 / 12288 / 2, every_31st[::16])
    sigmoid("scale_near_twice_that", 16383.7 / 12288, every_31st[::16])
    sigmoid("tiny_scale", 2.0**-28, every_31st[::16])
    tangent("power_of_two", 2.0**-12, every_31st)
    tangent("twice_that", 2.0**-11, every_31st[::8])
    tangent("four_times_that", 2.0**-10, every_31st[::8])
    tangent("wide", 0.001, every_31st[::8])
    tangent("narrow", 1e-5, every_31st[::8])
    return cases
