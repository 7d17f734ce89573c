// chip_costs.c - instructions per amount of work for each kind of op, as counted in the emulator.
//
// Written by bench/fit_costs from what bench/bench counted; not for editing by hand.
//
// SPDX-License-Identifier: Apache-2.0
#include "chip_costs.h"

const chip_cost chip_costs_xtensa[] = {
    {"ADD", {0, 52.999, 2.1119e-14, 0, 0, 0, 235.63}},
    {"AVERAGE_POOL_2D", {0, 70.053, 10.951, 0, 0, 0, 0}},
    {"CONV_2D 1x1", {1.0801, 15.154, 4.2025, 0.26033, 823.94, 10.423, 0}},
    {"CONV_2D 1x1 large", {1.4238, 14.685, 1.4596, 32.52, 0, 0, 0}},
    {"CONV_2D 3x3", {1.1736, 22.604, 5.9469, 0, 0, 0, 19381}},
    {"CONV_2D 3x3 of 1 channel", {4.0151, 3.3469e-13, 79.142, 0, 0, 0, 1.0131e-08}},
    {"CONV_2D 3x3 of odd channels", {1.4935, 0, 123.49, 0, 0, 0, 1.9511e-09}},
    {"CONV_2D 3x3 of odd channels large", {3.3234, 0, 0, 0, 0, 0, 0}},
    {"CONV_2D other of 1 channel", {2.8206, 4.9988e-12, 0, 0, 0, 0, 0}},
    {"DEPTHWISE_CONV_2D 3x3", {3.2367, 0, 4.471, 120.87, 0, 102.42, 1440.1}},
    {"DEPTHWISE_CONV_2D 3x3 large", {4.4546, 0, 2.9694, 141.68, 0, 0, 27229}},
    {"DEPTHWISE_CONV_2D 3x3 of 1 channel", {3.989, 2.0285e-14, 0, 0, 3.5052e-11, 0, 0}},
    {"DEPTHWISE_CONV_2D other", {3.9032, 5.1751e-13, 5.0028, 0, 0, 0, 0}},
    {"DEQUANTIZE float32", {0, 14.829, 0, 0, 0, 0, 0}},
    {"FULLY_CONNECTED", {2.4507, 109.44, 7.9335, 0.05299, 2.2399e-14, 0, 310.66}},
    {"MAX_POOL_2D", {0, 23.993, 0, 0, 0, 5.8991e-14, 2.8039e-12}},
    {"MEAN", {0, 208.73, 7.0017, 0, 0, 0, 233.6}},
    {"PAD", {0, 0, 1.0729, 0, 0, 0, 11372}},
    {"QUANTIZE float32", {0, 239.05, 0, 0, 6.4797e-11, 0, 0}},
    {"SOFTMAX", {0, 487.28, 8.8279e-13, 0, 0, 0, 565.44}},
    {"TRANSPOSE", {0, 27.001, 0, 0, 5.3411e-09, 1.3625e-12, 0}},
    {NULL, {0}},
};

const chip_cost chip_costs_riscv[] = {
    {"ADD", {0, 41.267, 6.8151e-15, 0, 17.24, 0, 0}},
    {"AVERAGE_POOL_2D", {0, 55.911, 8.4468, 0, 0, 0, 0}},
    {"CONV_2D 1x1", {2.152, 28.783, 1.4851, 11.015, 0, 26.331, 0}},
    {"CONV_2D 1x1 large", {2.2771, 25.524, 2.0705, 22.077, 0, 0, 0}},
    {"CONV_2D 3x3", {2.3841, 47.091, 0.082458, 0, 0, 0, 25319}},
    {"CONV_2D 3x3 of 1 channel", {2.9556, 0, 6.8887, 1119.6, 2.5682e-09, 0, 0}},
    {"CONV_2D 3x3 of odd channels", {1.9363, 8.0018e-10, 345.82, 0, 0, 0, 0}},
    {"CONV_2D 3x3 of odd channels large", {3.6675, 0, 0, 0, 0, 0, 0}},
    {"CONV_2D other of 1 channel", {3.174, 0, 1.3129e-12, 0, 0, 0, 0}},
    {"DEPTHWISE_CONV_2D 3x3", {3.7296, 7.576e-12, 0.84312, 87.169, 5.9252e-10, 161.22, 0}},
    {"DEPTHWISE_CONV_2D 3x3 large", {4.566, 0, 0, 71.596, 6.7385e-10, 45.912, 3.0261e+05}},
    {"DEPTHWISE_CONV_2D 3x3 of 1 channel", {4.6917, 0, 0, 0, 0, 0, 0}},
    {"DEPTHWISE_CONV_2D other", {8.9541, 2.1966e-12, 9.9267, 0, 0, 0, 0}},
    {"DEQUANTIZE float32", {0, 104.77, 0, 0, 0, 0, 0}},
    {"FULLY_CONNECTED", {1.5015, 59.187, 23.322, 0.62948, 1.3701e-14, 0, 425.37}},
    {"MAX_POOL_2D", {0, 19.371, 0, 0, 0, 0, 0}},
    {"MEAN", {0, 100.95, 5.001, 0, 0, 0, 207.68}},
    {"PAD", {0, 3.906, 6.0975, 0, 0.85285, 0, 2215.7}},
    {"QUANTIZE float32", {0, 167.95, 0, 0, 0, 0, 0}},
    {"SOFTMAX", {0, 209.01, 2.8917e-14, 0, 2.8917e-14, 2.8917e-14, 313.08}},
    {"TRANSPOSE", {0, 20.668, 0, 0, 0, 0, 0}},
    {NULL, {0}},
};
