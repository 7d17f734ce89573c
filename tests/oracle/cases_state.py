"""Cases of the ops with state: SVDF and UNIDIRECTIONAL_SEQUENCE_LSTM, several steps each."""
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

from typing import Any

import numpy as np
from tflite_micro.tensorflow.lite.micro.python import schema_py_generated as schema

from builder import ACTIVATIONS, NONE, Graph, Params, Tensor, float32
from cases import Case

TANH = 4  # ActivationFunctionType
GATES = 4
LSTM_INPUTS = 24
STEPS = 4


def _random_weights(g: Graph, shape: tuple[int, ...], real_std: float) -> Tensor:
    """Symmetric int8 weights."""
    stored = np.clip(np.round(g.rng.standard_normal(shape) * 45), -127, 127)
    return g.constant(stored, "int8", (float32(real_std / 45),), (0,))


def svdf(g: Graph, x: Tensor, *, units: int, rank: int = 1, memory: int = 5, state_type: str = "int16",
         state_zero_point: int = 0, activation: str = "RELU", version: int = 3) -> Tensor:
    """SVDF over [batch][depth]; the quantizations fit what is expected."""
    batch, depth = x.shape
    filters = units * rank
    options = schema.SVDFOptionsT()
    options.rank, options.fusedActivationFunction = rank, ACTIVATIONS[activation]
    if x.type == "float32":
        features = g.constant(g.random("float32", (filters, depth)) / np.sqrt(depth), "float32")
        times = g.constant(g.random("float32", (filters, memory)) / np.sqrt(memory), "float32")
        bias_tensor = g.constant(g.random("float32", (units,)) * 0.3, "float32")
        state = g.variable("float32", (batch, filters * memory))
        y = g.tensor("float32", (batch, units))
        return g.op("SVDF", [x, features, times, bias_tensor, state], y, options, version)
    std = max(float(np.hypot(x.std, x.mean)), x.scale)
    features = _random_weights(g, (filters, depth), 1 / np.sqrt(depth) / std)
    bits = 15 if state_type == "int16" else 7
    state = g.variable(state_type, (batch, filters * memory), Params(float32(3.0 / 2**bits), state_zero_point))
    time_scale = float32(3.0 / np.sqrt(memory) / 2**bits)
    limits = np.iinfo(np.int16 if state_type == "int16" else np.int8)
    stored = np.clip(np.round(g.rng.standard_normal((filters, memory)) * limits.max / 3), limits.min, limits.max)
    times = g.constant(stored, state_type, (time_scale,), (0,))
    unit = state.scale * time_scale
    bias_tensor = g.constant(np.round(g.rng.standard_normal(units) * 0.3 / unit), "int32", (unit,), (0,))
    y = g.tensor("int8", (batch, units), g.fit(0.0, float(np.sqrt(rank)), "int8"))
    y.mean, y.std = 0.0, float(np.sqrt(rank))
    return g.op("SVDF", [x, features, times, bias_tensor, state], y, options, version)


def lstm(g: Graph, x: Tensor, *, units: int, time_major: bool = False, clip: float = 10.0, cell_power: int = -11,
         cell_stretch: float = 1.0, weight_std: float = 1.0, version: int = 3) -> Tensor:
    """UNIDIRECTIONAL_SEQUENCE_LSTM over [batch][time][depth], or with time_major [time][batch][depth]."""
    depth = x.shape[2]
    batch = x.shape[1 if time_major else 0]
    options = schema.UnidirectionalSequenceLSTMOptionsT()
    options.fusedActivationFunction, options.cellClip, options.timeMajor = TANH, clip, time_major
    inputs: list[Tensor | None] = [x] + [None] * (LSTM_INPUTS - 1)
    if x.type == "float32":
        for gate in range(GATES):
            inputs[1 + gate] = g.constant(g.random("float32", (units, depth)) * weight_std / np.sqrt(depth), "float32")
            inputs[5 + gate] = g.constant(g.random("float32", (units, units)) * weight_std / np.sqrt(units), "float32")
            inputs[12 + gate] = g.constant(g.random("float32", (units,)) * 0.3, "float32")
        hidden, cell = g.variable("float32", (batch, units)), g.variable("float32", (batch, units))
        params = NONE
    else:
        std = max(float(np.hypot(x.std, x.mean)), x.scale)
        params = Params(float32(1 / 128), int(g.rng.integers(-20, 20))) if x.type == "int8" else Params(1 / 32768)
        for gate in range(GATES):
            inputs[1 + gate] = _random_weights(g, (units, depth), weight_std / np.sqrt(depth) / std)
            inputs[5 + gate] = _random_weights(g, (units, units), 2 * weight_std / np.sqrt(units))
            unit = float32(x.scale * inputs[1 + gate].scale)
            bias_type = "int32" if x.type == "int8" else "int64"
            inputs[12 + gate] = g.constant(np.round(g.rng.standard_normal(units) * 0.3 / unit), bias_type, (unit,), (0,))
        hidden = g.variable(x.type, (batch, units), params)
        cell = g.variable("int16", (batch, units), Params(float32(2.0**cell_power * cell_stretch)))
    inputs[18], inputs[19] = hidden, cell
    y = g.tensor(x.type, (*x.shape[:2], units), params)
    y.mean, y.std = 0.0, 0.3
    return g.op("UNIDIRECTIONAL_SEQUENCE_LSTM", inputs, y, options, version)


