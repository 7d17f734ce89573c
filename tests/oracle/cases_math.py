"""Cases of ADD, SUB, MUL, SOFTMAX, LOGISTIC, RELU and RELU6."""
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

from typing import Any

import numpy as np
from tflite_micro.tensorflow.lite.micro.python import schema_py_generated as schema

from builder import ACTIVATIONS, NONE, QUANTIZED, Graph, Params, Tensor, float32
from cases import Case
from cases_conv import finish_output, image
from runner import Refused

FIRST, SECOND = Params(float32(0.05), -3), Params(float32(0.033), 11)
ARITHMETIC_OPTIONS = {"ADD": schema.AddOptionsT, "SUB": schema.SubOptionsT, "MUL": schema.MulOptionsT}


def arithmetic(g: Graph, a: Tensor, b: Tensor, kind: str, *, activation: str = "NONE", params: Params | None = None,
               tight: bool = False, version: int = 2) -> Tensor:
    """ADD, SUB or MUL with broadcasting; by default the output's quantization fits the result."""
    if kind == "MUL":
        second_moment = (a.mean**2 + a.std**2) * (b.mean**2 + b.std**2)
        mean = a.mean * b.mean
        std = max(float(np.sqrt(max(second_moment - mean**2, 0.0))), a.scale * b.scale)
    else:
        mean = a.mean + b.mean if kind == "ADD" else a.mean - b.mean
        std = max(float(np.hypot(a.std, b.std)), a.scale, b.scale)
    if a.type in QUANTIZED:
        params = params or g.fit(mean, std, a.type, activation, tight)
    y = g.tensor(a.type, np.broadcast_shapes(a.shape, b.shape), params or NONE)
    options = ARITHMETIC_OPTIONS[kind]()
    options.fusedActivationFunction = ACTIVATIONS[activation]
    return finish_output(g.op(kind, [a, b], y, options, version), mean, std, activation)


SOFTMAX_OUTPUTS_INT16 = Params(1 / 32768, 0)
SOFTMAX_OUTPUTS = {"int8": Params(1 / 256, -128), "int16": Params(1 / 65536, -32768), "float32": NONE}


def softmax(g: Graph, x: Tensor, *, beta: float = 1.0, to: str = "", version: int = 2) -> Tensor:
    """SOFTMAX over the last axis, `to` another type or the same; the quantization is what the reference demands."""
    y = g.tensor(to or x.type, x.shape, SOFTMAX_OUTPUTS_INT16 if x.type == "int16" else SOFTMAX_OUTPUTS[to or x.type])
    y.mean = y.std = 1 / x.shape[-1]
    options = schema.SoftmaxOptionsT()
    options.beta = beta
    return g.op("SOFTMAX", [x], y, options, version)


def logistic(g: Graph, x: Tensor, *, version: int = 2) -> Tensor:
    """LOGISTIC; the output's quantization is the one the reference kernel demands.

    From a scale of 2^36 on, the reference shifts a 64-bit number by 64 bits or more, which is undefined.
    """
    if x.type == "int8" and x.scale >= 2.0**36:
        raise Refused(f"LOGISTIC is undefined for the scale {x.scale}")
    y = g.tensor(x.type, x.shape, {"int8": Params(1 / 256, -128), "int16": Params(1 / 32768)}.get(x.type, NONE))
    y.mean, y.std = 0.5, 0.2
    return g.op("LOGISTIC", [x], y, None, version)


def relu(g: Graph, x: Tensor, kind: str, *, params: Params | None = None, version: int = 2) -> Tensor:
    """RELU, which may rescale, or RELU6, which may not."""
    if x.type == "float32":
        y = g.tensor(x.type, x.shape)
    else:
        y = g.tensor(x.type, x.shape, params or Params(x.scale, x.zero_point))
    return finish_output(g.op(kind, [x], y, None, version), x.mean, x.std, "RELU")


def _softmax_range(g: Graph, type: str, shape: tuple[int, ...], real_range: float, zero_point: int) -> Tensor:
    """A softmax or logistic input whose values span about `real_range`."""
    if type == "float32":
        return g.input(type, shape, spread=real_range / 4)
    return g.input(type, shape, Params(float32(real_range / 255), zero_point))


