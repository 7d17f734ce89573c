"""Cases of L2_NORMALIZATION, L2_POOL_2D and LOG_SOFTMAX."""
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

import numpy as np
from tflite_micro.tensorflow.lite.micro.python import schema_py_generated as schema

from builder import NONE, Graph, Params, Tensor, float32
from cases import Case
from cases_conv import image
from cases_pool import pool

Shape = tuple[int, ...]


def l2_normalization(g: Graph, x: Tensor, *, version: int = 2) -> Tensor:
    """L2_NORMALIZATION along the last axis."""
    options = schema.L2NormOptionsT()
    return g.op("L2_NORMALIZATION", [x], g.tensor(x.type, x.shape, Params(1 / 128, 0) if x.scales else NONE), options,
                version)


def log_softmax(g: Graph, x: Tensor, *, version: int = 2) -> Tensor:
    """LOG_SOFTMAX along the last axis."""
    return g.op("LOG_SOFTMAX", [x], g.tensor(x.type, x.shape, Params(16 / 256, 127) if x.scales else NONE),
                schema.LogSoftmaxOptionsT(), version)


def vectors() -> list[Case]:
    """The fixed cases."""
    cases: list[Case] = []
    for t in ("int8", "float32"):
        for what, shape, scale in (("4d", (1, 3, 4, 5), 0.05), ("vector", (17,), 0.05), ("long_rows", (2, 300), 0.001),
                                   ("sharp", (3, 10), 0.9)):
            for op in (l2_normalization, log_softmax):
                cases.append(Case(op.__name__, f"{op.__name__}_{t}_{what}", lambda g, op=op, t=t, shape=shape, scale=scale:
                                  op(g, image(g, t, shape, 7, scale, 4.0 if t == "float32" else 1.0))))

    def zeros(g: Graph) -> Tensor:
        data = np.full((3, 4), 5)
        data[1, 2], data[2] = 6, (5, 7, 5, 3)
        return l2_normalization(g, g.input("int8", (3, 4), Params(float32(0.05), 5), data))
    cases.append(Case("l2_normalization", "l2_normalization_int8_short_vectors", zeros))
    for padding in ("SAME", "VALID"):
        cases.append(Case("l2_pool_2d", f"l2_pool_2d_float32_{padding.lower()}", lambda g, padding=padding: pool(
            g, image(g, "float32", (1, 5, 6, 3), 0, 1.0), "L2_POOL_2D", padding=padding)))
    cases.append(Case("l2_pool_2d", "l2_pool_2d_float32_relu6_stride_1", lambda g: pool(
        g, image(g, "float32", (1, 5, 6, 3), 0, 1.0, 5.0), "L2_POOL_2D", window=(3, 2), stride=(1, 1), activation="RELU6")))
    return cases
