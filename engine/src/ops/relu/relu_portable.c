// relu_portable.c - the kernels that define RELU.
//
// Arithmetic: ReluQuantized and ReluFloat in tensorflow/lite/micro/kernels/activations.h and activations_common.cc of
// TensorFlow Lite Micro.
//
// SPDX-License-Identifier: Apache-2.0
#include "relu.h"

void thimble_relu_int8_portable(const thimble_relu_int8_args *args) {
    const thimble_relu_record r = *args->record;
    for (int32_t i = 0; i < r.count; i++) {
        args->output[i] = thimble_output_int8(args->input[i] - r.input_zero_point, r.factor, r.output_zero_point,
                                              r.output_zero_point, INT8_MAX);
    }
}

void thimble_relu_f32_portable(const thimble_relu_f32_args *args) {
    for (int32_t i = 0; i < args->record->count; i++) {
        const float value = args->input[i];
        args->output[i] = value < 0 ? 0 : value;
    }
}
