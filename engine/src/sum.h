// sum.h - ADD and SUB: one arithmetic but for a sign.
//
//     output = act(first +- second)
//
// int8: both inputs are brought to the same finer scale, 2^-20 of twice the larger one, before they meet:
//
//     output = clamp(zero_point + ((first - zp1) * 2^20 * f1 +- (second - zp2) * 2^20 * f2) * f3)
//
// with f1 = scale1 / (2 * max(scale1, scale2)), f2 likewise, and f3 = 2 * max(scale1, scale2) / (2^20 * output scale),
// all below 1.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_SUM_H
#define THIMBLE_SUM_H

#include "pairwise.h"

// int16: the same with 2^-15 in place of 2^-20, and no zero points.
enum { THIMBLE_SUM_SHIFT = 20, THIMBLE_SUM_SHIFT_INT16 = 15 };

typedef struct thimble_sum_int8_factors {
    thimble_rescale inputs[2], output;
    int8_t zero_points[2], output_zero_point, lowest, highest;
} thimble_sum_int8_factors;

typedef struct thimble_sum_int16_factors {
    thimble_rescale inputs[2], output;
    int16_t lowest, highest;
} thimble_sum_int16_factors;

typedef struct thimble_sum_record {
    union {
        thimble_sum_int8_factors int8;
        thimble_sum_int16_factors int16;
        thimble_pairwise_range range;
    };
    thimble_pairwise pairwise;
} thimble_sum_record;

// Which input has the larger scale, so that its factor is exactly a half; for factors that prepare made.
static inline int32_t thimble_sum_halved(const thimble_sum_int8_factors *factors) {
    return factors->inputs[0].multiplier == 1 << 30 && factors->inputs[0].shift == 0 ? 0 : 1;
}

_Static_assert(offsetof(thimble_sum_record, pairwise.loops[1]) <= 48, "what ADD keeps for equal shapes");

typedef struct thimble_sum_int8_args {
    const thimble_sum_record *record;
    const int8_t *inputs[2];
    int8_t *output;
    bool subtract;
} thimble_sum_int8_args;

typedef struct thimble_sum_int16_args {
    const thimble_sum_record *record;
    const int16_t *inputs[2];
    int16_t *output;
    bool subtract;
} thimble_sum_int16_args;

typedef struct thimble_sum_f32_args {
    const thimble_sum_record *record;
    const float *inputs[2];
    float *output;
    bool subtract;
} thimble_sum_f32_args;

typedef struct thimble_sum_i32_args {
    const thimble_sum_record *record;
    const int32_t *inputs[2];
    int32_t *output;
    bool subtract;
} thimble_sum_i32_args;

// `run`: which elements of each run it computes.
typedef void thimble_sum_int8_fn(const thimble_sum_int8_args *args, thimble_range run);
typedef void thimble_sum_int16_fn(const thimble_sum_int16_args *args);
typedef void thimble_sum_f32_fn(const thimble_sum_f32_args *args);
typedef void thimble_sum_i32_fn(const thimble_sum_i32_args *args);

thimble_sum_int8_fn thimble_sum_int8_portable, thimble_sum_int8_riscv, thimble_sum_int8_xtensa;
thimble_sum_int16_fn thimble_sum_int16_portable;
thimble_sum_f32_fn thimble_sum_f32_portable;
thimble_sum_i32_fn thimble_sum_i32_portable;

thimble_status thimble_sum_prepare_int8(thimble_prepare *p);
thimble_status thimble_sum_prepare_int16(thimble_prepare *p);
// For all types. `activation_of_int32`: whether int32 sums obey the fused activation.
thimble_status thimble_sum_prepare(thimble_prepare *p, bool activation_of_int32);

// `kernel`: for int8.
void thimble_sum_run_int8(const thimble_call *call, thimble_sum_int8_fn *kernel, bool subtract);
void thimble_sum_run_int16(const thimble_call *call, bool subtract);
void thimble_sum_run(const thimble_call *call, thimble_sum_int8_fn *kernel, bool subtract);

#endif
