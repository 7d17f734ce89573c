// mean_portable.c - the kernels that define MEAN.
//
// Arithmetic: QuantizedMeanOrSum and Mean in tensorflow/lite/kernels/internal/reference/reduce.h of TensorFlow Lite.
//
// SPDX-License-Identifier: Apache-2.0
#include "mean.h"

void thimble_mean_int8_portable(const thimble_mean_int8_args *args) {
    const thimble_mean_record *r = args->record;
    const thimble_reduce_walk w = thimble_reduce_start(r->sizes);
    for (int32_t o = 0; o < w.output_count; o++) {
        const int8_t *values = args->input + thimble_reduce_first(r->sizes, &w, o);
        int32_t sum = r->first_sum;
        for (int32_t i = 0; i < r->sizes[1]; i++) {
            for (int32_t j = 0; j < r->sizes[3]; j++) {
                for (int32_t k = 0; k < r->sizes[5]; k++) {
                    sum = thimble_add_wrapping(sum, values[i * w.steps[1] + j * w.steps[3] + k * w.steps[5]]);
                }
            }
        }
        args->output[o] = thimble_output_int8(sum, r->factor, r->output_zero_point, INT8_MIN, INT8_MAX);
    }
}

void thimble_mean_int16_portable(const thimble_mean_int16_args *args) {
    const thimble_mean_record *r = args->record;
    const thimble_reduce_walk w = thimble_reduce_start(r->sizes);
    for (int32_t o = 0; o < w.output_count; o++) {
        const int16_t *values = args->input + thimble_reduce_first(r->sizes, &w, o);
        int32_t sum = r->first_sum;
        for (int32_t i = 0; i < r->sizes[1]; i++) {
            for (int32_t j = 0; j < r->sizes[3]; j++) {
                for (int32_t k = 0; k < r->sizes[5]; k++) {
                    sum = thimble_add_wrapping(sum, values[i * w.steps[1] + j * w.steps[3] + k * w.steps[5]]);
                }
            }
        }
        args->output[o] = (int16_t)thimble_clamp(thimble_apply(sum, r->factor), INT16_MIN, INT16_MAX);
    }
}

void thimble_mean_f32_portable(const thimble_mean_f32_args *args) {
    const thimble_mean_record *r = args->record;
    const thimble_reduce_walk w = thimble_reduce_start(r->sizes);
    for (int32_t o = 0; o < w.output_count; o++) {
        const float *values = args->input + thimble_reduce_first(r->sizes, &w, o);
        float sum = 0;
        for (int32_t i = 0; i < r->sizes[1]; i++) {
            for (int32_t j = 0; j < r->sizes[3]; j++) {
                for (int32_t k = 0; k < r->sizes[5]; k++) {
                    sum += values[i * w.steps[1] + j * w.steps[3] + k * w.steps[5]];
                }
            }
        }
        args->output[o] = sum / r->count;
    }
}
