// max_pool_2d_portable.c - the kernels that define MAX_POOL_2D.
//
// Arithmetic: MaxPool in tensorflow/lite/kernels/internal/reference/integer_ops/pooling.h and reference/pooling.h of TensorFlow Lite.
//
// SPDX-License-Identifier: Apache-2.0
#include "max_pool_2d.h"

#include <float.h>

// One channel of one output.
static int32_t pool_int8(const thimble_pool_2d_int8_args *args, const thimble_pool_2d_taps *taps, int32_t c) {
    const thimble_pool_2d_record *r = args->record;
    int32_t largest = INT8_MIN;
    for (int32_t i = taps->rows.begin; i < taps->rows.end; i++) {
        for (int32_t j = taps->columns.begin; j < taps->columns.end; j++) {
            const int32_t value = args->input[taps->first + (i * r->window.input_width + j) * r->channels + c];
            largest = thimble_max(largest, value);
        }
    }
    return largest;
}

void thimble_max_pool_2d_int8_portable(const thimble_pool_2d_int8_args *args, thimble_range rows) {
    const thimble_pool_2d_record *r = args->record;
    int8_t *output = args->output + rows.begin * r->window.output_width * r->channels;
    for (int32_t y = rows.begin; y < rows.end; y++) {
        for (int32_t x = 0; x < r->window.output_width; x++) {
            const thimble_pool_2d_taps taps = thimble_pool_2d_taps_of(r, y, x);
            for (int32_t c = 0; c < r->channels; c++) {
                *output++ = (int8_t)thimble_clamp(pool_int8(args, &taps, c), r->lowest, r->highest);
            }
        }
    }
}

// One channel of one output.
static float pool_f32(const thimble_pool_2d_f32_args *args, const thimble_pool_2d_taps *taps, int32_t c) {
    const thimble_pool_2d_record *r = args->record;
    float largest = -FLT_MAX;
    for (int32_t i = taps->rows.begin; i < taps->rows.end; i++) {
        for (int32_t j = taps->columns.begin; j < taps->columns.end; j++) {
            const float value = args->input[taps->first + (i * r->window.input_width + j) * r->channels + c];
            largest = value > largest ? value : largest;
        }
    }
    return largest;
}

void thimble_max_pool_2d_f32_portable(const thimble_pool_2d_f32_args *args, thimble_range rows) {
    const thimble_pool_2d_record *r = args->record;
    float *output = args->output + rows.begin * r->window.output_width * r->channels;
    for (int32_t y = rows.begin; y < rows.end; y++) {
        for (int32_t x = 0; x < r->window.output_width; x++) {
            const thimble_pool_2d_taps taps = thimble_pool_2d_taps_of(r, y, x);
            for (int32_t c = 0; c < r->channels; c++) {
                const float value = pool_f32(args, &taps, c);
                *output++ = value < r->lowest_f32 ? r->lowest_f32 : value > r->highest_f32 ? r->highest_f32 : value;
            }
        }
    }
}
