// relu.c - RELU: checks and preparation.
//
// SPDX-License-Identifier: Apache-2.0
#include "relu.h"

#include "op.h"

static thimble_status prepare(thimble_prepare *p, bool float_too) {
    THIMBLE_TRY(thimble_check_slots(p, 1, 1));
    const thimble_tensor_view *const input = &p->inputs[0], *const output = &p->output;
    const bool is_float = float_too && input->type == THIMBLE_FLOAT32;
    THIMBLE_REQUIRE(p, (is_float || input->type == THIMBLE_INT8) && output->type == input->type, input->index,
                    "input and output have to be int8 (or both float32)");
    THIMBLE_REQUIRE(p, thimble_same_shape(input, output), output->index, "the output needs the input's shape");
    thimble_relu_record *record = THIMBLE_RECORD(p, thimble_relu_record);
    record->count = (int32_t)input->element_count;
    p->in_place = 0;
    if (is_float) {
        return THIMBLE_OK;
    }
    THIMBLE_TRY(thimble_check_quantized(p, input));
    THIMBLE_TRY(thimble_check_quantized(p, output));
    record->factor = thimble_rescale_of(input->scale, 1, output->scale, 0);
    THIMBLE_REQUIRE(p, record->factor.shift <= 30, output->index, "the output's scale is too small for this input");
    record->input_zero_point = (int8_t)input->zero_point;
    record->output_zero_point = (int8_t)output->zero_point;
    return THIMBLE_OK;
}

static void run_int8(const thimble_call *call) {
    const thimble_relu_int8_args args = {.record = call->record, .input = call->inputs[0], .output = call->outputs[0]};
    thimble_relu_int8_portable(&args);
}

static void run(const thimble_call *call) {
    if (call->type == THIMBLE_INT8) {
        run_int8(call);
    } else {
        const thimble_relu_f32_args args = {
            .record = call->record, .input = call->inputs[0], .output = call->outputs[0]};
        thimble_relu_f32_portable(&args);
    }
}

static thimble_status prepare_int8(thimble_prepare *p) {
    return prepare(p, false);
}

static thimble_status prepare_any(thimble_prepare *p) {
    return prepare(p, true);
}

THIMBLE_DEFINE_OP(relu_int8, "RELU", 19, prepare_int8, run_int8);
THIMBLE_DEFINE_OP(relu, "RELU", 19, prepare_any, run);
