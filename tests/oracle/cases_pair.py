"""Cases of the ops that combine two or three tensors, convert or reduce: MAXIMUM, MINIMUM, PRELU, DIV, BATCH_MATMUL, the
comparisons, LOGICAL_AND, LOGICAL_OR, LOGICAL_NOT, SELECT_V2, CAST, SUM, REDUCE_MAX and REDUCE_MIN."""
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from tflite_micro.tensorflow.lite.micro.python import schema_py_generated as schema

from builder import ACTIVATIONS, NONE, QUANTIZED, Graph, Params, Tensor, float32
from cases import Case
from cases_conv import image
from cases_move import plain

COMPARISONS = ("EQUAL", "NOT_EQUAL", "GREATER", "GREATER_EQUAL", "LESS", "LESS_EQUAL")
Shape = tuple[int, ...]


def extremum(g: Graph, a: Tensor, b: Tensor, kind: str, *, version: int = 2) -> Tensor:
    """MAXIMUM or MINIMUM of two tensors of the same quantization."""
    y = g.like(a, np.broadcast_shapes(a.shape, b.shape))
    return g.op(kind, [a, b], y, schema.MaximumMinimumOptionsT(), version)


def prelu(g: Graph, x: Tensor, alpha: Tensor, *, params: Params | None = None, version: int = 1) -> Tensor:
    """PRELU."""
    default = Params(x.scale, x.zero_point) if x.scales else NONE
    return g.op("PRELU", [x, alpha], g.tensor(x.type, np.broadcast_shapes(x.shape, alpha.shape), params or default),
                None, version)


def div(g: Graph, a: Tensor, b: Tensor, *, activation: str = "NONE", params: Params = NONE, version: int = 2) -> Tensor:
    """DIV; int8 needs the output's quantization."""
    options = schema.DivOptionsT()
    options.fusedActivationFunction = ACTIVATIONS[activation]
    return g.op("DIV", [a, b], g.tensor(a.type, np.broadcast_shapes(a.shape, b.shape), params), options, version)


def batch_matmul(g: Graph, a: Tensor, b: Tensor, *, adj_x: bool = False, adj_y: bool = False, version: int = 4) -> Tensor:
    """BATCH_MATMUL; int8 outputs fit the sums."""
    rows, depth = a.shape[-2:][::-1] if adj_x else a.shape[-2:]
    columns = b.shape[-2] if adj_y else b.shape[-1]
    shape = (*np.broadcast_shapes(a.shape[:-2], b.shape[:-2]), rows, columns)
    mean, std = depth * a.mean * b.mean, np.sqrt(depth) * np.hypot(a.mean, a.std) * np.hypot(b.mean, b.std)
    y = g.tensor(a.type, shape, g.fit(mean, max(float(std), 1e-6), a.type))
    options = schema.BatchMatMulOptionsT()
    options.adjX, options.adjY = adj_x, adj_y
    return g.op("BATCH_MATMUL", [a, b], y, options, version)


def compare(g: Graph, a: Tensor, b: Tensor, kind: str, *, version: int = 2) -> Tensor:
    """One of the comparisons."""
    return g.op(kind, [a, b], g.tensor("bool", np.broadcast_shapes(a.shape, b.shape)), None, version)


def logical(g: Graph, kind: str, parts: Sequence[Tensor], *, version: int = 1) -> Tensor:
    """LOGICAL_AND, LOGICAL_OR or LOGICAL_NOT."""
    return g.op(kind, parts, g.tensor("bool", np.broadcast_shapes(*(part.shape for part in parts))), None, version)


def select_v2(g: Graph, condition: Tensor, a: Tensor, b: Tensor, *, version: int = 1) -> Tensor:
    """SELECT_V2."""
    y = g.like(a, np.broadcast_shapes(condition.shape, a.shape, b.shape))
    return g.op("SELECT_V2", [condition, a, b], y, schema.SelectV2OptionsT(), version)


