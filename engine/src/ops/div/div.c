// div.c - DIV: the quotient of two tensors.
//
//     int8: output = clamp(zero_point + (first - zp1) / (second - zp2) * factor), factor = scale1 / (scale2 * output scale)
//
// Arithmetic: DivElementwise in tensorflow/lite/kernels/internal/reference/div.h of TensorFlow Lite. What it leaves
// undefined: an int8 divisor of real zero counts as one step, int32 divided by 0 gives 0.
//
// SPDX-License-Identifier: Apache-2.0
#include "fixed_point.h"
#include "pairwise.h"

enum { ACTIVATION };  // DivOptions
enum { MOST_SHIFT = 22 };  // a quotient is normalized by at least as much

typedef struct thimble_div_record {
    union {
        struct {
            thimble_rescale factor;
            int8_t zero_points[2], output_zero_point, lowest, highest;
        };
        thimble_pairwise_range range;
    };
    thimble_pairwise pairwise;
} thimble_div_record;

// A positive double as a factor: thimble_rescale_of has no product below the line.
static thimble_rescale factor_of(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    uint32_t multiplier = (uint32_t)(((bits & 0xfffffffffffff) + 0x10000000000000 + (1 << 21)) >> 22);
    int32_t shift = (int32_t)(bits >> 52) - 1022;
    if (multiplier > INT32_MAX) {
        multiplier >>= 1;
        shift++;
    }
    return shift < -31 ? (thimble_rescale){0, 0} : (thimble_rescale){(int32_t)multiplier, shift};
}

static thimble_status prepare_int8(thimble_prepare *p) {
    THIMBLE_TRY(thimble_pairwise_check(p, THIMBLE_INT8));
    thimble_div_record *record = THIMBLE_RECORD(p, thimble_div_record);
    record->factor = factor_of((double)p->inputs[0].scale / ((double)p->inputs[1].scale * (double)p->output.scale));
    THIMBLE_REQUIRE(p, record->factor.shift <= MOST_SHIFT, p->output.index,
                    "the output's scale is too small for these inputs");
    record->zero_points[0] = (int8_t)p->inputs[0].zero_point;
    record->zero_points[1] = (int8_t)p->inputs[1].zero_point;
    record->output_zero_point = (int8_t)p->output.zero_point;
    THIMBLE_TRY(thimble_activation_range_int8(p, thimble_option_i8(p, ACTIVATION, THIMBLE_ACT_NONE), &p->output,
                                              &record->lowest, &record->highest));
    return thimble_pairwise_prepare(p, &record->pairwise);
}

static thimble_status prepare(thimble_prepare *p) {
    const thimble_type type = p->inputs[0].type;
    if (type == THIMBLE_INT8) {
        return prepare_int8(p);
    }
    THIMBLE_TRY(thimble_pairwise_check(p, type));
    thimble_div_record *record = THIMBLE_RECORD(p, thimble_div_record);
    THIMBLE_TRY(
        thimble_pairwise_range_prepare(p, type, thimble_option_i8(p, ACTIVATION, THIMBLE_ACT_NONE), &record->range));
    return thimble_pairwise_prepare(p, &record->pairwise);
}

static int32_t leading_zeros(uint32_t value) {
    int32_t count = 0;
    for (; count < 32 && value >> 31 == 0; value <<= 1) {
        count++;
    }
    return count;
}

static int8_t quotient_int8(const thimble_div_record *r, int32_t dividend, int32_t divisor) {
    divisor += divisor == 0;
    if (divisor < 0) {
        dividend = -dividend;
        divisor = -divisor;
    }
    // 1 / divisor = reciprocal * 2^-31 * 2^-(31 - normalize)
    const int32_t normalize = leading_zeros((uint32_t)divisor);
    const int32_t reciprocal = thimble_reciprocal_of_one_plus((int32_t)(((uint32_t)divisor << normalize) - (1u << 31)));
    const int32_t headroom = leading_zeros((uint32_t)(dividend < 0 ? ~dividend : dividend)) - 1;
    const int32_t quotient = thimble_doubling_high_mul(thimble_shift_left_wrapping(dividend, headroom), reciprocal);
    const int32_t shift = r->factor.shift - (31 - normalize) - headroom;
    const int32_t output = shift < -31 ? 0 : thimble_apply(quotient, (thimble_rescale){r->factor.multiplier, shift});
    return (int8_t)thimble_clamp(thimble_add_wrapping(output, r->output_zero_point), r->lowest, r->highest);
}

static void run_int8(const thimble_call *call) {
    const thimble_div_record *r = call->record;
    const thimble_pairwise_loop run = r->pairwise.loops[0];
    thimble_pairwise_walk at = {0};
    do {
        const int8_t *first = (const int8_t *)call->inputs[0] + at.inputs[0];
        const int8_t *second = (const int8_t *)call->inputs[1] + at.inputs[1];
        int8_t *output = (int8_t *)call->outputs[0] + at.output;
        for (int32_t i = 0; i < run.count; i++) {
            output[i] = quotient_int8(r, first[i * run.steps[0]] - r->zero_points[0],
                                      second[i * run.steps[1]] - r->zero_points[1]);
        }
    } while (thimble_pairwise_next(&r->pairwise, &at));
}

static void run_f32(const thimble_call *call) {
    const thimble_div_record *r = call->record;
    const thimble_pairwise_loop run = r->pairwise.loops[0];
    const float lowest = r->range.lowest_f32, highest = r->range.highest_f32;
    thimble_pairwise_walk at = {0};
    do {
        for (int32_t i = 0; i < run.count; i++) {
            const float quotient = ((const float *)call->inputs[0])[at.inputs[0] + i * run.steps[0]] /
                                   ((const float *)call->inputs[1])[at.inputs[1] + i * run.steps[1]];
            ((float *)call->outputs[0])[at.output + i] = quotient < lowest    ? lowest
                                                         : quotient > highest ? highest
                                                                              : quotient;
        }
    } while (thimble_pairwise_next(&r->pairwise, &at));
}

static int32_t quotient_i32(int32_t a, int32_t b) {
    return b == 0 ? 0 : b == -1 ? thimble_subtract_wrapping(0, a) : a / b;
}

static void run_i32(const thimble_call *call) {
    const thimble_div_record *r = call->record;
    const thimble_pairwise_loop run = r->pairwise.loops[0];
    thimble_pairwise_walk at = {0};
    do {
        for (int32_t i = 0; i < run.count; i++) {
            const int32_t a = ((const int32_t *)call->inputs[0])[at.inputs[0] + i * run.steps[0]];
            const int32_t b = ((const int32_t *)call->inputs[1])[at.inputs[1] + i * run.steps[1]];
            ((int32_t *)call->outputs[0])[at.output + i] =
                thimble_clamp(quotient_i32(a, b), r->range.lowest_i32, r->range.highest_i32);
        }
    } while (thimble_pairwise_next(&r->pairwise, &at));
}

static void run(const thimble_call *call) {
    if (call->type == THIMBLE_INT8) {
        run_int8(call);
    } else if (call->type == THIMBLE_FLOAT32) {
        run_f32(call);
    } else {
        run_i32(call);
    }
}

THIMBLE_DEFINE_OP(div_int8, "DIV", 42, prepare_int8, run_int8);
THIMBLE_DEFINE_OP(div, "DIV", 42, prepare, run);