def state_input(g: Graph, type: str, shape: tuple[int, ...], scale: float = 0.03, zero_point: int = -5) -> Tensor:
    """A graph input around zero."""
    params = {"int8": Params(float32(scale), zero_point), "int16": Params(float32(scale / 256))}.get(type, NONE)
    return g.input(type, shape, params)


def vectors() -> list[Case]:
    """The fixed cases."""
    cases: list[Case] = []

    def filters(types: str, what: str, shape: tuple[int, int], **options: Any) -> None:
        for t in types.split():
            def build(g: Graph, t: str = t) -> Tensor:
                return svdf(g, state_input(g, t, shape), **options)
            cases.append(Case("svdf", f"svdf_{t}_{what}", build, steps=STEPS + 3))

    filters("int8 float32", "rank_1", (1, 6), units=4)
    filters("int8 float32", "rank_2_batch_3", (3, 5), units=3, rank=2, memory=4)
    filters("int8", "int8_state", (1, 6), units=4, state_type="int8")
    filters("int8", "int8_state_zero_point", (2, 7), units=3, rank=2, state_type="int8", state_zero_point=-9)
    filters("int8", "memory_1", (1, 4), units=5, memory=1)
    filters("float32", "relu6", (1, 9), units=3, activation="RELU6")
    filters("float32", "no_activation", (2, 4), units=3, activation="NONE")

    def sequence(types: str, what: str, shape: tuple[int, int, int], *, scale: float = 0.03, odd_buffers: bool = False,
                 **options: Any) -> None:
        for t in types.split():
            def build(g: Graph, t: str = t) -> Tensor:
                return lstm(g, state_input(g, t, shape, scale), **options)
            cases.append(Case("unidirectional_sequence_lstm", f"unidirectional_sequence_lstm_{t}_{what}", build,
                              odd_buffers, STEPS))

    every = "int8 int16 float32"
    sequence(every, "5_steps", (1, 5, 4), units=6)
    sequence(every, "batch_2", (2, 3, 3), units=4)
    sequence(every, "time_major_batch_2", (3, 2, 3), units=4, time_major=True)
    sequence(every, "one_step_one_unit", (1, 1, 2), units=1)
    sequence(every, "clip_half", (1, 6, 4), units=5, clip=0.5, weight_std=3.0)
    sequence(every, "no_clip", (1, 6, 4), units=5, clip=0.0, weight_std=3.0)
    sequence("int8 int16", "cell_scale_2_to_the_minus_15", (1, 4, 3), units=5, cell_power=-15)
    sequence("int8 int16", "cell_scale_2_to_the_minus_8", (1, 4, 3), units=5, cell_power=-8)
    sequence("int8", "cell_scale_no_power_of_two", (1, 4, 3), units=5, cell_stretch=1.3)
    sequence("int8 int16", "clip_between_steps", (1, 6, 4), units=5, clip=0.3, cell_stretch=0.7, weight_std=3.0)
    sequence("int8 int16", "buffers_4_byte_aligned", (1, 3, 3), units=4, odd_buffers=True)
    return cases
