"""Cases of QUANTIZE and DEQUANTIZE."""
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

import numpy as np

from builder import NONE, Graph, Params, Tensor, float32
from cases import Case


def quantize(g: Graph, x: Tensor, *, type: str = "int8", params: Params | None = None, version: int = 2) -> Tensor:
    """QUANTIZE to `type`, from float32 or from another quantization."""
    y = g.tensor(type, x.shape, params or g.fit(x.mean, x.std, type))
    y.mean, y.std = x.mean, x.std
    return g.op("QUANTIZE", [x], y, None, version)


def dequantize(g: Graph, x: Tensor, *, version: int = 2) -> Tensor:
    """DEQUANTIZE to float32."""
    y = g.tensor("float32", x.shape)
    y.mean, y.std = x.mean, x.std
    return g.op("DEQUANTIZE", [x], y, None, version)


def vectors() -> list[Case]:
    """The fixed cases."""
    cases: list[Case] = []

    def to(what: str, source: str, target: str, shape: tuple[int, ...] = (1, 5, 4, 3), in_params: Params = NONE,
           out_params: Params | None = None, data: np.ndarray | None = None) -> None:
        def build(g: Graph) -> Tensor:
            x = g.input(source, shape if data is None else data.shape, in_params, data)
            return quantize(g, x, type=target, params=out_params)
        cases.append(Case("quantize", f"quantize_{source}_to_{target}{what}", build))

    halves = (np.arange(-40, 40) / 2).astype(np.float32)
    to("", "float32", "int8")
    to("", "float32", "int16")
    to("_halves_round_away", "float32", "int8", data=halves, out_params=Params(1.0, 3))
    to("_image_0_to_1", "float32", "int8", data=(np.arange(0, 256) / np.float32(255)).astype(np.float32),
       out_params=Params(float32(1 / 255), -128))
    to("_clamps", "float32", "int8", data=np.linspace(-9, 9, 90, dtype=np.float32),
       out_params=Params(float32(0.06), -11))
    to("_tiny_scale", "float32", "int8", data=(halves * np.float32(3e-7)), out_params=Params(float32(1e-7), 2))
    to("", "int8", "int8", in_params=Params(float32(0.05), -3), out_params=Params(float32(0.061), 9))
    to("_same_scale", "int8", "int8", in_params=Params(float32(0.05), -3), out_params=Params(float32(0.05), 4))
    to("_identical", "int8", "int8", in_params=Params(float32(0.05), -3), out_params=Params(float32(0.05), -3))
    to("_scale_far_larger", "int8", "int8", in_params=Params(float32(0.05), -3), out_params=Params(3.0, 4))
    to("_scale_smaller", "int8", "int8", in_params=Params(float32(0.05), 0), out_params=Params(float32(0.0401), 0))
    to("", "uint8", "int8", in_params=Params(float32(0.05), 120), out_params=Params(float32(0.061), 9))
    to("_flip_sign_bit", "uint8", "int8", in_params=Params(float32(0.05), 128), out_params=Params(float32(0.05), 0))
    to("", "int8", "uint8", in_params=Params(float32(0.05), -3), out_params=Params(float32(0.06), 128))
    to("_flip_sign_bit", "int8", "uint8", in_params=Params(float32(0.05), -5), out_params=Params(float32(0.05), 123))
    to("", "int16", "int8", in_params=Params(float32(0.001), 0), out_params=Params(float32(0.27), -2))
    to("", "int16", "int16", in_params=Params(float32(0.001), 0), out_params=Params(float32(0.0013), 0))
    to("", "int16", "int32", in_params=Params(float32(0.001), 0), out_params=Params(float32(0.0003), 0))
    to("", "int8", "int16", in_params=Params(float32(0.05), -3), out_params=Params(float32(0.0004), 0))
    to("", "int8", "int32", in_params=Params(float32(0.05), -3), out_params=Params(float32(0.0001), 0))
    to("", "int32", "int8", in_params=Params(float32(0.001), 0), out_params=Params(float32(0.9), -2))
    to("", "int32", "int16", in_params=Params(float32(0.001), 0), out_params=Params(float32(0.004), 0))

    def back(what: str, source: str, params: Params, shape: tuple[int, ...] = (1, 5, 4, 3),
             data: np.ndarray | None = None) -> None:
        def build(g: Graph) -> Tensor:
            return dequantize(g, g.input(source, shape if data is None else data.shape, params, data))
        cases.append(Case("dequantize", f"dequantize_{source}{what}", build))

    back("", "int8", Params(float32(0.05), -3))
    back("_all_256_values", "int8", Params(float32(0.0123), 17), data=np.arange(-128, 128))
    back("_softmax_output", "int8", Params(1 / 256, -128), shape=(1, 10))
    back("_tiny_scale", "int8", Params(float32(1e-7), 5))
    back("_large_scale", "int8", Params(float32(1234.567), -77))
    back("", "uint8", Params(float32(0.05), 128))
    back("", "int16", Params(float32(0.0003), 0))
    back("_zero_point", "int16", Params(float32(0.0003), 1000))
    return cases
