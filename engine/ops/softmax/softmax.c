// softmax.c - SOFTMAX: checks and preparation.
//
// SPDX-License-Identifier: Apache-2.0
#include "softmax.h"

#include <float.h>

#include "op.h"

enum { BETA };  // SoftmaxOptions
enum { INTEGER_BITS = 5 };

static thimble_status prepare_scale(const thimble_prepare *p, const thimble_tensor_view *input, float beta,
                                    thimble_softmax_record *record) {
    THIMBLE_TRY(thimble_check_quantized(p, input));
    THIMBLE_REQUIRE(p, beta > 0 && beta <= FLT_MAX, -1, "beta has to be above 0");
    record->factor = thimble_rescale_of(beta, input->scale, 1, 31 - INTEGER_BITS);
    THIMBLE_REQUIRE(p, record->factor.shift > 0, input->index, "beta times the input's scale is too small");
    if (record->factor.shift > 31) {
        record->factor = (thimble_rescale){INT32_MAX, 31};
    }
    record->farthest = (((1 << INTEGER_BITS) - 1) << (31 - INTEGER_BITS)) >> record->factor.shift;
    return THIMBLE_OK;
}

static thimble_status prepare(thimble_prepare *p, bool all_types) {
    THIMBLE_TRY(thimble_check_slots(p, 1, 1));
    const thimble_tensor_view *const input = &p->inputs[0], *const output = &p->output;
    const bool is_float = all_types && input->type == THIMBLE_FLOAT32;
    const bool to_int16 = all_types && input->type == THIMBLE_INT8 && output->type == THIMBLE_INT16;
    THIMBLE_REQUIRE(p, (is_float || input->type == THIMBLE_INT8) && (output->type == input->type || to_int16),
                    input->index,
                    "input and output have to be int8 (with the op for all types: float32, or int8 to int16 too)");
    THIMBLE_REQUIRE(p, input->rank >= 1 && thimble_same_shape(input, output), output->index,
                    "the input needs a dimension, and the output its shape");

    thimble_softmax_record *record = THIMBLE_RECORD(p, thimble_softmax_record);
    record->columns = input->shape[input->rank - 1];
    record->rows = record->columns == 0 ? 0 : (int32_t)input->element_count / record->columns;
    p->in_place = to_int16 ? -1 : 0;
    const float beta = thimble_option_f32(p, BETA, 0);
    if (is_float) {
        record->beta = beta;
        return THIMBLE_OK;
    }
    record->output_is_int16 = to_int16;
    THIMBLE_REQUIRE(p,
                    output->scale_count >= 1 && output->scale == (to_int16 ? 1.0f / 65536 : 1.0f / 256) &&
                        output->zero_point == (to_int16 ? INT16_MIN : INT8_MIN),
                    output->index, "the output needs scale 1/256 and zero point -128 (int16: 1/65536 and -32768)");
    return prepare_scale(p, input, beta, record);
}

static void run_int8(const thimble_call *call) {
    const thimble_softmax_int8_args args = {
        .record = call->record, .input = call->inputs[0], .output = call->outputs[0]};
    thimble_softmax_int8_portable(&args);
}

static void run(const thimble_call *call) {
    const thimble_softmax_record *record = call->record;
    if (call->type == THIMBLE_FLOAT32) {
        const thimble_softmax_f32_args args = {.record = record, .input = call->inputs[0], .output = call->outputs[0]};
        thimble_softmax_f32_portable(&args);
    } else if (record->output_is_int16) {
        const thimble_softmax_int8_int16_args args = {
            .record = record, .input = call->inputs[0], .output = call->outputs[0]};
        thimble_softmax_int8_int16_portable(&args);
    } else {
        run_int8(call);
    }
}

static thimble_status prepare_int8(thimble_prepare *p) {
    return prepare(p, false);
}

static thimble_status prepare_any(thimble_prepare *p) {
    return prepare(p, true);
}

THIMBLE_DEFINE_OP(softmax_int8, "SOFTMAX", 25, prepare_int8, run_int8);
THIMBLE_DEFINE_OP(softmax, "SOFTMAX", 25, prepare_any, run);
