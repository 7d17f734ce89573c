// softmax.c - SOFTMAX: checks and preparation.
//
// SPDX-License-Identifier: Apache-2.0
#include "softmax.h"

#include "op.h"

enum { BETA };  // SoftmaxOptions
enum { INTEGER_BITS = 5 };

static thimble_status prepare_shape(thimble_prepare *p, thimble_softmax_record *record) {
    THIMBLE_TRY(thimble_check_slots(p, 1, 1));
    const thimble_tensor_view *const input = &p->inputs[0], *const output = &p->output;
    THIMBLE_REQUIRE(p, input->rank >= 1 && thimble_same_shape(input, output), output->index,
                    "the input needs a dimension, and the output its shape");
    record->columns = input->shape[input->rank - 1];
    record->rows = record->columns == 0 ? 0 : (int32_t)input->element_count / record->columns;
    return THIMBLE_OK;
}

// Whether a scale is within 0.1 % of what it has to be.
static bool is_near(float scale, float wanted) {
    return (thimble_float_bits(scale - wanted) & INT32_MAX) <= thimble_float_bits(0.001f * wanted);  // without the sign
}

// From int8, to an output whose quantization is fixed: it has to be right if `fits`.
static thimble_status prepare_from_int8(thimble_prepare *p, bool fits) {
    const thimble_tensor_view *const input = &p->inputs[0];
    thimble_softmax_record *record = THIMBLE_RECORD(p, thimble_softmax_record);
    THIMBLE_TRY(prepare_shape(p, record));
    THIMBLE_REQUIRE(p, input->type == THIMBLE_INT8 && fits && p->output.scale_count >= 1, p->output.index,
                    "int8 is needed, with scale 1/256 and zero point -128 in the output (with the op for all types: "
                    "float32, int16 to int16, or int8 to int16 with 1/65536 and -32768, too)");
    THIMBLE_TRY(thimble_check_quantized(p, input));
    const float beta = thimble_option_f32(p, BETA, 0);
    THIMBLE_REQUIRE(p, thimble_is_positive(beta), -1, "beta has to be above 0");
    record->factor = thimble_rescale_of(beta, input->scale, 1, 31 - INTEGER_BITS);
    THIMBLE_REQUIRE(p, record->factor.shift > 0, input->index, "beta times the input's scale is too small");
    if (record->factor.shift > 31) {
        record->factor = (thimble_rescale){INT32_MAX, 31};
    }
    record->farthest = (((1 << INTEGER_BITS) - 1) << (31 - INTEGER_BITS)) >> record->factor.shift;
    record->output_is_int16 = p->output.type == THIMBLE_INT16;
    return THIMBLE_OK;
}

static bool is_quantized(const thimble_tensor_view *tensor, thimble_type type, float scale, int32_t zero_point) {
    return tensor->type == type && thimble_float_bits(tensor->scale) == thimble_float_bits(scale) &&
           tensor->zero_point == zero_point;
}

static thimble_status prepare_int8(thimble_prepare *p) {
    p->in_place = 0;
    return prepare_from_int8(p, is_quantized(&p->output, THIMBLE_INT8, 1.0f / 256, INT8_MIN));
}

static thimble_status prepare_int16(thimble_prepare *p) {
    // 10 / 65535 as a double; more columns could overflow their sum.
    const uint64_t ten_of_range = 0x14001400140014;
    const int32_t ten_of_range_exponent = -13 - 52, most_columns = 65536;
    const thimble_tensor_view *const input = &p->inputs[0], *const output = &p->output;
    thimble_softmax_record *record = THIMBLE_RECORD(p, thimble_softmax_record);
    THIMBLE_TRY(prepare_shape(p, record));
    THIMBLE_TRY(thimble_check_int16(p, input));
    THIMBLE_TRY(thimble_check_int16(p, output));
    THIMBLE_REQUIRE(p, is_near(output->scale, 1.0f / 32768), output->index, "an int16 output needs scale 1/32768");
    THIMBLE_REQUIRE(p, record->columns <= most_columns, input->index, "int16 rows may have at most 65536 values");
    const float beta = thimble_option_f32(p, BETA, 0);
    THIMBLE_REQUIRE(p, thimble_is_positive(beta), -1, "beta has to be above 0");
    record->int16 = thimble_rescale_by_double(beta, input->scale, ten_of_range, ten_of_range_exponent);
    THIMBLE_REQUIRE(p, record->int16.shift <= 30, input->index, "beta times the input's scale is too large");
    p->in_place = 0;
    return THIMBLE_OK;
}

static thimble_status prepare(thimble_prepare *p) {
    if (p->inputs[0].type == THIMBLE_INT16) {
        return prepare_int16(p);
    }
    if (p->inputs[0].type != THIMBLE_FLOAT32) {
        return p->output.type == THIMBLE_INT16
                   ? prepare_from_int8(p, is_near(p->output.scale, 1.0f / 65536) && p->output.zero_point == INT16_MIN)
                   : prepare_int8(p);
    }
    thimble_softmax_record *record = THIMBLE_RECORD(p, thimble_softmax_record);
    THIMBLE_TRY(prepare_shape(p, record));
    THIMBLE_REQUIRE(p, p->output.type == THIMBLE_FLOAT32, p->output.index, "the output has to be float32, too");
    record->beta = thimble_option_f32(p, BETA, 0);
    p->in_place = 0;
    return THIMBLE_OK;
}

static void run_int8(const thimble_call *call) {
    const thimble_softmax_int8_args args = {
        .record = call->record, .input = call->inputs[0], .output = call->outputs[0]};
    thimble_softmax_int8_portable(&args);
}

static void run_int16(const thimble_call *call) {
    const thimble_softmax_int16_args args = {
        .record = call->record, .input = call->inputs[0], .output = call->outputs[0]};
    thimble_softmax_int16_portable(&args);
}

static void run(const thimble_call *call) {
    const thimble_softmax_record *record = call->record;
    if (call->type == THIMBLE_FLOAT32) {
        const thimble_softmax_f32_args args = {.record = record, .input = call->inputs[0], .output = call->outputs[0]};
        thimble_softmax_f32_portable(&args);
    } else if (call->type == THIMBLE_INT16) {
        run_int16(call);
    } else if (record->output_is_int16) {
        const thimble_softmax_int8_int16_args args = {
            .record = record, .input = call->inputs[0], .output = call->outputs[0]};
        thimble_softmax_int8_int16_portable(&args);
    } else {
        run_int8(call);
    }
}

THIMBLE_DEFINE_OP(softmax_int8, "SOFTMAX", 25, prepare_int8, run_int8);
THIMBLE_DEFINE_OP(softmax_int16, "SOFTMAX", 25, prepare_int16, run_int16);
THIMBLE_DEFINE_OP(softmax, "SOFTMAX", 25, prepare, run);
