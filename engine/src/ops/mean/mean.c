// mean.c - MEAN, and SUM which is MEAN without the division: checks and preparation.
//
// SPDX-License-Identifier: Apache-2.0
#include "mean.h"

#include "op.h"

enum { INPUT };

// numerator * 2^shift / denominator, where that is below 2^31 and the denominator is, too.
static int32_t shifted_quotient(int32_t numerator, int32_t shift, uint32_t denominator) {
    uint32_t quotient = 0, remainder = 0;
    for (int32_t bit = 30; bit >= -shift; bit--) {
        remainder = remainder << 1 | (bit >= 0 ? (uint32_t)numerator >> bit & 1 : 0);
        quotient <<= 1;
        if (remainder >= denominator) {
            remainder -= denominator;
            quotient |= 1;
        }
    }
    return (int32_t)quotient;
}

// Divides the factor by `count`, as TensorFlow Lite does.
static void divide_factor(thimble_rescale *factor, uint32_t count) {
    int32_t shift = 0;
    while (count >> shift > 1) {
        shift++;
    }
    shift = thimble_min(shift, 31 + factor->shift);
    factor->multiplier = shifted_quotient(factor->multiplier, shift, count);
    factor->shift -= shift;
}

// `types`: those that input and output may have, as bits.
static thimble_status prepare(thimble_prepare *p, uint32_t types, bool is_sum) {
    THIMBLE_TRY(thimble_check_slots(p, 2, 2));
    const thimble_tensor_view *const input = &p->inputs[0], *const output = &p->output;
    THIMBLE_REQUIRE(p, (types >> input->type & 1) != 0 && output->type == input->type, input->index,
                    "input and output both have to be int8 (or, as the op object allows, both int16 or both float32)");
    thimble_mean_record *record = THIMBLE_RECORD(p, thimble_mean_record);
    uint32_t count;
    THIMBLE_TRY(thimble_reduce_prepare(p, record->sizes, &count));
    if (input->type == THIMBLE_FLOAT32) {
        record->count = count == 0 || is_sum ? 1 : (float)count;
        return THIMBLE_OK;
    }
    THIMBLE_TRY(thimble_check_quantized(p, input));
    THIMBLE_TRY(thimble_check_quantized(p, output));
    record->factor = (thimble_rescale){0, 0};
    record->first_sum = 0;
    record->output_zero_point = 0;
    if (count != 0) {  // over nothing, it stores zeros
        record->factor = thimble_rescale_of(input->scale, 1, output->scale, 0);
        if (!is_sum) {
            divide_factor(&record->factor, count);
        }
        record->first_sum = (int32_t)(0u - (uint32_t)input->zero_point * count);
        record->output_zero_point = (int8_t)output->zero_point;
    }
    THIMBLE_REQUIRE(p, record->factor.shift <= 30, output->index, "the scales are too far apart");
    return THIMBLE_OK;
}

static void run_int8(const thimble_call *call) {
    const thimble_mean_int8_args args = {
        .record = call->record, .input = call->inputs[INPUT], .output = call->outputs[0]};
    thimble_mean_int8_portable(&args);
}

static void run_int16(const thimble_call *call) {
    const thimble_mean_int16_args args = {
        .record = call->record, .input = call->inputs[INPUT], .output = call->outputs[0]};
    thimble_mean_int16_portable(&args);
}

static void run(const thimble_call *call) {
    if (call->type == THIMBLE_INT8) {
        run_int8(call);
        return;
    }
    if (call->type == THIMBLE_INT16) {
        run_int16(call);
        return;
    }
    const thimble_mean_f32_args args = {
        .record = call->record, .input = call->inputs[INPUT], .output = call->outputs[0]};
    thimble_mean_f32_portable(&args);
}

static thimble_status prepare_int16(thimble_prepare *p, bool is_sum) {
    const thimble_tensor_view *const input = &p->inputs[0], *const output = &p->output;
    THIMBLE_REQUIRE(p, input->zero_point == 0 && output->zero_point == 0, input->index,
                    "the zero point of an int16 tensor has to be 0");
    return prepare(p, 1u << THIMBLE_INT16, is_sum);
}

static thimble_status prepare_any(thimble_prepare *p, bool is_sum) {
    return p->inputs[0].type == THIMBLE_INT16 ? prepare_int16(p, is_sum)
                                              : prepare(p, 1u << THIMBLE_INT8 | 1u << THIMBLE_FLOAT32, is_sum);
}

static thimble_status prepare_mean_int8(thimble_prepare *p) {
    return prepare(p, 1u << THIMBLE_INT8, false);
}

static thimble_status prepare_mean_int16(thimble_prepare *p) {
    return prepare_int16(p, false);
}

static thimble_status prepare_mean(thimble_prepare *p) {
    return prepare_any(p, false);
}

static thimble_status prepare_sum_int8(thimble_prepare *p) {
    return prepare(p, 1u << THIMBLE_INT8, true);
}

static thimble_status prepare_sum_int16(thimble_prepare *p) {
    return prepare_int16(p, true);
}

static thimble_status prepare_sum(thimble_prepare *p) {
    return prepare_any(p, true);
}

THIMBLE_DEFINE_OP(mean_int8, "MEAN", 40, prepare_mean_int8, run_int8);
THIMBLE_DEFINE_OP(mean_int16, "MEAN", 40, prepare_mean_int16, run_int16);
THIMBLE_DEFINE_OP(mean, "MEAN", 40, prepare_mean, run);
THIMBLE_DEFINE_OP(sum_int8, "SUM", 74, prepare_sum_int8, run_int8);
THIMBLE_DEFINE_OP(sum_int16, "SUM", 74, prepare_sum_int16, run_int16);
THIMBLE_DEFINE_OP(sum, "SUM", 74, prepare_sum, run);
