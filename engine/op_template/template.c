// template.c - ABS: checks and preparation.
//
// SPDX-License-Identifier: Apache-2.0
#include "template.h"

#include "op.h"

// An op with several inputs or with options numbers them here (conv_2d.c): enum { INPUT, WEIGHTS, BIAS };

// Everything that may be wrong with a model is found here, because run cannot fail: the file is not to be trusted, so
// whatever run takes for granted about types, shapes and values has to be checked. Refuse with a sentence that tells
// what is expected.
static thimble_status prepare(thimble_prepare *p, bool float_too) {
    const thimble_tensor_view *const input = &p->inputs[0], *const output = &p->output;
    THIMBLE_TRY(thimble_check_elementwise(p, 1, 1));
    const bool is_float = float_too && input->type == THIMBLE_FLOAT32;
    THIMBLE_REQUIRE(p, (is_float || input->type == THIMBLE_INT8) && output->type == input->type, input->index,
                    "input and output both have to be int8 (or both float32)");
    thimble_template_record *record = THIMBLE_RECORD(p, thimble_template_record);
    record->element_count = (int32_t)input->element_count;
    p->in_place = 0;  // the output may take the memory of input 0: each element is read before it is written
    if (is_float) {
        return THIMBLE_OK;
    }
    THIMBLE_TRY(thimble_check_quantized(p, input));
    THIMBLE_TRY(thimble_check_quantized(p, output));
    // To the bit as TensorFlow Lite computes it, here and in most ops from a quotient of doubles. Where it divides floats,
    // it is thimble_rescale_of(input->scale / output->scale, 1, 1, 0).
    record->factor = thimble_rescale_of(input->scale, 1, output->scale, 0);
    THIMBLE_REQUIRE(p, record->factor.shift <= 30, output->index, "the scales are too far apart");
    record->input_zero_point = (int8_t)input->zero_point;
    record->output_zero_point = (int8_t)output->zero_point;
    return THIMBLE_OK;
}

static void run_int8(const thimble_call *call) {
    const thimble_template_int8_args args = {
        .record = call->record, .input = call->inputs[0], .output = call->outputs[0]};
    thimble_template_int8_portable(&args);
}

static void run(const thimble_call *call) {
    if (call->type == THIMBLE_INT8) {
        run_int8(call);
        return;
    }
    const thimble_template_f32_args args = {
        .record = call->record, .input = call->inputs[0], .output = call->outputs[0]};
    thimble_template_f32_portable(&args);
}

static thimble_status prepare_int8(thimble_prepare *p) {
    return prepare(p, false);
}

static thimble_status prepare_any(thimble_prepare *p) {
    return prepare(p, true);
}

// Two objects, so that a program with int8 models only does not link the float kernel. The number is the op's in the
// schema's BuiltinOperator.
THIMBLE_DEFINE_OP(template_int8, "ABS", 101, prepare_int8, run_int8);
THIMBLE_DEFINE_OP(template, "ABS", 101, prepare_any, run);
