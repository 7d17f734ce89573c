"""Cases of the ops that map each element by a function of one value: HARD_SWISH, TANH, LEAKY_RELU, ELU, ABS, RSQRT, EXP,
LOG, SQRT, SQUARE, NEG and FLOOR."""
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

from typing import Any

import numpy as np
from tflite_micro.tensorflow.lite.micro.python import schema_py_generated as schema

from builder import NONE, Graph, Params, Tensor, fit_range, float32
from cases import Case

FUNCTIONS = {
    "HARD_SWISH": lambda x: x * np.clip(x + 3, 0, 6) / 6,
    "TANH": np.tanh,
    "LEAKY_RELU": lambda x: x,
    "ELU": lambda x: np.where(x < 0, np.exp(np.minimum(x, 0)) - 1, x),
    "ABS": np.abs,
    "RSQRT": lambda x: 1 / np.sqrt(np.maximum(x, 1e-30)),
    "EXP": lambda x: np.exp(np.minimum(x, 80)),
    "LOG": lambda x: np.log(np.maximum(x, 1e-30)),
    "SQRT": lambda x: np.sqrt(np.maximum(x, 0)),
    "SQUARE": np.square,
    "NEG": np.negative,
    "FLOOR": np.floor,
}
POSITIVE = ("RSQRT", "LOG", "SQRT")


def unary(g: Graph, x: Tensor, kind: str, *, params: Params | None = None, alpha: float = 0.1,
          version: int = 1) -> Tensor:
    """The op `kind`; by default the output's quantization fits the results."""
    real = (x.data.astype(np.float64) - x.zero_point) * x.scale
    results = FUNCTIONS[kind](real)
    if x.type == "float32":
        params = NONE
    elif kind == "TANH":
        params = Params(1 / 32768 if x.type == "int16" else 1 / 128, 0)
    elif params is None:
        params = fit_range(float(results.min()), float(np.percentile(results, 95)))
    options = None
    if kind == "LEAKY_RELU":
        options = schema.LeakyReluOptionsT()
        options.alpha = alpha
    y = g.tensor(x.type, x.shape, params)
    y.mean, y.std = float(results.mean()), float(results.std())
    return g.op(kind, [x], y, options, version)


def unary_input(g: Graph, kind: str, type: str, shape: tuple[int, ...], real_range: float = 8.0,
                zero_point: int = 5) -> Tensor:
    """An input of values that the op is defined for."""
    if type == "float32":
        data = g.random(type, shape, real_range / 4)
        return g.input(type, shape, data=np.abs(data) + 1e-3 if kind in POSITIVE else data)
    params = Params(float32(real_range / 255), zero_point)
    data = g.random(type, shape)
    return g.input(type, shape, params, np.maximum(data, zero_point) if kind in POSITIVE else data)


def vectors() -> list[Case]:
    """The fixed cases."""
    cases: list[Case] = []

    def one(kinds: str, types: str, what: str, shape: tuple[int, ...], real_range: float = 8.0, zero_point: int = 5,
            **options: Any) -> None:
        for kind in kinds.split():
            for t in types.split():
                def build(g: Graph, kind: str = kind, t: str = t) -> Tensor:
                    return unary(g, unary_input(g, kind, t, shape, real_range, zero_point), kind, **options)
                cases.append(Case(kind.lower(), f"{kind.lower()}_{t}_{what}", build))

    def every_value(kinds: str, scale: float = 0.047, zero_point: int = 0) -> None:
        for kind in kinds.split():
            def build(g: Graph, kind: str = kind) -> Tensor:
                data = np.tile(np.arange(-128, 128), 2)
                x = g.input("int8", (2, 256), Params(float32(scale), zero_point),
                            np.maximum(data, zero_point) if kind in POSITIVE else data)
                return unary(g, x, kind)
            cases.append(Case(kind.lower(), f"{kind.lower()}_int8_all_values_twice", build))

    quantized = "HARD_SWISH TANH LEAKY_RELU ELU ABS RSQRT"
    one(quantized, "int8", "4d", (1, 4, 5, 3))
    one(quantized, "int8", "zero_point_minus_128", (1, 60), zero_point=-128)
    one(quantized, "int8", "wide_range", (3, 20), real_range=60.0)
    one(quantized, "int8", "narrow_range", (60,), real_range=0.3)
    every_value(quantized)
    one(quantized + " EXP LOG SQRT SQUARE NEG FLOOR", "float32", "4d", (1, 4, 5, 3))
    one("HARD_SWISH LEAKY_RELU ABS", "int8", "output_scale_larger", (2, 30), params=Params(float32(0.11), -7))
    one("LEAKY_RELU ABS", "int8", "output_scale_smaller", (2, 30), params=Params(float32(0.029), 3))
    one("LEAKY_RELU", "int8 float32", "alpha_2", (2, 30), alpha=2.0)
    one("LEAKY_RELU", "int8 float32", "alpha_negative", (2, 30), alpha=-0.5)
    one("LEAKY_RELU", "int8", "alpha_0", (2, 30), alpha=0.0)
    return cases
