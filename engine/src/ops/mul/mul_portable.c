// mul_portable.c - the kernels that define MUL.
//
// Arithmetic: MulElementwise in tensorflow/lite/kernels/internal/reference/integer_ops/mul.h and Mul in
// reference/mul.h of TensorFlow Lite.
//
// SPDX-License-Identifier: Apache-2.0
#include "mul.h"

static void run_int8(const thimble_mul_int8_args *args, const thimble_pairwise_walk *at) {
    const thimble_mul_int8_factors f = args->record->int8;
    const thimble_pairwise_loop run = args->record->pairwise.loops[0];
    const int8_t *first = args->inputs[0] + at->inputs[0], *second = args->inputs[1] + at->inputs[1];
    int8_t *output = args->output + at->output;
    for (int32_t i = 0; i < run.count; i++) {
        const int32_t product = (*first - f.zero_points[0]) * (*second - f.zero_points[1]);
        *output++ = thimble_output_int8(product, f.factor, f.output_zero_point, f.lowest, f.highest);
        first += run.steps[0];
        second += run.steps[1];
    }
}

void thimble_mul_int8_portable(const thimble_mul_int8_args *args) {
    thimble_pairwise_walk at = {0};
    do {
        run_int8(args, &at);
    } while (thimble_pairwise_next(&args->record->pairwise, &at));
}

void thimble_mul_int16_portable(const thimble_mul_int16_args *args) {
    const thimble_mul_int16_factors f = args->record->int16;
    const thimble_pairwise_loop run = args->record->pairwise.loops[0];
    thimble_pairwise_walk at = {0};
    do {
        for (int32_t i = 0; i < run.count; i++) {
            const int32_t a = args->inputs[0][at.inputs[0] + i * run.steps[0]];
            const int32_t b = args->inputs[1][at.inputs[1] + i * run.steps[1]];
            args->output[at.output + i] = (int16_t)thimble_clamp(thimble_apply(a * b, f.factor), f.lowest, f.highest);
        }
    } while (thimble_pairwise_next(&args->record->pairwise, &at));
}

void thimble_mul_f32_portable(const thimble_mul_f32_args *args) {
    const thimble_pairwise_loop run = args->record->pairwise.loops[0];
    const float lowest = args->record->range.lowest_f32, highest = args->record->range.highest_f32;
    thimble_pairwise_walk at = {0};
    do {
        for (int32_t i = 0; i < run.count; i++) {
            const float a = args->inputs[0][at.inputs[0] + i * run.steps[0]];
            const float b = args->inputs[1][at.inputs[1] + i * run.steps[1]];
            const float product = a * b;
            args->output[at.output + i] = product < lowest ? lowest : product > highest ? highest : product;
        }
    } while (thimble_pairwise_next(&args->record->pairwise, &at));
}

void thimble_mul_i32_portable(const thimble_mul_i32_args *args) {
    const thimble_pairwise_loop run = args->record->pairwise.loops[0];
    const int32_t lowest = args->record->range.lowest_i32, highest = args->record->range.highest_i32;
    thimble_pairwise_walk at = {0};
    do {
        for (int32_t i = 0; i < run.count; i++) {
            const uint32_t a = (uint32_t)args->inputs[0][at.inputs[0] + i * run.steps[0]];
            const uint32_t b = (uint32_t)args->inputs[1][at.inputs[1] + i * run.steps[1]];
            args->output[at.output + i] = thimble_clamp((int32_t)(a * b), lowest, highest);
        }
    } while (thimble_pairwise_next(&args->record->pairwise, &at));
}
