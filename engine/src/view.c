// view.c - ops that only give their input another shape.
//
// SPDX-License-Identifier: Apache-2.0
#include "view.h"

thimble_status thimble_view_prepare(thimble_prepare *p, uint32_t fewest_inputs, uint32_t most_inputs) {
    const thimble_tensor_view *const input = &p->inputs[0], *const output = &p->output;
    THIMBLE_TRY(thimble_check_elementwise(p, fewest_inputs, most_inputs));
    THIMBLE_REQUIRE(p, input->type == output->type, output->index, "input and output differ in type");
    *THIMBLE_RECORD(p, uint32_t) = input->data_bytes;
    p->is_view = true;
    return THIMBLE_OK;
}

void thimble_view_run(const thimble_call *call) {
    memcpy(call->outputs[0], call->inputs[0], *(const uint32_t *)call->record);
}
