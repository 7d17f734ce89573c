// svdf_portable.c - the kernels that define SVDF.
//
// Arithmetic: EvalIntegerSvdfReference and EvalFloatSvdfReference in tensorflow/lite/micro/kernels/svdf_common.cc of
// TensorFlow Lite Micro.
//
// SPDX-License-Identifier: Apache-2.0
#include "svdf.h"

// Forgets the oldest of `memory` features at `row` and returns where the newest goes.
static void *move_on(void *row, int32_t memory, size_t feature_bytes) {
    const size_t kept_bytes = (size_t)(memory - 1) * feature_bytes;
    memmove(row, (uint8_t *)row + feature_bytes, kept_bytes);
    return (uint8_t *)row + kept_bytes;
}

static int32_t feature_int8(const thimble_svdf_int8_args *args, int32_t b, int32_t f, int32_t lowest, int32_t highest) {
    const thimble_svdf_record *r = args->record;
    const int8_t *input = args->input + b * r->input_depth, *weights = args->feature_weights + f * r->input_depth;
    int32_t sum = 0;
    for (int32_t d = 0; d < r->input_depth; d++) {
        sum = thimble_mac(sum, weights[d], input[d] - r->input_zero_point);
    }
    return thimble_clamp(thimble_apply(sum, r->feature), lowest, highest) + r->state_zero_point;
}

// Takes filter `f` of batch `b` one step on; returns the sum of its products with the time weights.
static int32_t step_int8(const thimble_svdf_int8_args *args, int32_t b, int32_t f) {
    const thimble_svdf_record *r = args->record;
    const int32_t row = (b * r->units * r->rank + f) * r->memory;
    int32_t sum = 0;
    if (r->state_is_int16) {
        int16_t *state = (int16_t *)args->state + row;
        const int16_t *weights = (const int16_t *)args->time_weights + f * r->memory;
        *(int16_t *)move_on(state, r->memory, sizeof *state) = (int16_t)feature_int8(args, b, f, INT16_MIN, INT16_MAX);
        for (int32_t m = 0; m < r->memory; m++) {
            sum =
                thimble_add_wrapping(sum, (int32_t)((uint32_t)weights[m] * (uint32_t)(state[m] - r->state_zero_point)));
        }
    } else {
        int8_t *state = (int8_t *)args->state + row;
        const int8_t *weights = (const int8_t *)args->time_weights + f * r->memory;
        *(int8_t *)move_on(state, r->memory, sizeof *state) = (int8_t)feature_int8(args, b, f, INT8_MIN, INT8_MAX);
        for (int32_t m = 0; m < r->memory; m++) {
            sum = thimble_mac(sum, weights[m], state[m] - r->state_zero_point);
        }
    }
    return sum;
}

void thimble_svdf_int8_portable(const thimble_svdf_int8_args *args) {
    const thimble_svdf_record *r = args->record;
    int8_t *output = args->output;
    for (int32_t b = 0; b < r->batches; b++) {
        for (int32_t u = 0; u < r->units; u++) {
            int32_t sum = args->bias != NULL ? args->bias[u] : 0;
            for (int32_t f = u * r->rank; f < (u + 1) * r->rank; f++) {
                sum = thimble_add_wrapping(sum, step_int8(args, b, f));
            }
            *output++ = thimble_output_int8(sum, r->output, r->output_zero_point, INT8_MIN, INT8_MAX);
        }
    }
}

// As step_int8.
static float step_f32(const thimble_svdf_f32_args *args, int32_t b, int32_t f) {
    const thimble_svdf_record *r = args->record;
    const float *input = args->input + b * r->input_depth, *weights = args->feature_weights + f * r->input_depth;
    float *state = args->state + (b * r->units * r->rank + f) * r->memory;
    float feature = 0;
    for (int32_t d = 0; d < r->input_depth; d++) {
        feature += weights[d] * input[d];
    }
    *(float *)move_on(state, r->memory, sizeof *state) = feature;
    float sum = 0;
    for (int32_t m = 0; m < r->memory; m++) {
        sum += args->time_weights[f * r->memory + m] * state[m];
    }
    return sum;
}

void thimble_svdf_f32_portable(const thimble_svdf_f32_args *args) {
    const thimble_svdf_record *r = args->record;
    float *output = args->output;
    for (int32_t b = 0; b < r->batches; b++) {
        for (int32_t u = 0; u < r->units; u++) {
            float sum = args->bias != NULL ? args->bias[u] : 0;
            for (int32_t f = u * r->rank; f < (u + 1) * r->rank; f++) {
                sum += step_f32(args, b, f);
            }
            *output++ = sum < r->lowest ? r->lowest : sum > r->highest ? r->highest : sum;
        }
    }
}
