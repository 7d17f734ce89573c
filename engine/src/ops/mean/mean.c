// mean.c - MEAN: checks and preparation.
//
// SPDX-License-Identifier: Apache-2.0
#include "mean.h"

#include "op.h"

enum { INPUT, AXES };
enum { MAX_AXES = 16 };  // repeated ones included

// The dimensions to average over, as bits. Axes count from the end if negative.
static thimble_status find_axes(const thimble_prepare *p, int32_t rank, uint32_t *reduced) {
    int32_t axes[MAX_AXES];
    const int32_t count = thimble_prepare_constant_i32(p, AXES, axes, MAX_AXES);
    THIMBLE_REQUIRE(p, count >= 0, thimble_prepare_input(p, AXES).index,
                    "the axes have to be constant: an int32 tensor of at most 16");
    for (int32_t i = 0; i < count && rank != 0; i++) {
        THIMBLE_REQUIRE(p, axes[i] >= -rank && axes[i] < rank, thimble_prepare_input(p, AXES).index,
                        "an axis lies outside the input's dimensions");
        *reduced |= 1u << (axes[i] < 0 ? axes[i] + rank : axes[i]);
    }
    return THIMBLE_OK;
}

// Gathers the input's dimensions in groups, from the last one on.
static void set_sizes(const thimble_tensor_view *input, uint32_t reduced, int32_t sizes[]) {
    int32_t group = THIMBLE_MEAN_SIZES - 1;
    for (int32_t i = 0; i < THIMBLE_MEAN_SIZES; i++) {
        sizes[i] = 1;
    }
    for (int32_t i = input->rank - 1; i >= 0; i--) {
        const int32_t is_reduced = reduced >> i & 1;
        group -= group % 2 != is_reduced;
        sizes[group] *= input->shape[i];
    }
}

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
static thimble_status prepare(thimble_prepare *p, uint32_t types) {
    THIMBLE_TRY(thimble_check_slots(p, 2, 2));
    const thimble_tensor_view *const input = &p->inputs[0], *const output = &p->output;
    THIMBLE_REQUIRE(p, (types >> input->type & 1) != 0 && output->type == input->type, input->index,
                    "input and output both have to be int8 (or, as the op object allows, both int16 or both float32)");
    uint32_t reduced = 0;
    THIMBLE_TRY(find_axes(p, input->rank, &reduced));
    thimble_mean_record *record = THIMBLE_RECORD(p, thimble_mean_record);
    int32_t *sizes = record->sizes;
    set_sizes(input, reduced, sizes);
    const uint32_t count = (uint32_t)(sizes[1] * sizes[3] * sizes[5]);
    THIMBLE_REQUIRE(p, output->element_count == (uint32_t)(sizes[0] * sizes[2] * sizes[4] * sizes[6]), output->index,
                    "the output's shape is not the input's without the axes");
    if (count == 0) {
        sizes[1] = 0;  // not so many rounds of nothing
    }
    if (input->type == THIMBLE_FLOAT32) {
        record->count = count == 0 ? 1 : (float)count;
        return THIMBLE_OK;
    }
    THIMBLE_TRY(thimble_check_quantized(p, input));
    THIMBLE_TRY(thimble_check_quantized(p, output));
    record->factor = (thimble_rescale){0, 0};
    record->first_sum = 0;
    record->output_zero_point = 0;
    if (count != 0) {  // over nothing, it stores zeros
        record->factor = thimble_rescale_of(input->scale, 1, output->scale, 0);
        divide_factor(&record->factor, count);
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

static thimble_status prepare_int8(thimble_prepare *p) {
    return prepare(p, 1u << THIMBLE_INT8);
}

static thimble_status prepare_int16(thimble_prepare *p) {
    const thimble_tensor_view *const input = &p->inputs[0], *const output = &p->output;
    THIMBLE_REQUIRE(p, input->zero_point == 0 && output->zero_point == 0, input->index,
                    "the zero point of an int16 tensor has to be 0");
    return prepare(p, 1u << THIMBLE_INT16);
}

static thimble_status prepare_any(thimble_prepare *p) {
    return p->inputs[0].type == THIMBLE_INT16 ? prepare_int16(p)
                                              : prepare(p, 1u << THIMBLE_INT8 | 1u << THIMBLE_FLOAT32);
}

THIMBLE_DEFINE_OP(mean_int8, "MEAN", 40, prepare_int8, run_int8);
THIMBLE_DEFINE_OP(mean_int16, "MEAN", 40, prepare_int16, run_int16);
THIMBLE_DEFINE_OP(mean, "MEAN", 40, prepare_any, run);
