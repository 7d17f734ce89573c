// softmax_tables.h - the tables of SOFTMAX for int16: 512 steps over a range of 65536, and the end.
//
//     exp           of -10 .. 0, for x = -32768 .. 32767
//     reciprocal    1 / (1 + v), v = 0 .. 1
//
// Entries are v(i) * 32768 rounded, less half of the error that interpolation makes in the middle, as TensorFlow Lite fills
// its tables (LUTPopulate in tensorflow/lite/kernels/internal/common.h) in single precision.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_SOFTMAX_TABLES_H
#define THIMBLE_SOFTMAX_TABLES_H

#include <stdint.h>

enum { THIMBLE_SOFTMAX_STEPS = 512 };

extern const int16_t thimble_softmax_exp[THIMBLE_SOFTMAX_STEPS + 1];
extern const int16_t thimble_softmax_reciprocal[THIMBLE_SOFTMAX_STEPS + 1];

#endif
