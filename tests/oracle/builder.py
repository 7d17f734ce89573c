"""Builds .tflite models tensor by tensor, with the input data that goes with them.

A Graph is one subgraph. Each activation remembers the mean and the standard deviation expected of its
real values, so that the scale of the next output can be chosen to use the int8 range without saturating it.
"""
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import flatbuffers
import numpy as np
from tflite_micro.tensorflow.lite.micro.python import schema_py_generated as schema

TYPES: dict[str, tuple[int, Any]] = {
    "float32": (schema.TensorType.FLOAT32, np.float32),
    "int32": (schema.TensorType.INT32, np.int32),
    "uint8": (schema.TensorType.UINT8, np.uint8),
    "int64": (schema.TensorType.INT64, np.int64),
    "bool": (schema.TensorType.BOOL, np.bool_),
    "int16": (schema.TensorType.INT16, np.int16),
    "int8": (schema.TensorType.INT8, np.int8),
}
ACTIVATIONS = {"NONE": 0, "RELU": 1, "RELU_N1_TO_1": 2, "RELU6": 3}
ACTIVATION_RANGES = {"NONE": (-np.inf, np.inf), "RELU": (0.0, np.inf), "RELU_N1_TO_1": (-1.0, 1.0),
                     "RELU6": (0.0, 6.0)}
PADDINGS = {"SAME": 0, "VALID": 1}
QUANTIZED = ("int8", "uint8", "int16")


@dataclass(eq=False)
class Tensor:
    """One tensor of the graph. `mean` and `std` describe the real values expected at run time."""

    index: int
    name: str
    type: str
    shape: tuple[int, ...]
    scales: tuple[float, ...] = ()
    zero_points: tuple[int, ...] = ()
    quantized_dimension: int = 0
    data: np.ndarray | None = None
    is_variable: bool = False
    mean: float = 0.0
    std: float = 1.0

    @property
    def scale(self) -> float:
        return self.scales[0] if self.scales else 1.0

    @property
    def zero_point(self) -> int:
        return self.zero_points[0] if self.zero_points else 0


@dataclass(frozen=True)
class Params:
    """Per-tensor quantization parameters; scale 0 means none."""

    scale: float = 0.0
    zero_point: int = 0

    def lists(self) -> tuple[tuple[float, ...], tuple[int, ...]]:
        return ((self.scale,), (self.zero_point,)) if self.scale else ((), ())


NONE = Params()


class AlignedBuffer(schema.BufferT):
    """A buffer whose bytes lie at a multiple of 16 in the file, or, if `odd`, at 4 more than one."""

    def __init__(self, data: bytes, odd: bool) -> None:
        super().__init__()
        self.bytes = data
        self.odd = odd

    def Pack(self, builder: flatbuffers.Builder) -> int:  # noqa: N802 (name given by flatbuffers)
        count = len(self.bytes)
        builder.Prep(16, count + (4 if self.odd else 0))
        builder.StartVector(1, count, 1)
        builder.head -= count
        builder.Bytes[builder.head:builder.head + count] = self.bytes
        data = builder.EndVector()
        schema.BufferStart(builder)
        schema.BufferAddData(builder, data)
        return schema.BufferEnd(builder)


