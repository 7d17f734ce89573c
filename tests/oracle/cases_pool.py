"""Cases of MAX_POOL_2D, AVERAGE_POOL_2D and MEAN."""
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from tflite_micro.tensorflow.lite.micro.python import schema_py_generated as schema

from builder import ACTIVATIONS, NONE, PADDINGS, Graph, Params, Tensor, float32
from cases import Case
from cases_conv import Pair, image, output_size


def pool(g: Graph, x: Tensor, kind: str, *, window: Pair = (2, 2), stride: Pair = (2, 2), padding: str = "VALID",
         activation: str = "NONE", version: int = 2) -> Tensor:
    """MAX_POOL_2D or AVERAGE_POOL_2D; the output has the input's quantization."""
    batch, height, width, channels = x.shape
    y = g.like(x, (batch, output_size(height, window[0], stride[0], 1, padding),
                   output_size(width, window[1], stride[1], 1, padding), channels))
    options = schema.Pool2DOptionsT()
    options.padding, options.fusedActivationFunction = PADDINGS[padding], ACTIVATIONS[activation]
    options.filterHeight, options.filterWidth = window
    options.strideH, options.strideW = stride
    if kind == "AVERAGE_POOL_2D":
        y.std /= np.sqrt(window[0] * window[1])
    else:
        y.mean, y.std = y.mean + y.std, y.std * 0.6
    return g.op(kind, [x], y, options, version)


def mean(g: Graph, x: Tensor, *, axes: Sequence[int], keep_dims: bool = False, params: Params | None = None,
         scalar_axis: bool = False, version: int = 2) -> Tensor:
    """MEAN over `axes`. By default the output's quantization fits the averaged values."""
    rank = len(x.shape)
    reduced = {axis % rank for axis in axes}
    count = int(np.prod([x.shape[a] for a in reduced]))
    shape = [1 if i in reduced else d for i, d in enumerate(x.shape) if keep_dims or i not in reduced]
    std = x.std / np.sqrt(count)
    if x.type == "float32":
        params = NONE
    elif params is None:
        params = g.fit(x.mean, max(std, x.scale / 4), x.type)
    y = g.tensor(x.type, shape, params)
    y.mean, y.std = x.mean, std
    options = schema.ReducerOptionsT()
    options.keepDims = keep_dims
    axis = g.constant(np.array(axes[0] if scalar_axis else axes, dtype=np.int32), "int32")
    return g.op("MEAN", [x, axis], y, options, version)


def vectors() -> list[Case]:
    """The fixed cases."""
    cases: list[Case] = []

    def pools(types: str, what: str, shape: tuple[int, ...], zero_point: int = -3, scale: float = 0.05,
              kinds: str = "MAX_POOL_2D AVERAGE_POOL_2D", **options: Any) -> None:
        for kind in kinds.split():
            for t in types.split():
                def build(g: Graph, kind: str = kind, t: str = t) -> Tensor:
                    return pool(g, image(g, t, shape, zero_point, scale, spread=2.0), kind, **options)
                cases.append(Case(kind.lower(), f"{kind.lower()}_{t}_{what}", build))

    both = "int8 float32"
    pools(both, "2_by_2", (1, 6, 6, 4))
    pools("int8", "2_by_2_odd_image", (1, 7, 5, 3))
    pools(both, "2_by_2_same_odd_image", (1, 7, 5, 3), padding="SAME")
    pools(both, "3_by_3_stride_1_same", (1, 5, 5, 3), window=(3, 3), stride=(1, 1), padding="SAME")
    pools("int8", "3_by_3_stride_2_same", (1, 8, 8, 5), window=(3, 3), padding="SAME")
    pools("int8", "3_by_2_stride_1_by_3", (1, 7, 8, 2), window=(3, 2), stride=(1, 3))
    pools("int8", "whole_image", (1, 7, 6, 9), window=(7, 6), stride=(1, 1))
    pools("int8", "1_by_1_stride_2", (1, 5, 5, 3), window=(1, 1))
    pools("int8", "window_larger_than_image_same", (1, 2, 3, 3), window=(5, 5), stride=(1, 1), padding="SAME")
    pools("int8", "batch_2", (2, 4, 4, 3))
    pools("int8", "67_channels", (1, 4, 4, 67))
    pools("int8", "zero_point_minus_128", (1, 4, 4, 4), zero_point=-128)
    for activation in ("RELU", "RELU6", "RELU_N1_TO_1"):
        pools(both, activation.lower(), (1, 4, 6, 4), activation=activation)

    def means(types: str, what: str, shape: tuple[int, ...], axes: Sequence[int], zero_point: int = 5,
              spread: float = 1.0, **options: Any) -> None:
        for t in types.split():
            def build(g: Graph, t: str = t) -> Tensor:
                return mean(g, image(g, t, shape, zero_point, 0.05, spread), axes=axes, **options)
            cases.append(Case("mean", f"mean_{t}_{what}", build))

    means(both, "axes_1_2", (1, 5, 5, 8), (1, 2))
    means(both, "axes_1_2_keep_dims", (1, 5, 5, 8), (1, 2), keep_dims=True)
    means(both, "axes_2_1", (1, 4, 6, 5), (2, 1))
    means("int8", "axes_minus_3_minus_2", (1, 3, 4, 6), (-3, -2))
    means(both, "last_axis", (2, 3, 4, 7), (3,))
    means("int8", "last_axis_keep_dims", (2, 3, 4, 7), (-1,), keep_dims=True)
    means("int8", "axis_0", (3, 2, 5), (0,))
    means("int8", "axis_1_of_3d", (2, 5, 6), (1,))
    means(both, "all_axes", (2, 3, 4, 2), (0, 1, 2, 3))
    means("int8", "all_axes_keep_dims", (2, 3, 4, 2), (0, 1, 2, 3), keep_dims=True)
    means("int8", "axes_0_2", (3, 4, 5), (0, 2))
    means("int8", "repeated_axes", (2, 6, 4), (1, -2))
    means("int8", "scalar_axis", (3, 5), (1,), scalar_axis=True)
    means("int8", "vector", (19,), (0,))
    means("int8", "5d", (2, 2, 3, 2, 3), (1, 3))
    means("int8", "same_quantization", (1, 6, 6, 4), (1, 2), params=Params(float32(0.05), 5))
    means("int8", "output_scale_larger", (1, 4, 4, 6), (1, 2), params=Params(float32(0.11), -7))
    means("int8", "output_scale_smaller", (1, 4, 4, 6), (1, 2), params=Params(float32(0.01), 3), spread=0.3)
    means("int8", "zero_point_minus_128", (1, 5, 5, 4), (1, 2), zero_point=-128)
    means("int8", "257_elements", (257, 3), (0,))
    return cases
