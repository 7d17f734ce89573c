"""Keras model → fully int8 .tflite, without what the chip does not need, with a `thimble.json` for Thimble.

SPDX-License-Identifier: Apache-2.0
"""

import json
from collections.abc import Iterator

import flatbuffers
import keras
import numpy as np
import tensorflow as tf
from tensorflow.lite.python import schema_py_generated as schema
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

METADATA_NAME = "thimble.json"
DATA_ALIGNMENT = 16


class _AlignedBuffer(schema.BufferT):
    """A buffer whose data keep the schema's alignment, which the generated Python code forgets."""

    def Pack(self, builder: flatbuffers.Builder) -> int:
        if self.data is not None:
            raw = bytes(self.data)
            builder.StartVector(1, len(raw), DATA_ALIGNMENT)
            builder.head -= len(raw)
            builder.Bytes[builder.head : builder.head + len(raw)] = raw
            data = builder.EndVector()
        schema.BufferStart(builder)
        if self.data is not None:
            schema.BufferAddData(builder, data)
        return schema.BufferEnd(builder)


class _SharingBuilder(flatbuffers.Builder):
    """Writes equal vectors of numbers (shapes, zero points) once."""

    def __init__(self, initial_bytes: int) -> None:
        super().__init__(initial_bytes)
        self.written: dict[tuple[str, bytes], int] = {}

    def CreateNumpyVector(self, x: np.ndarray) -> int:
        key = (x.dtype.str, x.tobytes())
        if key not in self.written:
            self.written[key] = super().CreateNumpyVector(x)
        return self.written[key]


def convert(model: keras.Model, calibration: np.ndarray) -> bytes:
    """Post-training quantization; calibration: float pixels 0..1 [count][28][28][1], at least one of each extreme."""

    def samples() -> Iterator[list[np.ndarray]]:
        for index in range(len(calibration)):
            yield [calibration[index : index + 1]]

    # A fixed batch of one: else the file computes its shapes at run time.
    spec = tf.TensorSpec((1, *model.input_shape[1:]), tf.float32, name="image")
    function = tf.function(lambda image: model(image, training=False)).get_concrete_function(spec)
    converter = tf.lite.TFLiteConverter.from_concrete_functions([convert_variables_to_constants_v2(function)])
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = samples
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = tf.int8
    converter.inference_output_type = tf.int8
    # One scale for the dense layer: ten would cost 150 bytes and bring nothing.
    converter._experimental_disable_per_channel_quantization_for_dense_layers = True
    return converter.convert()


def _drop_bias_scales(model: schema.ModelT, graph: schema.SubGraphT) -> None:
    """A convolution's bias has the scale input x weight by definition: no kernel reads it from the file."""
    convolutions = (schema.BuiltinOperator.CONV_2D, schema.BuiltinOperator.DEPTHWISE_CONV_2D)
    for op in graph.operators:
        if model.operatorCodes[op.opcodeIndex].builtinCode in convolutions and len(op.inputs) == 3:
            graph.tensors[op.inputs[2]].quantization = None


def slim(file: bytes, note: dict) -> bytes:
    """Drops tensor names, signatures, foreign metadata and what follows from the rest; adds the note as `thimble.json` (SPEC.md).

    Inference gives the same bytes.
    """
    model = schema.ModelT.InitFromPackedBuf(file, 0)
    graph = model.subgraphs[0]
    for tensor in graph.tensors:
        tensor.name = None
        if tensor.quantization is not None and tensor.quantization.scale is None:
            tensor.quantization = None
        tensor.hasRank = False
    graph.tensors[graph.inputs[0]].name = b"image"
    graph.tensors[graph.outputs[0]].name = b"probabilities"
    graph.name = None
    model.signatureDefs = None
    model.description = b"Thimble"

    _drop_bias_scales(model, graph)
    # Buffer 0 is the empty one by convention; unused and other empty ones go, the rest keep their order.
    for tensor in graph.tensors:
        if model.buffers[tensor.buffer].data is None:
            tensor.buffer = 0
    used = sorted({0} | {tensor.buffer for tensor in graph.tensors})
    for tensor in graph.tensors:
        tensor.buffer = used.index(tensor.buffer)
    contents = [model.buffers[index].data for index in used]
    contents.append(json.dumps(note, separators=(",", ":")).encode())
    model.buffers = []
    for content in contents:
        buffer = _AlignedBuffer()
        buffer.data = content
        model.buffers.append(buffer)
    entry = schema.MetadataT()
    entry.name, entry.buffer = METADATA_NAME, len(contents) - 1
    model.metadata = [entry]

    builder = _SharingBuilder(len(file))
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def read_note(file: bytes) -> dict:
    """The parsed `thimble.json` of a model file."""
    model = schema.ModelT.InitFromPackedBuf(file, 0)
    for entry in model.metadata or []:
        if entry.name == METADATA_NAME.encode():
            return json.loads(bytes(model.buffers[entry.buffer].data))
    raise ValueError(f"no {METADATA_NAME} in the model")