def cast(g: Graph, x: Tensor, *, type: str, version: int = 1) -> Tensor:
    """CAST to `type`."""
    return g.op("CAST", [x], g.tensor(type, x.shape), schema.CastOptionsT(), version)


def reduce(g: Graph, x: Tensor, kind: str, *, axes: Sequence[int], keep_dims: bool = False,
           params: Params | None = None, version: int = 2) -> Tensor:
    """SUM, REDUCE_MAX or REDUCE_MIN over `axes`."""
    reduced = {axis % len(x.shape) for axis in axes}
    shape = [1 if i in reduced else d for i, d in enumerate(x.shape) if keep_dims or i not in reduced]
    if kind == "SUM" and x.type != "float32":
        count = int(np.prod([x.shape[a] for a in reduced]))
        y = g.tensor(x.type, shape, params or g.fit(x.mean * count, max(x.std * np.sqrt(count), x.scale), x.type))
    else:
        y = g.like(x, shape)
    options = schema.ReducerOptionsT()
    options.keepDims = keep_dims
    return g.op(kind, [x, g.vector(axes)], y, options, version)


def away_from_zero(g: Graph, shape: Shape, params: Params, steps: int) -> np.ndarray:
    """Random int8 values at least so many steps from real zero, on the side with more room."""
    low, high = (params.zero_point + steps, 127) if params.zero_point < 0 else (-128, params.zero_point - steps)
    return g.rng.integers(low, high + 1, shape).astype(np.int8)


