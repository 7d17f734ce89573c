"""What a .tflite file costs: operators, multiplies, parameters, peak of live activations.

SPDX-License-Identifier: Apache-2.0
"""

from math import prod
from typing import NamedTuple

from tensorflow.lite.python import schema_py_generated as schema

_OP_NAMES = {code: name for name, code in vars(schema.BuiltinOperator).items() if not name.startswith("_")}
_TYPE_BYTES = {schema.TensorType.INT8: 1, schema.TensorType.INT32: 4, schema.TensorType.FLOAT32: 4}


class Facts(NamedTuple):
    ops: list[str]  # in order of execution
    macs: int  # of convolutions and dense layers
    parameters: int  # constants: weights and biases
    peak_bytes: int  # the most bytes of activations alive during one op


def _macs(name: str, shapes: list[list[int]], output_shape: list[int]) -> int:
    if name in ("CONV_2D", "FULLY_CONNECTED"):
        per_output = prod(shapes[1][1:])
    elif name == "DEPTHWISE_CONV_2D":
        per_output = prod(shapes[1][1:3])
    else:
        return 0
    return prod(output_shape) * per_output


def facts(file: bytes) -> Facts:
    model = schema.ModelT.InitFromPackedBuf(file, 0)
    graph = model.subgraphs[0]
    shapes = [[] if tensor.shape is None else tensor.shape.tolist() for tensor in graph.tensors]
    constant = [model.buffers[tensor.buffer].data is not None for tensor in graph.tensors]
    names, macs = [], 0
    last_use = {int(index): len(graph.operators) for index in graph.outputs}
    for position, op in enumerate(graph.operators):
        code = model.operatorCodes[op.opcodeIndex]
        name = _OP_NAMES[max(code.builtinCode, code.deprecatedBuiltinCode)]
        names.append(name)
        macs += _macs(name, [shapes[index] for index in op.inputs], shapes[op.outputs[0]])
        for index in op.inputs:
            last_use[int(index)] = max(position, last_use.get(int(index), 0))

    alive, peak = {int(index) for index in graph.inputs}, 0
    for position, op in enumerate(graph.operators):
        alive |= {int(index) for index in op.outputs}
        peak = max(peak, sum(prod(shapes[index]) * _TYPE_BYTES[graph.tensors[index].type] for index in alive))
        alive = {index for index in alive if last_use.get(index, -1) > position}
    weights = {
        int(index)
        for op, name in zip(graph.operators, names)
        if name in ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED")
        for index in op.inputs[1:]
        if index >= 0 and constant[index]
    }
    return Facts(names, macs, sum(prod(shapes[index]) for index in weights), peak)
