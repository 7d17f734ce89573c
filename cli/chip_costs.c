// chip_costs.c - instructions per amount of work for each kind of op, as counted in the emulator.
//
// Written by bench/fit_costs from what bench/bench counted; not for editing by hand.
//
// SPDX-License-Identifier: Apache-2.0
#include "chip_costs.h"

const chip_cost chip_costs_xtensa[] = {
    {"ADD", {0, 41.999, 0, 0, 0, 0, 371.59}},
    {"AVERAGE_POOL_2D", {0, 41.092, 2.9067, 0, 0, 0, 0}},
    {"CONV_2D 1x1", {1.0943, 13.18, 3.7007, 0.10135, 764.78, 15.878, 0}},
    {"CONV_2D 1x1 large", {1.3598, 13.624, 1.8828, 35.669, 0, 0, 0}},
    {"CONV_2D 3x3", {1.1592, 14.669, 9.9811, 1.6425, 0, 0, 16367}},
    {"CONV_2D 3x3 of 1 channel", {3.5219, 6.8649e-12, 45.927, 0, 0, 0, 2.8566e-10}},
    {"CONV_2D 3x3 of odd channels", {1.6285, 0, 88.782, 0, 0, 0, 0}},
    {"CONV_2D 3x3 of odd channels large", {3.1033, 1.4137e-13, 0, 0, 0, 0, 0}},
    {"CONV_2D other of 1 channel", {2.038, 0, 1.975e-13, 0, 0, 0, 0}},
    {"DEPTHWISE_CONV_2D 3x3", {4.0234, 3.4464e-13, 3.4054, 76.568, 6.7683e-11, 21.467, 0}},
    {"DEPTHWISE_CONV_2D 3x3 large", {5.0094, 4.5729e-13, 2.1633, 36.338, 4.3148e-11, 0, 0}},
    {"DEPTHWISE_CONV_2D 3x3 of 1 channel", {4.1452, 0, 0, 0, 0, 4.7644e-13, 0}},
    {"DEPTHWISE_CONV_2D other", {3.5401, 1.1479e-13, 6.4975, 0, 0, 0, 0}},
    {"DEQUANTIZE float32", {0, 14.829, 0, 0, 0, 0, 0}},
    {"FULLY_CONNECTED", {2.0317, 69.661, 6.898, 0.59727, 0, 0, 425.95}},
    {"MAX_POOL_2D", {0, 23.994, 0, 0, 7.8125e-13, 0, 0}},
    {"MEAN", {0, 228.78, 7.0005, 0, 0, 0, 230.6}},
    {"PAD", {0, 0, 1.0729, 0, 0, 0, 11372}},
    {"QUANTIZE float32", {0, 43.481, 0, 0, 4.9257e-12, 6.0315e-13, 0}},
    {"SOFTMAX", {0, 460.37, 0, 0, 0, 0, 532.18}},
    {"TRANSPOSE", {0, 27.001, 0, 0, 0, 0, 0}},
    {NULL, {0}},
};

const chip_cost chip_costs_riscv[] = {
    {"ADD", {0, 33.273, 1.094e-14, 0, 20.638, 0, 9.8643}},
    {"AVERAGE_POOL_2D", {0, 25.87, 2.8547, 0, 0, 0, 0}},
    {"CONV_2D 1x1", {2.1566, 28.39, 1.6345, 10.728, 0, 23.816, 0}},
    {"CONV_2D 1x1 large", {2.2763, 25.434, 2.113, 21.959, 0, 0, 0}},
    {"CONV_2D 3x3", {2.3729, 48.053, 0, 0, 0, 0, 27081}},
    {"CONV_2D 3x3 of 1 channel", {2.9556, 0, 6.8913, 1114.3, 0, 0, 0}},
    {"CONV_2D 3x3 of odd channels", {1.9189, 0, 348.01, 0, 0, 0, 0}},
    {"CONV_2D 3x3 of odd channels large", {3.6673, 0, 0, 0, 0, 0, 0}},
    {"CONV_2D other of 1 channel", {3.1644, 0, 0, 0, 0, 0, 0}},
    {"DEPTHWISE_CONV_2D 3x3", {3.7313, 0, 0.83526, 81.779, 3.0746e-08, 161.21, 0}},
    {"DEPTHWISE_CONV_2D 3x3 large", {4.5765, 0, 0, 68.893, 5.4618e-08, 42.682, 2.9908e+05}},
    {"DEPTHWISE_CONV_2D 3x3 of 1 channel", {4.6894, 0, 0, 0, 0, 4.5005e-13, 0}},
    {"DEPTHWISE_CONV_2D other", {8.9262, 0, 9.8968, 0, 0, 0, 0}},
    {"DEQUANTIZE float32", {0, 104.77, 0, 0, 0, 0, 0}},
    {"FULLY_CONNECTED", {1.6917, 59.985, 24.212, 0.39808, 2.7504e-14, 0, 414}},
    {"MAX_POOL_2D", {0, 19.372, 0, 0, 0, 0, 0}},
    {"MEAN", {0, 111.95, 5.001, 0, 0, 0, 199.68}},
    {"PAD", {0, 3.906, 6.0975, 0, 0.85285, 0, 2215.7}},
    {"QUANTIZE float32", {0, 28.51, 0, 0, 0, 0, 0}},
    {"SOFTMAX", {0, 202.88, 3.8873e-13, 0, 4.8591e-14, 4.8591e-14, 318.03}},
    {"TRANSPOSE", {0, 20.668, 0, 0, 0, 0, 0}},
    {NULL, {0}},
};