def vectors() -> list[Case]:
    """The fixed cases."""
    cases: list[Case] = []

    def two(kinds: str, types: str, what: str, a_shape: tuple[int, ...], b_shape: tuple[int, ...] | None = None,
            a_params: Params = FIRST, b_params: Params = SECOND,
            constant: bool = False, spread: float = 1.0, **options: Any) -> None:
        for kind in kinds.split():
            for t in types.split():
                def build(g: Graph, kind: str = kind, t: str = t) -> Tensor:
                    pa, pb = (a_params, b_params) if t in QUANTIZED else (NONE, NONE)
                    a = g.input(t, a_shape, pa, spread=spread)
                    if constant:
                        b = g.constant(g.random(t, b_shape or a_shape), t, *pb.lists())
                    else:
                        b = g.input(t, b_shape or a_shape, pb, spread=spread)
                    return arithmetic(g, a, b, kind, **options)
                cases.append(Case(kind.lower(), f"{kind.lower()}_{t}_{what}", build))

    every, both = "ADD SUB MUL", "int8 float32"
    two(every, both, "same_shape", (1, 4, 5, 3))
    two(every, both, "scalar", (2, 3, 5), (1,))
    two("ADD MUL", "int8", "rank_0", (2, 3, 5), ())
    two(every, both, "channels", (1, 4, 4, 6), (6,))
    two(every, "int8", "first_is_smaller", (5,), (1, 3, 4, 5))
    two(every, both, "both_broadcast", (2, 1, 4, 1), (1, 3, 1, 5))
    two("ADD MUL", "int8", "per_pixel", (1, 4, 5, 3), (1, 4, 5, 1))
    two("ADD MUL", "int8", "per_image_channel", (2, 3, 4, 5), (2, 1, 1, 5))
    two("ADD", "int8", "rank_5", (2, 1, 3, 2, 4), (1, 3, 3, 1, 4))
    two("ADD", "int8", "rank_6", (2, 1, 3, 2, 1, 4), (3, 1, 2, 2, 1))
    two(every, "int8", "leading_ones", (1, 1, 7), (7,))
    two(every, "int8", "constant", (1, 3, 4, 5), (5,), constant=True)
    two(every, "int8", "scales_far_apart", (1, 4, 5, 3), b_params=Params(float32(4e-5), 0))
    two(every, "int8", "second_scale_larger", (1, 4, 5, 3), b_params=Params(float32(3.7), -20))
    two(every, "int8", "same_quantization", (1, 4, 5, 3), b_params=FIRST)
    two(every, "int8", "zero_points_at_ends", (1, 4, 5, 3), a_params=Params(float32(0.05), -128),
        b_params=Params(float32(0.07), 127))
    two("MUL", "int8", "multiplier_above_one", (1, 4, 5, 3), a_params=Params(2.5, 4), b_params=Params(1.5, -6),
        spread=0.03)
    for activation in ("RELU", "RELU6", "RELU_N1_TO_1"):
        two("ADD", both, activation.lower(), (1, 4, 5, 3), activation=activation)
        two("SUB MUL", "int8", activation.lower(), (1, 4, 5, 3), activation=activation)

    two(every, "int32", "same_shape", (1, 4, 5, 3))
    two(every, "int32", "both_broadcast", (2, 1, 4, 1), (1, 3, 1, 5))
    two(every, "int32", "relu6", (1, 4, 5, 3), activation="RELU6")

    def soft(types: str, what: str, shape: tuple[int, ...], real_range: float = 4.0, zero_point: int = 7,
             **options: Any) -> None:
        for t in types.split():
            def build(g: Graph, t: str = t) -> Tensor:
                return softmax(g, _softmax_range(g, t, shape, real_range, zero_point), **options)
            cases.append(Case("softmax", f"softmax_{t}_{what}", build))

    soft(both, "10_classes", (1, 10))
    soft("int8", "2_classes", (1, 2))
    soft("int8", "1_class", (1, 1))
    soft("int8", "12_classes_batch_5", (5, 12))
    soft("int8", "67_classes", (1, 67), real_range=12.0)
    soft("int8", "300_classes", (1, 300), real_range=1.5)
    soft(both, "4d", (1, 3, 4, 5))
    soft("int8", "1d", (9,))
    soft("int8", "sharp", (4, 6), real_range=60.0)
    soft("int8", "very_sharp", (2, 3), real_range=4000.0)
    soft("int8", "flat", (3, 8), real_range=0.05)
    soft(both, "beta_half", (2, 10), beta=0.5)
    soft("int8", "beta_3", (2, 10), beta=3.0)
    soft("int8", "zero_point_minus_128", (3, 10), zero_point=-128)

    soft("int8", "to_int16", (5, 12), to="int16")
    soft("int8", "to_int16_sharp", (4, 6), real_range=60.0, to="int16")

    def equal(g: Graph) -> Tensor:
        return softmax(g, g.input("int8", (2, 7), Params(float32(0.1), 3), data=np.full((2, 7), -44)))
    cases.append(Case("softmax", "softmax_int8_all_equal", equal))

    def sigmoid(types: str, what: str, shape: tuple[int, ...], real_range: float = 8.0, zero_point: int = 5) -> None:
        for t in types.split():
            def build(g: Graph, t: str = t) -> Tensor:
                return logistic(g, _softmax_range(g, t, shape, real_range, zero_point))
            cases.append(Case("logistic", f"logistic_{t}_{what}", build))

    sigmoid(both, "4d", (1, 4, 5, 3))
    sigmoid("int8", "1d", (61,))
    sigmoid("int8", "wide_range", (1, 40), real_range=40.0)
    sigmoid("int8", "narrow_range", (1, 40), real_range=0.1)
    sigmoid("int8", "zero_point_minus_128", (1, 40), zero_point=-128, real_range=4.0)

    def every_value(g: Graph) -> Tensor:
        return logistic(g, g.input("int8", (256,), Params(float32(0.047), 0), data=np.arange(-128, 128)))
    cases.append(Case("logistic", "logistic_int8_all_256_values", every_value))

    def rectify(kinds: str, types: str, what: str, shape: tuple[int, ...], scale: float = 0.05, zero_point: int = -40,
                **options: Any) -> None:
        for kind in kinds.split():
            for t in types.split():
                def build(g: Graph, kind: str = kind, t: str = t) -> Tensor:
                    return relu(g, image(g, t, shape, zero_point, scale, 4.0 if t == "float32" else 1.0), kind,
                                **options)
                cases.append(Case(kind.lower(), f"{kind.lower()}_{t}_{what}", build))

    rectify("RELU RELU6", both, "4d", (1, 4, 5, 3))
    rectify("RELU RELU6", "int8", "1d", (17,), zero_point=13)
    rectify("RELU RELU6", "int8", "zero_point_minus_128", (2, 30), zero_point=-128)
    rectify("RELU", "int8", "output_scale_smaller", (3, 21), params=Params(float32(0.041), -90))
    rectify("RELU", "int8", "output_scale_larger", (3, 21), params=Params(float32(0.13), 7))
    rectify("RELU6", "int8", "six_is_the_last_value", (3, 21), scale=6 / 167, zero_point=-40)
    rectify("RELU6", "int8", "six_rounds", (3, 21), scale=0.0871, zero_point=2)
    return cases