def vectors() -> list[Case]:
    """The fixed cases."""
    cases: list[Case] = []

    def add(name: str, what: str, build: Any) -> None:
        cases.append(Case(name, f"{name}_{what}", build))

    shapes: list[tuple[str, Shape, Shape]] = [
        ("same_shape", (1, 4, 5, 3), (1, 4, 5, 3)), ("channels", (1, 3, 4, 5), (5,)),
        ("both_broadcast", (2, 1, 4, 1), (1, 3, 1, 5)), ("scalar", (2, 3, 5), (1,))]
    for kind in ("MAXIMUM", "MINIMUM"):
        for t in ("int8", "float32", "int16", "int32", "int64"):
            for what, a, b in shapes if t == "int8" else shapes[1:2]:
                add(kind.lower(), f"{t}_{what}", lambda g, kind=kind, t=t, a=a, b=b: extremum(
                    g, plain(g, t, a), plain(g, t, b), kind))
    for t in ("int8", "float32"):
        for what, a, b in (shapes[0], ("per_channel", (1, 3, 4, 5), (5,)), ("shared_axes", (1, 3, 4, 5), (1, 1, 5))):
            def build_prelu(g: Graph, t: str = t, a: Shape = a, b: Shape = b) -> Tensor:
                params = Params(float32(0.012), 7) if t == "int8" else NONE
                alpha = g.constant(g.random(t, b), t, *params.lists())
                return prelu(g, image(g, t, a, -5, 0.05), alpha, params=Params(float32(0.061), -9) if t == "int8" else None)
            add("prelu", f"{t}_{what}", build_prelu)

    def quotient(t: str, what: str, a: Shape, b: Shape, activation: str = "NONE", scale: float = 0.11) -> None:
        def build(g: Graph) -> Tensor:
            if t == "int8":
                first, second = Params(float32(0.05), -3), Params(float32(0.033), 11)
                # Quotients of small dividends shift by more than 31 in the reference, which is undefined.
                x = g.input(t, a, first, away_from_zero(g, a, first, 32))
                y = g.input(t, b, second, away_from_zero(g, b, second, 1))
                return div(g, x, y, activation=activation, params=Params(float32(scale), 4))
            divisor = g.random(t, b)
            return div(g, g.input(t, a), g.input(t, b, data=np.where(divisor == 0, 1, divisor)), activation=activation)
        add("div", f"{t}_{what}", build)

    for what, a, b in shapes:
        quotient("int8", what, a, b)
    for t in ("float32", "int32"):
        quotient(t, "both_broadcast", *shapes[2][1:])
    quotient("int8", "relu6", (1, 60), (1, 60), "RELU6")
    quotient("float32", "relu", (1, 60), (1, 60), "RELU")

    def product(what: str, a: Shape, b: Shape, **options: Any) -> None:
        for t in ("int8", "float32"):
            def build(g: Graph, t: str = t) -> Tensor:
                return batch_matmul(g, image(g, t, a, -5, 0.05), image(g, t, b, 9, 0.03), **options)
            add("batch_matmul", f"{t}_{what}", build)

    product("2d", (3, 4), (4, 5))
    product("batch_3", (3, 2, 4), (3, 4, 5))
    product("adj_y", (2, 3, 4), (2, 5, 4), adj_y=True)
    product("adj_x", (2, 4, 3), (2, 4, 5), adj_x=True)
    product("batches_broadcast", (2, 1, 2, 3), (3, 3, 4))
    product("4d_heads", (1, 2, 5, 3), (1, 2, 5, 3), adj_y=True)

    for kind in COMPARISONS:
        equality = kind in ("EQUAL", "NOT_EQUAL")
        for t in ("int8", "float32", "int32", "int64", *(["bool"] if equality else [])):
            def build_compare(g: Graph, kind: str = kind, t: str = t) -> Tensor:
                a, b = (plain(g, t, shape) for shape in ((2, 4, 5), (5,)))
                a.data.reshape(-1)[::3] = b.data[0]  # some are equal
                return compare(g, a, b, kind)
            add(kind.lower(), f"{t}_channels", build_compare)

        def build_scaled(g: Graph, kind: str = kind) -> Tensor:
            a = g.input("int8", (64,), Params(float32(0.05), -3))
            b = g.input("int8", (64,), Params(float32(0.0251), 11))
            return compare(g, a, b, kind)
        add(kind.lower(), "int8_two_scales", build_scaled)
    for kind in ("LOGICAL_AND", "LOGICAL_OR"):
        for what, a, b in (shapes[0], shapes[2]):
            add(kind.lower(), f"bool_{what}", lambda g, kind=kind, a=a, b=b: logical(
                g, kind, [g.input("bool", a), g.input("bool", b)]))
    add("logical_not", "bool_3d", lambda g: logical(g, "LOGICAL_NOT", [g.input("bool", (2, 3, 5))]))
    for t in ("int8", "float32", "int16"):
        for what, c, a, b in (("same_shape", (2, 3, 5), (2, 3, 5), (2, 3, 5)), ("row", (3, 1), (2, 3, 5), (5,)),
                              ("scalars", (2, 3), (), ())):
            add("select_v2", f"{t}_{what}", lambda g, t=t, c=c, a=a, b=b: select_v2(
                g, g.input("bool", c), plain(g, t, a), plain(g, t, b)))
    for source in ("int8", "int16", "int32", "float32", "bool"):
        for target in ("int8", "int16", "int32", "float32"):
            def build_cast(g: Graph, source: str = source, target: str = target) -> Tensor:
                data = g.random(source, (3, 20), 30.0 if source == "float32" else 1.0)
                return cast(g, g.input(source, (3, 20), data=data), type=target)
            add("cast", f"{source}_to_{target}", build_cast)
    for kind in ("SUM", "REDUCE_MAX", "REDUCE_MIN"):
        # SUM is made in MEAN's folder.
        for t in ("int8", "float32", *(["int16"] if kind == "SUM" else [])):
            for what, shape, axes, keep in (("axes_1_2", (1, 5, 5, 8), (1, 2), False), ("last_axis", (2, 3, 4, 7), (-1,), True),
                                            ("axis_0", (3, 2, 5), (0,), False), ("all", (2, 3, 4), (0, 1, 2), False)):
                cases.append(Case(
                    "mean" if kind == "SUM" else kind.lower(), f"{kind.lower()}_{t}_{what}",
                    lambda g, kind=kind, t=t, shape=shape, axes=axes, keep=keep: reduce(
                        g, plain(g, t, shape, 5), kind, axes=axes, keep_dims=keep)))
    return cases
