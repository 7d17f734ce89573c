// tensor.c - a picture as a model's input tensor stores it.
//
// In double and float, in the order in which TFLite's QUANTIZE and `thimble eval` compute it; a picture has 256 values,
// so each is computed once.
//
// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "thimble/vision.h"

enum { VALUE_COUNT = 256 };

// To the nearest integer, halves away from zero, for |x| < 2^30.
static int32_t round_half_away(float x) {
    const int32_t whole = (int32_t)x;
    const float rest = x - (float)whole;  // exact
    return rest >= 0.5f ? whole + 1 : rest <= -0.5f ? whole - 1 : whole;
}

static int32_t stored_value(const vision_input *input, float real) {
    const int32_t low = input->type == VISION_INT8 ? -128 : 0, high = low + 255;
    const float scale = input->tensor_scale > 0 ? input->tensor_scale : 1.0f;
    const float steps = real / scale;
    // Beyond +-1024 the zero point, which fits the type, cannot bring it back.
    const int32_t stored = (steps > 1024 ? 1024 : steps < -1024 ? -1024 : round_half_away(steps)) + input->zero_point;
    return stored < low ? low : stored > high ? high : stored;
}

static bool is_finite(double x) {
    return x - x == 0;
}

static bool is_sound(const vision_input *input) {
    const bool known = input->type == VISION_FLOAT32 || input->type == VISION_INT8 || input->type == VISION_UINT8;
    const int32_t low = input->type == VISION_INT8 ? -128 : 0;
    return known && is_finite(input->mean) && is_finite(input->scale) && is_finite((double)input->tensor_scale) &&
           input->tensor_scale >= 0 &&
           (input->type == VISION_FLOAT32 || (input->zero_point >= low && input->zero_point <= low + 255));
}

vision_status vision_fill_tensor(const vision_input *input, const uint8_t *picture, size_t value_count, void *tensor) {
    if (input == NULL || picture == NULL || tensor == NULL || !is_sound(input)) {
        return VISION_ERR_ARGUMENT;
    }
    const double scale = input->scale != 0 ? input->scale : 1.0 / 255;
    float reals[VALUE_COUNT];
    for (int32_t value = 0; value < VALUE_COUNT; value++) {
        reals[value] = (float)((value - input->mean) * scale);
    }
    if (input->type == VISION_FLOAT32) {
        for (size_t i = 0; i < value_count; i++) {
            memcpy((uint8_t *)tensor + i * sizeof(float), &reals[picture[i]], sizeof(float));
        }
        return VISION_OK;
    }
    uint8_t stored[VALUE_COUNT];
    for (int32_t value = 0; value < VALUE_COUNT; value++) {
        stored[value] = (uint8_t)stored_value(input, reals[value]);
    }
    for (size_t i = 0; i < value_count; i++) {
        ((uint8_t *)tensor)[i] = stored[picture[i]];
    }
    return VISION_OK;
}
