// max_pool_2d_portable.c - the kernels that define MAX_POOL_2D.
//
// Arithmetic: MaxPool in tensorflow/lite/kernels/internal/reference/integer_ops/pooling.h and reference/pooling.h of TensorFlow Lite.
//
// SPDX-License-Identifier: Apache-2.0
#include "max_pool_2d.h"

#include <float.h>

// One channel of one output.
static int32_t pool_int8(const thimble_pool_2d_int8_args *args, const thimble_window_walk *at, int32_t c) {
    const thimble_pool_2d_record *r = args->record;
    int32_t largest = INT8_MIN;
    for (int32_t i = at->rows.begin; i < at->rows.end; i++) {
        for (int32_t j = at->columns.begin; j < at->columns.end; j++) {
            const int32_t value = args->input[thimble_window_pixel(at, i, j) * r->channels + c];
            largest = thimble_max(largest, value);
        }
    }
    return largest;
}

void thimble_max_pool_2d_int8_portable(const thimble_pool_2d_int8_args *args, thimble_range rows) {
    const thimble_pool_2d_record *r = args->record;
    int8_t *output = args->output + rows.begin * r->window.columns.output * r->channels;
    thimble_window_walk at;
    thimble_window_start(&at, &r->window, rows);
    while (thimble_window_next(&at)) {
        for (int32_t c = 0; c < r->channels; c++) {
            *output++ = (int8_t)thimble_clamp(pool_int8(args, &at, c), r->lowest, r->highest);
        }
    }
}

// One channel of one output.
static int32_t pool_int16(const thimble_pool_2d_int16_args *args, const thimble_window_walk *at, int32_t c) {
    const thimble_pool_2d_record *r = args->record;
    int32_t largest = INT16_MIN;
    for (int32_t i = at->rows.begin; i < at->rows.end; i++) {
        for (int32_t j = at->columns.begin; j < at->columns.end; j++) {
            const int32_t value = args->input[thimble_window_pixel(at, i, j) * r->channels + c];
            largest = thimble_max(largest, value);
        }
    }
    return largest;
}

void thimble_max_pool_2d_int16_portable(const thimble_pool_2d_int16_args *args, thimble_range rows) {
    const thimble_pool_2d_record *r = args->record;
    int16_t *output = args->output + rows.begin * r->window.columns.output * r->channels;
    thimble_window_walk at;
    thimble_window_start(&at, &r->window, rows);
    while (thimble_window_next(&at)) {
        for (int32_t c = 0; c < r->channels; c++) {
            *output++ = (int16_t)thimble_clamp(pool_int16(args, &at, c), r->lowest_int16, r->highest_int16);
        }
    }
}

// One channel of one output.
static float pool_f32(const thimble_pool_2d_f32_args *args, const thimble_window_walk *at, int32_t c) {
    const thimble_pool_2d_record *r = args->record;
    float largest = -FLT_MAX;
    for (int32_t i = at->rows.begin; i < at->rows.end; i++) {
        for (int32_t j = at->columns.begin; j < at->columns.end; j++) {
            const float value = args->input[thimble_window_pixel(at, i, j) * r->channels + c];
            largest = value > largest ? value : largest;
        }
    }
    return largest;
}

void thimble_max_pool_2d_f32_portable(const thimble_pool_2d_f32_args *args, thimble_range rows) {
    const thimble_pool_2d_record *r = args->record;
    float *output = args->output + rows.begin * r->window.columns.output * r->channels;
    thimble_window_walk at;
    thimble_window_start(&at, &r->window, rows);
    while (thimble_window_next(&at)) {
        for (int32_t c = 0; c < r->channels; c++) {
            const float value = pool_f32(args, &at, c);
            *output++ = value < r->lowest_f32 ? r->lowest_f32 : value > r->highest_f32 ? r->highest_f32 : value;
        }
    }
}
