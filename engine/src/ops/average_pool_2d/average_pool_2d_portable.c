// average_pool_2d_portable.c - the kernels that define AVERAGE_POOL_2D.
//
// Arithmetic: AveragePool in tensorflow/lite/kernels/internal/reference/integer_ops/pooling.h and reference/pooling.h of TensorFlow Lite.
//
// SPDX-License-Identifier: Apache-2.0
#include "average_pool_2d.h"

// One channel of one output.
static int32_t pool_int8(const thimble_pool_2d_int8_args *args, const thimble_window_walk *at, int32_t c) {
    const thimble_pool_2d_record *r = args->record;
    int32_t sum = 0, count = 0;
    for (int32_t i = at->rows.begin; i < at->rows.end; i++) {
        for (int32_t j = at->columns.begin; j < at->columns.end; j++) {
            const int32_t value = args->input[thimble_window_pixel(at, i, j) * r->channels + c];
            sum += value;
            count++;
        }
    }
    return sum > 0 ? (sum + count / 2) / count : (sum - count / 2) / count;  // halves away from zero
}

void thimble_average_pool_2d_int8_portable(const thimble_pool_2d_int8_args *args, thimble_range rows) {
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
    int32_t sum = 0, count = 0;
    for (int32_t i = at->rows.begin; i < at->rows.end; i++) {
        for (int32_t j = at->columns.begin; j < at->columns.end; j++) {
            const int32_t value = args->input[thimble_window_pixel(at, i, j) * r->channels + c];
            sum = thimble_add_wrapping(sum, value);
            count++;
        }
    }
    const int32_t half = sum > 0 ? count / 2 : -(count / 2);
    return thimble_add_wrapping(sum, half) / count;  // halves away from zero
}

void thimble_average_pool_2d_int16_portable(const thimble_pool_2d_int16_args *args, thimble_range rows) {
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
    float sum = 0, count = 0;
    for (int32_t i = at->rows.begin; i < at->rows.end; i++) {
        for (int32_t j = at->columns.begin; j < at->columns.end; j++) {
            const float value = args->input[thimble_window_pixel(at, i, j) * r->channels + c];
            sum += value;
            count++;
        }
    }
    return sum / count;
}

void thimble_average_pool_2d_f32_portable(const thimble_pool_2d_f32_args *args, thimble_range rows) {
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
