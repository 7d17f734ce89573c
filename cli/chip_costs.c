// chip_costs.c - instructions per amount of work for each kind of op, as counted in the emulator.
//
// Written by bench/fit_costs from what bench/bench counted; not for editing by hand.
//
// SPDX-License-Identifier: Apache-2.0
#include "chip_costs.h"

const chip_cost chip_costs_xtensa[] = {
    {"ADD", {0, 51.999, 2.0419e-14, 0, 0, 0, 252.63}},
    {"AVERAGE_POOL_2D", {0, 69.967, 10.953, 0, 0, 0, 0}},
    {"CONV_2D 1x1", {1.0721, 15.416, 3.8615, 0.60424, 786.33, 13.239, 0}},
    {"CONV_2D 1x1 large", {1.3541, 15.72, 1.5055, 35.224, 0, 0, 0}},
    {"CONV_2D 3x3", {1.1318, 19.86, 9.6347, 3.917, 0, 0, 16057}},
    {"CONV_2D 3x3 of 1 channel", {4.0033, 1.8728e-12, 50.382, 0, 0, 0, 0}},
    {"CONV_2D 3x3 of odd channels", {1.4957, 0, 121.85, 0, 0, 0, 0}},
    {"CONV_2D 3x3 of odd channels large", {3.3045, 3.3844e-14, 0, 0, 0, 0, 0}},
    {"CONV_2D other of 1 channel", {2.2827, 0, 2.4606e-13, 0, 0, 0, 0}},
    {"DEPTHWISE_CONV_2D 3x3", {3.2368, 6.922e-10, 4.471, 120.87, 0, 102.41, 1439.7}},
    {"DEPTHWISE_CONV_2D 3x3 large", {4.4535, 3.5993e-10, 2.9719, 142.02, 3.9363e-08, 0, 27143}},
    {"DEPTHWISE_CONV_2D 3x3 of 1 channel", {3.989, 2.703e-14, 0, 0, 1.7515e-11, 7.298e-13, 0}},
    {"DEPTHWISE_CONV_2D other", {3.9032, 0, 5.0028, 0, 0, 0, 0}},
    {"DEQUANTIZE float32", {0, 14.829, 0, 0, 0, 0, 0}},
    {"FULLY_CONNECTED", {1.916, 69.891, 7.1744, 0.70316, 0, 0, 420.47}},
    {"MAX_POOL_2D", {0, 23.993, 0, 0, 0, 0, 0}},
    {"MEAN", {0, 208.73, 7.0017, 0, 0, 0, 233.59}},
    {"PAD", {0, 0, 1.0729, 0, 0, 0, 11372}},
    {"QUANTIZE float32", {0, 239.05, 3.4446e-14, 0, 6.6163e-10, 0, 0}},
    {"SOFTMAX", {0, 486, 0, 0, 0, 0, 557.1}},
    {"TRANSPOSE", {0, 27.001, 3.414e-15, 0, 0, 0, 0}},
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
