// logistic_portable.c - the kernels that define LOGISTIC.
//
// Arithmetic: Logistic in tensorflow/lite/kernels/internal/reference/integer_ops/logistic.h and in
// reference/logistic.h of TensorFlow Lite.
//
// SPDX-License-Identifier: Apache-2.0
#include "logistic.h"

#include "fixed_point.h"
#include "sigmoid_f32.h"

enum { INTEGER_BITS = 4 };

// 1 / (1 + exp(-x)) as Q0.31, x given as Q4.27.
static int32_t logistic(int32_t x) {
    if (x == 0) {
        return 1 << 30;
    }
    const int32_t of_positive = thimble_reciprocal_of_one_plus(thimble_exp_of_negative(x > 0 ? -x : x, INTEGER_BITS));
    return x > 0 ? of_positive : INT32_MAX - of_positive;
}

static int8_t logistic_int8(const thimble_logistic_record *r, int32_t steps) {
    if (steps <= -r->radius) {
        return INT8_MIN;
    }
    if (steps >= r->radius) {
        return INT8_MAX;
    }
    const int32_t result = thimble_rounding_shift_right(logistic(thimble_apply(steps, r->factor)), 31 - 8);
    return (int8_t)thimble_min(result + INT8_MIN, INT8_MAX);
}

void thimble_logistic_int8_portable(const thimble_logistic_int8_args *args) {
    const thimble_logistic_record *r = args->record;
    for (int32_t i = 0; i < r->count; i++) {
        args->output[i] = logistic_int8(r, args->input[i] - r->zero_point);
    }
}

void thimble_logistic_f32_portable(const thimble_logistic_f32_args *args) {
    for (int32_t i = 0; i < args->record->count; i++) {
        args->output[i] = thimble_sigmoid_f32(args->input[i]);
    }
}
