// sum_portable.c - the kernels that define ADD and SUB.
//
// Arithmetic: AddFunc in tensorflow/lite/kernels/internal/reference/integer_ops/add.h, SubElementwise in
// reference/sub.h and Add in reference/add.h of TensorFlow Lite.
//
// SPDX-License-Identifier: Apache-2.0
#include "sum.h"

// value * factor, for factors below 1.
static int32_t shrink(int32_t value, thimble_rescale factor) {
    return thimble_apply(value, factor);
}

static int32_t fine(int8_t value, int32_t zero_point, thimble_rescale factor) {
    return shrink((value - zero_point) * (1 << THIMBLE_SUM_SHIFT), factor);
}

static void run_int8(const thimble_sum_int8_args *args, thimble_range range, const thimble_pairwise_walk *at) {
    const thimble_sum_int8_factors f = args->record->int8;
    const thimble_pairwise_loop run = args->record->pairwise.loops[0];
    const int8_t *first = args->inputs[0] + at->inputs[0] + range.begin * run.steps[0];
    const int8_t *second = args->inputs[1] + at->inputs[1] + range.begin * run.steps[1];
    int8_t *output = args->output + at->output + range.begin;
    for (int32_t i = range.begin; i < range.end; i++) {
        const int32_t a = fine(*first, f.zero_points[0], f.inputs[0]);
        const int32_t b = fine(*second, f.zero_points[1], f.inputs[1]);
        const int32_t sum = shrink(args->subtract ? a - b : a + b, f.output) + f.output_zero_point;
        *output++ = (int8_t)thimble_clamp(sum, f.lowest, f.highest);
        first += run.steps[0];
        second += run.steps[1];
    }
}

void thimble_sum_int8_portable(const thimble_sum_int8_args *args, thimble_range range) {
    thimble_pairwise_walk at = {0};
    do {
        run_int8(args, range, &at);
    } while (thimble_pairwise_next(&args->record->pairwise, &at));
}

void thimble_sum_int16_portable(const thimble_sum_int16_args *args) {
    const thimble_sum_int16_factors f = args->record->int16;
    const thimble_pairwise_loop run = args->record->pairwise.loops[0];
    thimble_pairwise_walk at = {0};
    do {
        for (int32_t i = 0; i < run.count; i++) {
            const int32_t first = args->inputs[0][at.inputs[0] + i * run.steps[0]];
            const int32_t second = args->inputs[1][at.inputs[1] + i * run.steps[1]];
            const int32_t a = shrink(first * (1 << THIMBLE_SUM_SHIFT_INT16), f.inputs[0]);
            const int32_t b = shrink(second * (1 << THIMBLE_SUM_SHIFT_INT16), f.inputs[1]);
            const int32_t sum = shrink(args->subtract ? a - b : a + b, f.output);
            args->output[at.output + i] = (int16_t)thimble_clamp(sum, f.lowest, f.highest);
        }
    } while (thimble_pairwise_next(&args->record->pairwise, &at));
}

void thimble_sum_f32_portable(const thimble_sum_f32_args *args) {
    const thimble_pairwise_loop run = args->record->pairwise.loops[0];
    const float lowest = args->record->range.lowest_f32, highest = args->record->range.highest_f32;
    thimble_pairwise_walk at = {0};
    do {
        for (int32_t i = 0; i < run.count; i++) {
            const float a = args->inputs[0][at.inputs[0] + i * run.steps[0]];
            const float b = args->inputs[1][at.inputs[1] + i * run.steps[1]];
            const float sum = args->subtract ? a - b : a + b;
            args->output[at.output + i] = sum < lowest ? lowest : sum > highest ? highest : sum;
        }
    } while (thimble_pairwise_next(&args->record->pairwise, &at));
}

void thimble_sum_i32_portable(const thimble_sum_i32_args *args) {
    const thimble_pairwise_loop run = args->record->pairwise.loops[0];
    const int32_t lowest = args->record->range.lowest_i32, highest = args->record->range.highest_i32;
    thimble_pairwise_walk at = {0};
    do {
        for (int32_t i = 0; i < run.count; i++) {
            const int32_t a = args->inputs[0][at.inputs[0] + i * run.steps[0]];
            const int32_t b = args->inputs[1][at.inputs[1] + i * run.steps[1]];
            const int32_t sum = args->subtract ? thimble_subtract_wrapping(a, b) : thimble_add_wrapping(a, b);
            args->output[at.output + i] = thimble_clamp(sum, lowest, highest);
        }
    } while (thimble_pairwise_next(&args->record->pairwise, &at));
}
