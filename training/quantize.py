"""Keras model → fully int8 .tflite, without what the chip does not need, with a `thimble.json` for Thimble.

SPDX-License-Identifier: Apache-2.0
"""

import json
from collections.abc import Iterator, Sequence

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
    return converter.convert()


def slim(file: bytes, labels: Sequence[str]) -> bytes:
    """Drops tensor names, signatures and foreign metadata; adds the labels. Inference gives the same bytes."""
    model = schema.ModelT.InitFromPackedBuf(file, 0)
    graph = model.subgraphs[0]
    for tensor in graph.tensors:
        tensor.name = None
    graph.tensors[graph.inputs[0]].name = b"image"
    graph.tensors[graph.outputs[0]].name = b"probabilities"
    graph.name = None
    model.signatureDefs = None
    model.description = b"Thimble"

    note = {
        "labels": list(labels),
        "input": {"colour": "grey", "range": [0, 1]},
        "polarity": "light_on_dark",
    }
    # Buffer 0 is the empty one by convention; unused ones go, the others keep their order.
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

    builder = flatbuffers.Builder(len(file))
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def read_note(file: bytes) -> dict:
    """The parsed `thimble.json` of a model file."""
    model = schema.ModelT.InitFromPackedBuf(file, 0)
    for entry in model.metadata or []:
        if entry.name == METADATA_NAME.encode():
            return json.loads(bytes(model.buffers[entry.buffer].data))
    raise ValueError(f"no {METADATA_NAME} in the model")
