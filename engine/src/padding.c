// padding.c - puts a border around a tensor: fills the output, then copies the input into it.
//
// SPDX-License-Identifier: Apache-2.0
#include "padding.h"

#include "copy.h"

enum { INPUT, PADDINGS, VALUE };

typedef struct thimble_padding_record {
    uint32_t output_bytes;
    uint8_t element_bytes;
    uint8_t zero;  // every byte of the stored real zero
    thimble_copy copy;
} thimble_padding_record;

// The value, if there is one, has to be stored as the output is.
static thimble_status check_value(const thimble_prepare *p, const thimble_tensor_view *output) {
    const thimble_tensor_view value = thimble_prepare_input(p, VALUE);
    const bool quantized = output->type == THIMBLE_INT8 || output->type == THIMBLE_UINT8;
    THIMBLE_REQUIRE(p,
                    value.index == THIMBLE_NO_TENSOR ||
                        (value.type == output->type && value.element_count == 1 &&
                         (!quantized || (value.scale == output->scale && value.zero_point == output->zero_point))),
                    value.index, "the padding value has to be one element, of the output's type and quantization");
    return THIMBLE_OK;
}

thimble_status thimble_padding_prepare(thimble_prepare *p) {
    THIMBLE_TRY(thimble_check_slots(p, 2, 3));
    const thimble_tensor_view *const input = &p->inputs[0], *const output = &p->output;
    THIMBLE_REQUIRE(p, input->type == output->type && input->rank == output->rank, output->index,
                    "input and output differ in type or number of dimensions");
    THIMBLE_TRY(check_value(p, output));
    int32_t paddings[2 * THIMBLE_MAX_RANK];
    THIMBLE_REQUIRE(p, thimble_prepare_constant_i32(p, PADDINGS, paddings, 2 * THIMBLE_MAX_RANK) == 2 * input->rank,
                    thimble_prepare_input(p, PADDINGS).index,
                    "the paddings have to be constant: two int32 for each dimension");

    thimble_padding_record *record = THIMBLE_RECORD(p, thimble_padding_record);
    const uint32_t element_bytes = thimble_type_bytes((int32_t)input->type);
    record->output_bytes = output->data_bytes;
    record->element_bytes = (uint8_t)element_bytes;
    record->zero = output->type == THIMBLE_INT8 || output->type == THIMBLE_UINT8 ? (uint8_t)output->zero_point : 0;
    record->copy = (thimble_copy){.run_bytes = (int32_t)element_bytes, .loop_count = input->rank};
    int32_t input_step = (int32_t)element_bytes, output_step = (int32_t)element_bytes;
    for (int32_t i = input->rank - 1; i >= 0; i--) {
        const int32_t before = paddings[2 * i], after = paddings[2 * i + 1];
        THIMBLE_REQUIRE(p, before >= 0 && after >= 0 && (int64_t)input->shape[i] + before + after == output->shape[i],
                        output->index, "the output's shape is not the input's with the paddings");
        record->copy.loops[i] = (thimble_copy_loop){input->shape[i], input_step, output_step};
        record->copy.output_begin += input->shape[i] > 0 ? before * output_step : 0;
        input_step *= input->shape[i];
        output_step *= output->shape[i];
    }
    p->record_bytes = (uint32_t)offsetof(thimble_padding_record, copy) + thimble_copy_simplify(&record->copy);
    p->is_view = thimble_copy_is_plain(&record->copy, output->data_bytes);
    return THIMBLE_OK;
}

void thimble_padding_run(const thimble_call *call) {
    const thimble_padding_record *r = call->record;
    const uint8_t *value = thimble_optional_input(call, VALUE);
    uint8_t *output = call->outputs[0];
    if (value == NULL || r->element_bytes == 1) {
        memset(output, value == NULL ? r->zero : *value, r->output_bytes);
    } else {
        for (uint32_t at = 0; at < r->output_bytes; at += r->element_bytes) {
            memcpy(output + at, value, r->element_bytes);
        }
    }
    thimble_copy_run(&r->copy, call->inputs[INPUT], output);
}
