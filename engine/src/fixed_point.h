// fixed_point.h - exp, 1/(1+x), tanh, 1/sqrt(x) and log in 32-bit fixed point, for SOFTMAX, LOGISTIC and their like.
//
// Qn.m stands for a number with n bits before and m = 31 - n bits after the point. The polynomials, tables and
// roundings are those of gemmlowp (fixedpoint/fixedpoint.h), which TensorFlow Lite uses; they define the bytes.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_FIXED_POINT_H
#define THIMBLE_FIXED_POINT_H

#include "arith.h"

// exp(x) as Q0.31 for x <= 0 given as Q(integer_bits).(31 - integer_bits), integer_bits 4 or 5.
int32_t thimble_exp_of_negative(int32_t x, int32_t integer_bits);

// 1 / (1 + x) as Q0.31 for 0 <= x < 1 given as Q0.31.
int32_t thimble_reciprocal_of_one_plus(int32_t x);

// tanh(x) as Q0.31 for x given as Q(integer_bits).(31 - integer_bits), integer_bits 3 or 4.
int32_t thimble_tanh(int32_t x, int32_t integer_bits);

// 1 / sqrt(x) for a whole number x, as the factor that GetInvSqrtQuantizedMultiplierExp in tensorflow/lite/kernels/internal/
// common.h of TensorFlow Lite gives; x <= 1 counts as (nearly) 1.
thimble_rescale thimble_inverse_sqrt(int32_t x);

// log(x) as Q5.26 for x >= 1 given as Q12.19, after log_x_for_x_greater_than_or_equal_to_1 in the same file.
int32_t thimble_log_at_least_one(int32_t x);

#endif
