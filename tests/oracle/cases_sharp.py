"""Cases whose every output lies on a rounding boundary: it changes when a scale ratio is computed in the wrong
precision or order. The numbers were found by search; the names say which way the reference computes."""
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

import numpy as np
from tflite_micro.tensorflow.lite.micro.python import schema_py_generated as schema

import cases_math
import cases_pool
import cases_type
import cases_unary
from builder import ACTIVATIONS, NONE, Graph, Params, Tensor
from cases import Case


def _weights_of_zero(g: Graph, op: str, input_scale: float, weight_scale: float, output_scale: float,
                     bias: list[int]) -> Tensor:
    """A layer that only rescales its bias, with one scale for all channels."""
    channels = len(bias)
    input_shape, weight_shape, output_shape, options = {
        "CONV_2D": ((1, 1, 1, 1), (channels, 1, 1, 1), (1, 1, 1, channels), schema.Conv2DOptionsT()),
        "DEPTHWISE_CONV_2D": ((1, 1, 1, channels), (1, 1, 1, channels), (1, 1, 1, channels),
                              schema.DepthwiseConv2DOptionsT()),
        "FULLY_CONNECTED": ((1, 1), (channels, 1), (1, channels), schema.FullyConnectedOptionsT()),
    }[op]
    if op != "FULLY_CONNECTED":
        options.strideH = options.strideW = 1
    if op == "DEPTHWISE_CONV_2D":
        options.depthMultiplier = 1
    x = g.input("int8", input_shape, Params(input_scale, 0), np.zeros(input_shape))
    w = g.constant(np.zeros(weight_shape), "int8", [weight_scale], [0])
    b = g.constant(np.array(bias), "int32", [input_scale * weight_scale], [0])
    return g.op(op, [x, w, b], g.tensor("int8", output_shape, Params(output_scale, 0)), options)


def _pairs(g: Graph, kind: str, a_scale: float, b_scale: float, output_scale: float,
           pairs: list[tuple[int, int]]) -> Tensor:
    """Two inputs of chosen values."""
    a, b = (g.input("int8", (len(pairs),), Params(scale, 0), np.array(values))
            for scale, values in zip((a_scale, b_scale), zip(*pairs)))
    return cases_math.arithmetic(g, a, b, kind, params=Params(output_scale, 0))


def _one(g: Graph, scale: float, difference: int) -> Tensor:
    """An input of one value, so far above its zero point."""
    return g.input("int8", (1, 1), Params(scale, -128), np.array([[difference - 128]]))


def _six(g: Graph, fused: bool) -> Tensor:
    """Real 6 divided by this scale is half a step in float but not in double."""
    params = Params(0.2448979616165161, -128)
    x = g.input("int8", (1, 4), params, np.array([[127, -103, -104, -105]]))
    if not fused:
        return cases_math.relu(g, x, "RELU6")
    options = schema.AddOptionsT()
    options.fusedActivationFunction = ACTIVATIONS["RELU6"]
    zero = g.constant(np.full((1, 4), -128), "int8", [params.scale], [params.zero_point])
    return g.op("ADD", [x, zero], g.tensor("int8", (1, 4), params), options, 2)


def vectors() -> list[Case]:
    """The fixed cases."""
    # The significands' quotient is rounded twice: to 53 bits, then to 31.
    twice = (11153542 * 2.0**-30, 10220652 * 2.0**-30, 14053229 * 2.0**-14)
    twice_bias = [-1027975740, -1019300839, -993276137, -984601236, -958576534, -949901633, -923876931, -915202030,
                  -880502427, -845802824, -837127923, -811103221]
    dense = (0.017708424478769302, 0.03131294623017311, 3689.010009765625)
    dense_bias = [-795012366, -695220018, -595427671, -495635324, -395842976, -289397806, -143035697, 202911105,
                  335967568, 435759915, 535552262, 635344609]
    halves = [-45.065731048583984, -36.32571029663086, -40.69572067260742, -31.955699920654297]
    return [
        Case("conv_2d", "conv_2d_int8_sharp_quotient_rounded_twice",
             lambda g: _weights_of_zero(g, "CONV_2D", *twice, twice_bias)),
        Case("depthwise_conv_2d", "depthwise_conv_2d_int8_sharp_quotient_rounded_twice",
             lambda g: _weights_of_zero(g, "DEPTHWISE_CONV_2D", *twice, twice_bias)),
        Case("conv_2d", "conv_2d_int8_sharp_multiplier_in_double",
             lambda g: _weights_of_zero(g, "CONV_2D", *dense, dense_bias)),
        Case("fully_connected", "fully_connected_int8_sharp_multiplier_in_double",
             lambda g: _weights_of_zero(g, "FULLY_CONNECTED", *dense, dense_bias)),
        Case("add", "add_int8_sharp_multipliers_in_double",
             lambda g: _pairs(g, "ADD", 0.4963981509208679, 0.8422786593437195, 1.156245231628418,
                              [(-113, 11), (-71, -92), (71, 92), (113, -11)])),
        Case("sub", "sub_int8_sharp_multipliers_in_double",
             lambda g: _pairs(g, "SUB", 0.5490750670433044, 0.02074402943253517, 0.6171972155570984,
                              [(-123, -87), (-41, -29), (41, 29), (123, 87)])),
        Case("mul", "mul_int8_sharp_multiplier_in_double",
             lambda g: _pairs(g, "MUL", 0.7739051580429077, 0.5169631242752075, 31.4395694732666,
                              [(-125, -33), (-75, 55), (-55, -75), (-33, 125), (33, -125), (55, 75)])),
        Case("relu", "relu_int8_sharp_multiplier_in_double",
             lambda g: cases_math.relu(g, _one(g, 1.995261549949646, 36), "RELU",
                                       params=Params(0.5911886096000671, 0))),
        Case("abs", "abs_int8_sharp_multiplier_in_double",
             lambda g: cases_unary.unary(g, _one(g, 1.995261549949646, 36), "ABS",
                                         params=Params(0.5911886096000671, 0))),
        Case("leaky_relu", "leaky_relu_int8_sharp_multiplier_in_double",
             lambda g: cases_unary.unary(g, _one(g, 1.995261549949646, 36), "LEAKY_RELU",
                                         params=Params(0.5911886096000671, 0))),
        Case("hard_swish", "hard_swish_int8_sharp_multiplier_in_double",
             lambda g: cases_unary.unary(g, g.input("int8", (256,), Params(0.01231529749929905, -3),
                                                    np.arange(-128, 128)), "HARD_SWISH",
                                         params=Params(0.005936095956712961, -60))),
        Case("quantize", "quantize_int8_to_int8_sharp_multiplier_in_double",
             lambda g: cases_type.quantize(g, _one(g, 0.20538672804832458, 160), params=Params(0.3671717941761017, 0))),
        Case("mean", "mean_int8_sharp_multiplier_in_double",
             lambda g: cases_pool.mean(g, _one(g, 1.0856797695159912, 50), axes=(1,),
                                       params=Params(0.8972560167312622, 0))),
        Case("quantize", "quantize_float32_to_int8_sharp_division_in_float",
             lambda g: cases_type.quantize(g, g.input("float32", (4,), NONE, np.array(halves, np.float32)),
                                           params=Params(0.5462512969970703, 0))),
        Case("relu6", "relu6_int8_sharp_six_divided_in_float", lambda g: _six(g, fused=False)),
        Case("add", "add_int8_sharp_fused_six_divided_in_float", lambda g: _six(g, fused=True)),
    ]
