// sigmoid_f32.h - the sigmoid of floats, for LOGISTIC and the LSTM.
//
// Arithmetic: Logistic in tensorflow/lite/kernels/internal/reference/logistic.h of TensorFlow Lite.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_SIGMOID_F32_H
#define THIMBLE_SIGMOID_F32_H

#include <math.h>

// 1 / (1 + exp(-x)).
static inline float thimble_sigmoid_f32(float x) {
    // Outside of these bounds the result is 1, or equals exp, to all bits of a float.
    const float upper = 16.619047164916992188f, lower = -9.0f;
    return x > upper ? 1.0f : x < lower ? expf(x) : 1.0f / (1.0f + expf(-x));
}

#endif
