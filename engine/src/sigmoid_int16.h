// sigmoid_int16.h - sigmoid and tanh of int16 by one table, for LOGISTIC, TANH and the LSTM.
//
// Both take x in small steps (int16 inputs are scaled to them first) and give steps of 1/32768. The table has the sigmoid
// at multiples of 1/24; between them it is interpolated. tanh(x) = 2 sigmoid(2x) - 1.
//
// Arithmetic: Logistic and Tanh for int16_t in tensorflow/lite/kernels/internal/reference/integer_ops of TensorFlow Lite.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_SIGMOID_INT16_H
#define THIMBLE_SIGMOID_INT16_H

#include "op.h"

// How an int16 becomes steps of 1/12288: x * multiplier / 2^shift, halves upwards.
typedef struct thimble_sigmoid_scale {
    int32_t multiplier, shift;
} thimble_sigmoid_scale;

// The scale for inputs in steps of `input_scale`, which is above 0. Scales within 0.07 % of 2^-12 (or a larger power of two,
// up to 2^(most_power - 12)) count as that; others get a multiplier of 15 bits. False if the scale is too large or small.
bool thimble_sigmoid_scale_of(float input_scale, int32_t most_power, thimble_sigmoid_scale *scale);

// round(log2(value)), value > 0, and whether it is within 0.001 of log2(value).
int32_t thimble_rounded_log2(float value, bool *is_near);

static inline int32_t thimble_sigmoid_input(thimble_sigmoid_scale scale, int32_t x) {
    const int32_t half = scale.shift > 0 ? 1 << (scale.shift - 1) : 0;
    return thimble_add_wrapping(half, (int32_t)((uint32_t)x * (uint32_t)scale.multiplier)) >> scale.shift;
}

typedef int16_t thimble_sigmoid_int16_fn(int32_t x);
thimble_sigmoid_int16_fn thimble_sigmoid_int16, thimble_tanh_int16;

// The whole op for int16, whose output has scale 1/32768: its checks, with `most_power` as above, and its run.
thimble_status thimble_sigmoid_int16_prepare(thimble_prepare *p, int32_t most_power);
void thimble_sigmoid_int16_run(const thimble_call *call, thimble_sigmoid_int16_fn *function);

#endif
