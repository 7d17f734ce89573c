// relu6.c - RELU6: checks and preparation.
//
// SPDX-License-Identifier: Apache-2.0
#include "relu6.h"

#include "op.h"

static thimble_status prepare(thimble_prepare *p, bool float_too) {
    THIMBLE_TRY(thimble_check_slots(p, 1, 1));
    const thimble_tensor_view *const input = &p->inputs[0], *const output = &p->output;
    const bool is_float = float_too && input->type == THIMBLE_FLOAT32;
    THIMBLE_REQUIRE(p, (is_float || input->type == THIMBLE_INT8) && output->type == input->type, input->index,
                    "input and output have to be int8 (or both float32)");
    THIMBLE_REQUIRE(p, thimble_same_shape(input, output), output->index, "the output needs the input's shape");
    thimble_relu6_record *record = THIMBLE_RECORD(p, thimble_relu6_record);
    record->count = (int32_t)input->element_count;
    p->in_place = 0;
    if (is_float) {
        return THIMBLE_OK;
    }
    THIMBLE_TRY(thimble_check_quantized(p, input));
    return thimble_activation_range_int8(p, THIMBLE_ACT_RELU6, input, &record->zero, &record->six);
}

static void run_int8(const thimble_call *call) {
    const thimble_relu6_int8_args args = {.record = call->record, .input = call->inputs[0], .output = call->outputs[0]};
    thimble_relu6_int8_portable(&args);
}

static void run(const thimble_call *call) {
    if (call->type == THIMBLE_INT8) {
        run_int8(call);
    } else {
        const thimble_relu6_f32_args args = {
            .record = call->record, .input = call->inputs[0], .output = call->outputs[0]};
        thimble_relu6_f32_portable(&args);
    }
}

static thimble_status prepare_int8(thimble_prepare *p) {
    return prepare(p, false);
}

static thimble_status prepare_any(thimble_prepare *p) {
    return prepare(p, true);
}

THIMBLE_DEFINE_OP(relu6_int8, "RELU6", 21, prepare_int8, run_int8);
THIMBLE_DEFINE_OP(relu6, "RELU6", 21, prepare_any, run);
