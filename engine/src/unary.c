// unary.c - ops that map each element by a function of one value.
//
// SPDX-License-Identifier: Apache-2.0
#include "unary.h"

enum { VALUES = 256 };

static thimble_status check_shape(thimble_prepare *p, thimble_unary_record *record) {
    THIMBLE_TRY(thimble_check_slots(p, 1, 1));
    THIMBLE_REQUIRE(p, p->output.type == p->inputs[0].type && thimble_same_shape(&p->inputs[0], &p->output),
                    p->output.index, "the output needs the input's shape and type");
    record->count = (int32_t)p->output.element_count;
    p->in_place = 0;
    return THIMBLE_OK;
}

thimble_status thimble_unary_prepare(thimble_prepare *p, bool float_too, thimble_unary_record *record) {
    const thimble_tensor_view *const input = &p->inputs[0];
    THIMBLE_REQUIRE(p, input->type == THIMBLE_INT8 || (float_too && input->type == THIMBLE_FLOAT32), input->index,
                    "input and output have to be int8 (or both float32)");
    THIMBLE_TRY(check_shape(p, record));
    if (input->type == THIMBLE_INT8) {
        THIMBLE_TRY(thimble_check_quantized(p, input));
        THIMBLE_TRY(thimble_check_quantized(p, &p->output));
    }
    return THIMBLE_OK;
}

thimble_status thimble_unary_prepare_f32(thimble_prepare *p) {
    THIMBLE_REQUIRE(p, p->inputs[0].type == THIMBLE_FLOAT32, p->inputs[0].index,
                    "input and output have to be float32: TensorFlow Lite Micro has the op for no other type");
    return check_shape(p, THIMBLE_RECORD(p, thimble_unary_record));
}

void thimble_unary_run_int8(const thimble_call *call, thimble_unary_int8_fn *value) {
    const int32_t count = ((const thimble_unary_record *)call->record)->count;
    const int8_t *input = call->inputs[0];
    int8_t *output = call->outputs[0];
    if (count <= VALUES) {
        for (int32_t i = 0; i < count; i++) {
            output[i] = value(call->record, input[i]);
        }
        return;
    }
    int8_t table[VALUES];
    for (int32_t i = 0; i < VALUES; i++) {
        table[i] = value(call->record, i + INT8_MIN);
    }
    for (int32_t i = 0; i < count; i++) {
        output[i] = table[input[i] - INT8_MIN];
    }
}

void thimble_unary_run_f32(const thimble_call *call, thimble_unary_f32_fn *value) {
    const int32_t count = ((const thimble_unary_record *)call->record)->count;
    const float *input = call->inputs[0];
    float *output = call->outputs[0];
    for (int32_t i = 0; i < count; i++) {
        output[i] = value(call->record, input[i]);
    }
}
