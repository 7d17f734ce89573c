// hard_swish.c - HARD_SWISH: x * min(max(x + 3, 0), 6) / 6.
//
// Arithmetic: HardSwish in tensorflow/lite/kernels/internal/reference/hard_swish.h of TensorFlow Lite, in 16 bits: the
// input times 128 is scaled twice, to 3/32768 (saturating: then it is the line from 0 at -3 to 1 at 3) and to the output.
//
// SPDX-License-Identifier: Apache-2.0
#include "unary.h"

typedef struct factor_16 {
    int32_t multiplier;  // 2^14 .. 2^15 - 1
    int32_t shift;
} factor_16;

typedef struct thimble_hard_swish_record {
    thimble_unary_record base;
    factor_16 to_output, to_line;
    int8_t input_zero_point, output_zero_point;
} thimble_hard_swish_record;

// input_scale / 128 / scale
static factor_16 factor_of(float input_scale, float scale) {
    const thimble_rescale factor = thimble_rescale_of(input_scale, 1, scale, -7);
    const int32_t rounded = (int32_t)(((uint32_t)factor.multiplier + (1u << 15)) >> 16);
    return (factor_16){thimble_min(rounded, INT16_MAX), factor.shift};
}

static thimble_status prepare(thimble_prepare *p, bool float_too) {
    const thimble_tensor_view *const input = &p->inputs[0], *const output = &p->output;
    thimble_hard_swish_record *record = THIMBLE_RECORD(p, thimble_hard_swish_record);
    THIMBLE_TRY(thimble_unary_prepare(p, float_too, &record->base));
    if (input->type == THIMBLE_FLOAT32) {
        return THIMBLE_OK;
    }
    record->to_output = factor_of(input->scale, output->scale);
    record->to_line = factor_of(input->scale, 3.0f / 32768);
    THIMBLE_REQUIRE(p, record->to_output.shift <= 0, output->index,
                    "the output's scale is less than 1/128 of the input's");
    THIMBLE_REQUIRE(p, record->to_line.shift <= 30, input->index, "the input's scale is too large");
    record->input_zero_point = (int8_t)input->zero_point;
    record->output_zero_point = (int8_t)output->zero_point;
    return THIMBLE_OK;
}

static int32_t limit_16(int64_t value) {
    return value < INT16_MIN ? INT16_MIN : value > INT16_MAX ? INT16_MAX : (int32_t)value;
}

// round(a * b / 2^15), halves away from zero.
static int32_t high_mul_16(int32_t a, int32_t b) {
    const int32_t product = a * b, half = 1 << 14;
    return (product + (product >= 0 ? half : 1 - half)) / (1 << 15);
}

// round(a / 2^shift), halves away from zero; 0 <= shift <= 31. From 16 on it is what 16-bit masks make of it.
static int32_t rounding_shift_right_16(int32_t a, int32_t shift) {
    const int16_t mask = (int16_t)(uint16_t)((1u << shift) - 1);
    return (a >> shift) + ((a & mask) > (mask >> 1) + (a < 0));
}

static int32_t line_of(const thimble_hard_swish_record *r, int32_t fine) {
    const int32_t shift = r->to_line.shift;
    if (shift > 0) {
        fine = limit_16((int64_t)fine * (1 << (shift - 1)));
    }
    int32_t line = high_mul_16(fine, r->to_line.multiplier);
    if (shift > 0) {
        line = limit_16(2 * line);
    } else if (shift < 0) {
        line = rounding_shift_right_16(line, -shift);
    }
    return (line + (1 << 15)) >> 1;
}

static int8_t value_int8(const void *record, int32_t stored) {
    const thimble_hard_swish_record *r = record;
    const int32_t fine = (stored - r->input_zero_point) * 128;
    const int32_t product = line_of(r, fine) * high_mul_16(fine, r->to_output.multiplier) / (1 << 15);
    const int32_t output = rounding_shift_right_16(product, -r->to_output.shift) + r->output_zero_point;
    return (int8_t)thimble_clamp(output, INT8_MIN, INT8_MAX);
}

static float value_f32(const void *record, float value) {
    (void)record;
    const float line = value + 3;
    return value * (line < 0 ? 0 : line > 6 ? 6 : line) / 6;
}

THIMBLE_DEFINE_UNARY(hard_swish, "HARD_SWISH", 117);
