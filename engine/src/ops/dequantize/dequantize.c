// dequantize.c - DEQUANTIZE: output[i] = scale * (input[i] - zero_point).
//
// TensorFlow Lite multiplies as double. The difference has at most 17 bits and the scale 24, so that product is exact
// and is rounded once, to float: as a multiplication of floats does.
//
// SPDX-License-Identifier: Apache-2.0
#include "integer.h"
#include "op.h"

typedef struct thimble_dequantize_record {
    int32_t element_count;
    float scale;
    int32_t zero_point;
} thimble_dequantize_record;

// All but the input's type.
static thimble_status prepare_common(thimble_prepare *p) {
    const thimble_tensor_view *const input = &p->inputs[0], *const output = &p->output;
    THIMBLE_TRY(thimble_check_elementwise(p, 1, 1));
    THIMBLE_REQUIRE(p, output->type == THIMBLE_FLOAT32, output->index, "the output has to be float32");
    THIMBLE_REQUIRE(p, input->scale_count <= 1, input->index, "one scale per channel is not supported here");
    THIMBLE_TRY(thimble_check_quantized(p, input));
    *THIMBLE_RECORD(p, thimble_dequantize_record) = (thimble_dequantize_record){
        .element_count = (int32_t)input->element_count, .scale = input->scale, .zero_point = input->zero_point};
    return THIMBLE_OK;
}

static thimble_status prepare_int8(thimble_prepare *p) {
    THIMBLE_REQUIRE(p, p->inputs[0].type == THIMBLE_INT8, p->inputs[0].index,
                    "the input has to be int8 (with the op for all types: uint8 or int16 too)");
    return prepare_common(p);
}

static thimble_status prepare(thimble_prepare *p) {
    const thimble_tensor_view *const input = &p->inputs[0];
    THIMBLE_REQUIRE(p, input->type == THIMBLE_INT8 || input->type == THIMBLE_UINT8 || input->type == THIMBLE_INT16,
                    input->index, "the input has to be int8, uint8 or int16");
    return prepare_common(p);
}

static float real_value(const thimble_dequantize_record *r, int32_t value) {
    return r->scale * (float)(value - r->zero_point);
}

static void run_int8(const thimble_call *call) {
    const thimble_dequantize_record *r = call->record;
    const int8_t *input = call->inputs[0];
    float *output = call->outputs[0];
    for (int32_t i = 0; i < r->element_count; i++) {
        output[i] = real_value(r, input[i]);
    }
}

static void run(const thimble_call *call) {
    const thimble_dequantize_record *r = call->record;
    float *output = call->outputs[0];
    for (int32_t i = 0; i < r->element_count; i++) {
        output[i] = real_value(r, thimble_integer_load(call->inputs[0], i, (int32_t)call->type));
    }
}

THIMBLE_DEFINE_OP(dequantize_int8, "DEQUANTIZE", 6, prepare_int8, run_int8);
THIMBLE_DEFINE_OP(dequantize, "DEQUANTIZE", 6, prepare, run);