class Graph:
    """A model under construction. `inputs` holds the graph inputs in order, their `data` is the test input."""

    def __init__(self, seed: int | np.random.Generator, odd_buffers: bool = False) -> None:
        self.rng = np.random.default_rng(seed)
        self.odd_buffers = odd_buffers
        self.stretch = 1.0  # factor on every output scale that fit() chooses
        self.steps = 1  # inferences, one after the other; with more than 1 the inputs' data has a row for each
        self.tensors: list[Tensor] = []
        self.inputs: list[Tensor] = []
        self.operators: list[tuple[str, int, list[int], list[int], Any]] = []

    def tensor(self, type: str, shape: Sequence[int], params: Params = NONE, name: str = "") -> Tensor:
        """Adds an activation, by itself neither input nor constant."""
        scales, zero_points = params.lists()
        index = len(self.tensors)
        tensor = Tensor(index, name or f"t{index}", type, tuple(int(d) for d in shape), scales, zero_points)
        self.tensors.append(tensor)
        return tensor

    def like(self, other: Tensor, shape: Sequence[int]) -> Tensor:
        """Adds an activation of the same type, quantization and distribution."""
        tensor = self.tensor(other.type, shape, Params(other.scale, other.zero_point) if other.scales else NONE)
        tensor.mean, tensor.std = other.mean, other.std
        return tensor

    def constant(self, data: np.ndarray, type: str, scales: Sequence[float] = (), zero_points: Sequence[int] = (),
                 quantized_dimension: int = 0) -> Tensor:
        """Adds a tensor whose bytes are in the file."""
        array = np.ascontiguousarray(data, dtype=TYPES[type][1]).reshape(np.shape(data))
        tensor = self.tensor(type, array.shape)
        tensor.data = array
        tensor.scales, tensor.zero_points = tuple(float(s) for s in scales), tuple(int(z) for z in zero_points)
        tensor.quantized_dimension = quantized_dimension
        self._describe(tensor)
        return tensor

    def vector(self, values: Sequence[int]) -> Tensor:
        """Adds a constant int32 vector, as used for axes, shapes and paddings."""
        return self.constant(np.array(values, dtype=np.int32), "int32")

    def variable(self, type: str, shape: Sequence[int], params: Params = NONE) -> Tensor:
        """Adds a tensor that keeps its values from one inference to the next."""
        tensor = self.tensor(type, shape, params)
        tensor.is_variable = True
        return tensor

    def input(self, type: str, shape: Sequence[int], params: Params = NONE, data: np.ndarray | None = None,
              spread: float = 1.0) -> Tensor:
        """Adds a graph input. Without data: uniform over `spread` of the type's range, float32 normal."""
        tensor = self.tensor(type, shape, params)
        full_shape = tensor.shape if self.steps == 1 else (self.steps, *tensor.shape)
        if data is None:
            data = self.random(type, full_shape, spread, params.zero_point)
        tensor.data = np.ascontiguousarray(data, dtype=TYPES[type][1]).reshape(full_shape)
        self._describe(tensor)
        self.inputs.append(tensor)
        return tensor

    def random(self, type: str, shape: Sequence[int], spread: float = 1.0, zero_point: int = 0) -> np.ndarray:
        """Random stored values; with spread below 1 they lie around the zero point."""
        if type == "float32":
            return (self.rng.standard_normal(shape) * spread).astype(np.float32)
        if type in ("int32", "int64"):
            return self.rng.integers(-100000, 100000, shape).astype(TYPES[type][1])
        if type == "bool":
            return self.rng.random(shape) < 0.5
        info = np.iinfo(TYPES[type][1])
        half = max(1, round(spread * (info.max - info.min) / 2))
        low, high = (info.min, info.max) if spread >= 1 else (zero_point - half, zero_point + half)
        return self.rng.integers(max(low, info.min), min(high, info.max) + 1, shape).astype(TYPES[type][1])

    def op(self, name: str, inputs: Sequence[Tensor | None], output: Tensor, options: Any = None,
           version: int = 1) -> Tensor:
        """Adds an operator; an input None is written as -1."""
        return self.op_many(name, inputs, [output], options, version)[0]

    def op_many(self, name: str, inputs: Sequence[Tensor | None], outputs: list[Tensor], options: Any = None,
                version: int = 1) -> list[Tensor]:
        """Adds an operator with any number of outputs."""
        indices = [-1 if tensor is None else tensor.index for tensor in inputs]
        self.operators.append((name, version, indices, [output.index for output in outputs], options))
        return outputs

    def fit(self, mean: float, std: float, type: str, activation: str = "NONE", tight: bool = True) -> Params:
        """Quantization for an output of this distribution; `tight` also uses the range cut by the activation."""
        low, high = mean - 2.6 * std, mean + 2.6 * std
        if tight:
            low, high = max(low, ACTIVATION_RANGES[activation][0]), min(high, ACTIVATION_RANGES[activation][1])
        high = max(high, min(low, 0.0) + std)
        params = fit_range(low, high, type)
        return Params(float32(params.scale * self.stretch), params.zero_point)

    def finish(self, outputs: Sequence[Tensor]) -> bytes:
        """The bytes of the .tflite file."""
        buffers: list[schema.BufferT] = [schema.BufferT()]
        tensors = []
        for tensor in self.tensors:
            packed = schema.TensorT()
            packed.shape = np.array(tensor.shape, dtype=np.int32)
            packed.type = TYPES[tensor.type][0]
            packed.name = tensor.name
            packed.hasRank = True
            packed.isVariable = tensor.is_variable
            if tensor.data is not None and tensor not in self.inputs:
                packed.buffer = len(buffers)
                buffers.append(AlignedBuffer(tensor.data.tobytes(), self.odd_buffers))
            if tensor.scales:
                quantization = schema.QuantizationParametersT()
                quantization.scale = np.array(tensor.scales, dtype=np.float32)
                quantization.zeroPoint = np.array(tensor.zero_points, dtype=np.int64)
                quantization.quantizedDimension = tensor.quantized_dimension
                packed.quantization = quantization
            tensors.append(packed)

        codes: list[tuple[str, int]] = []
        operators = []
        for name, version, inputs, results, options in self.operators:
            if (name, version) not in codes:
                codes.append((name, version))
            operator = schema.OperatorT()
            operator.opcodeIndex = codes.index((name, version))
            operator.inputs = np.array(inputs, dtype=np.int32)
            operator.outputs = np.array(results, dtype=np.int32)
            if options is not None:
                kind = type(options).__name__.removesuffix("T")
                operator.builtinOptionsType = getattr(schema.BuiltinOptions, kind)
                operator.builtinOptions = options
            operators.append(operator)

        subgraph = schema.SubGraphT()
        subgraph.tensors = tensors
        subgraph.inputs = np.array([t.index for t in self.inputs], dtype=np.int32)
        subgraph.outputs = np.array([t.index for t in outputs], dtype=np.int32)
        subgraph.operators = operators
        subgraph.name = "main"

        model = schema.ModelT()
        model.version = 3
        model.description = "thimble test model"
        model.subgraphs = [subgraph]
        model.buffers = buffers
        model.operatorCodes = [_operator_code(name, version) for name, version in codes]
        builder = flatbuffers.Builder(1024)
        builder.Finish(model.Pack(builder), b"TFL3")
        return bytes(builder.Output())

    @staticmethod
    def _describe(tensor: Tensor) -> None:
        if tensor.data is None or tensor.data.size == 0 or len(tensor.scales) > 1:
            return
        real = (tensor.data.astype(np.float64) - tensor.zero_point) * tensor.scale
        tensor.mean, tensor.std = float(real.mean()), float(real.std())


def _operator_code(name: str, version: int) -> schema.OperatorCodeT:
    code = schema.OperatorCodeT()
    code.builtinCode = getattr(schema.BuiltinOperator, name)
    code.deprecatedBuiltinCode = min(code.builtinCode, 127)
    code.version = version
    return code


def fit_range(low: float, high: float, type: str = "int8") -> Params:
    """Scale and zero point that cover [low, high] and 0, as a converter chooses them."""
    if type == "float32":
        return NONE
    info = np.iinfo(TYPES[type][1])
    low, high = min(low, 0.0), max(high, 0.0)
    if type == "int16":
        return Params(float(np.float32(max(-low, high, 1e-30) / 32767)), 0)
    scale = float(np.float32(max(high - low, 1e-30) / (info.max - info.min)))
    return Params(scale, int(np.clip(round(info.min - low / scale), info.min, info.max)))


def float32(value: float) -> float:
    """The nearest float32, which is what a scale in a file is."""
    return float(np.float32(value))
