// quantize.c - QUANTIZE: checks and preparation.
//
// SPDX-License-Identifier: Apache-2.0
#include "quantize.h"

#include "op.h"
#include "targets/target.h"

// The types that can be stored, as bits.
enum { INTEGERS = 1 << THIMBLE_INT8 | 1 << THIMBLE_UINT8 | 1 << THIMBLE_INT16 | 1 << THIMBLE_INT32 };

// All but what depends on the types.
static thimble_status prepare_common(thimble_prepare *p) {
    const thimble_tensor_view *const input = &p->inputs[0], *const output = &p->output;
    THIMBLE_TRY(thimble_check_elementwise(p, 1, 1));
    THIMBLE_REQUIRE(p, (input->scale_count | output->scale_count) <= 1, output->index,
                    "one scale per channel is not supported here");
    THIMBLE_TRY(thimble_check_quantized(p, output));
    thimble_quantize_record *record = THIMBLE_RECORD(p, thimble_quantize_record);
    record->element_count = (int32_t)input->element_count;
    record->output_zero_point = output->zero_point;
    record->output_scale = output->scale;
    p->in_place = 0;
    return THIMBLE_OK;
}

static thimble_status prepare_int8(thimble_prepare *p) {
    THIMBLE_REQUIRE(p, p->inputs[0].type == THIMBLE_FLOAT32 && p->output.type == THIMBLE_INT8, p->output.index,
                    "types have to be float32 to int8 (with the op for all types: others too)");
    return prepare_common(p);
}

static thimble_status prepare(thimble_prepare *p) {
    const thimble_tensor_view *const input = &p->inputs[0], *const output = &p->output;
    const bool is_float = input->type == THIMBLE_FLOAT32;
    THIMBLE_REQUIRE(p,
                    (INTEGERS >> output->type & 1) != 0 &&
                        (is_float ? output->type != THIMBLE_INT32 : (INTEGERS >> input->type & 1) != 0),
                    output->index,
                    "types have to be int8, uint8, int16 or int32, or float32 to one of the first three");
    THIMBLE_TRY(prepare_common(p));
    thimble_quantize_record *record = THIMBLE_RECORD(p, thimble_quantize_record);
    record->input_type = (uint8_t)input->type;
    record->output_type = (uint8_t)output->type;
    if (output->data_bytes > input->data_bytes) {
        p->in_place = -1;
    }
    if (!is_float) {
        THIMBLE_TRY(thimble_check_quantized(p, input));
        const thimble_rescale factor = thimble_rescale_of(input->scale, 1, output->scale, 0);
        THIMBLE_REQUIRE(p, factor.shift <= 30, output->index, "the scales are too far apart");
        record->input_zero_point = input->zero_point;
        record->multiplier = factor.multiplier;
        record->shift = (int8_t)factor.shift;
        p->is_view = input->type == output->type && input->zero_point == output->zero_point &&
                     factor.multiplier == 1 << 30 && factor.shift == 1;  // times 1
    }
    return THIMBLE_OK;
}

static void run_int8(const thimble_call *call) {
    const thimble_quantize_int8_args args = {
        .record = call->record, .input = call->inputs[0], .output = call->outputs[0]};
    THIMBLE_KERNEL(quantize_int8, THIMBLE_TARGET_QUANTIZE_INT8)(&args);
}

static void run(const thimble_call *call) {
    const thimble_quantize_record *record = call->record;
    if (call->type == THIMBLE_FLOAT32 && record->output_type == THIMBLE_INT8) {
        run_int8(call);
        return;
    }
    const thimble_quantize_args args = {.record = call->record, .input = call->inputs[0], .output = call->outputs[0]};
    thimble_quantize_portable(&args);
}

THIMBLE_DEFINE_OP(quantize_int8, "QUANTIZE", 114, prepare_int8, run_int8);
THIMBLE_DEFINE_OP(quantize, "QUANTIZE", 114, prepare, run);
