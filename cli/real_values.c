// real_values.c - stored tensor values from and to real ones.
//
// SPDX-License-Identifier: Apache-2.0
#include "real_values.h"

#include <math.h>
#include <string.h>

bool real_values_known(thimble_type type) {
    return type == THIMBLE_FLOAT32 || type == THIMBLE_INT8 || type == THIMBLE_UINT8 || type == THIMBLE_INT16;
}

void real_value_store(const thimble_tensor *tensor, size_t index, double real) {
    if (tensor->type == THIMBLE_FLOAT32) {
        ((float *)tensor->data)[index] = (float)real;
        return;
    }
    // In float and in this order, as TFLite's QUANTIZE does it.
    const float scale = tensor->scale > 0 ? tensor->scale : 1.0f;
    const float stored = roundf((float)real / scale) + (float)tensor->zero_point;
    const float low = tensor->type == THIMBLE_UINT8 ? 0 : tensor->type == THIMBLE_INT8 ? -128 : -32768;
    const float high = tensor->type == THIMBLE_UINT8 ? 255 : tensor->type == THIMBLE_INT8 ? 127 : 32767;
    const float clamped = stored < low ? low : stored > high ? high : stored;
    switch (tensor->type) {
    case THIMBLE_UINT8:
        ((uint8_t *)tensor->data)[index] = (uint8_t)clamped;
        break;
    case THIMBLE_INT8:
        ((int8_t *)tensor->data)[index] = (int8_t)clamped;
        break;
    default:
        ((int16_t *)tensor->data)[index] = (int16_t)clamped;
        break;
    }
}

double real_value_load(const thimble_tensor *tensor, size_t index) {
    int32_t stored = 0;
    switch (tensor->type) {
    case THIMBLE_FLOAT32:
        return (double)((const float *)tensor->data)[index];
    case THIMBLE_UINT8:
        stored = ((const uint8_t *)tensor->data)[index];
        break;
    case THIMBLE_INT8:
        stored = ((const int8_t *)tensor->data)[index];
        break;
    default:
        stored = ((const int16_t *)tensor->data)[index];
        break;
    }
    const double scale = tensor->scale > 0 ? (double)tensor->scale : 1.0;
    return scale * (double)(stored - tensor->zero_point);
}
