// relu6_portable.c - the kernels that define RELU6.
//
// Arithmetic: Relu6Quantized and Relu6Float in tensorflow/lite/micro/kernels/activations.h and activations_common.cc
// of TensorFlow Lite Micro.
//
// SPDX-License-Identifier: Apache-2.0
#include "relu6.h"

void thimble_relu6_int8_portable(const thimble_relu6_int8_args *args) {
    const int8_t zero = args->record->zero, six = args->record->six;
    for (int32_t i = 0; i < args->record->count; i++) {
        const int8_t value = args->input[i];
        args->output[i] = value > six ? six : value < zero ? zero : value;
    }
}

void thimble_relu6_f32_portable(const thimble_relu6_f32_args *args) {
    for (int32_t i = 0; i < args->record->count; i++) {
        const float value = args->input[i];
        args->output[i] = value > 6 ? 6 : value < 0 ? 0 : value;
    }
}
