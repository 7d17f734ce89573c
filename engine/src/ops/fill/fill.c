// fill.c - FILL: one value in all elements of the output, whose shape is what the file says.
//
// SPDX-License-Identifier: Apache-2.0
#include "copy.h"

enum { SHAPE, VALUE };

static thimble_status prepare(thimble_prepare *p) {
    THIMBLE_TRY(thimble_check_slots(p, 2, 2));
    const thimble_tensor_view *const value = &p->inputs[VALUE], *const output = &p->output;
    THIMBLE_REQUIRE(p, value->type == output->type && value->element_count == 1, value->index,
                    "the value has to be one element of the output's type");
    const int32_t bytes = (int32_t)thimble_type_bytes((int32_t)value->type);
    thimble_copy *copy = THIMBLE_RECORD(p, thimble_copy);
    *copy = (thimble_copy){.run_bytes = bytes, .loop_count = 1, .loops = {{(int32_t)output->element_count, 0, bytes}}};
    p->record_bytes = thimble_copy_simplify(copy);
    return THIMBLE_OK;
}

static void run(const thimble_call *call) {
    thimble_copy_run(call->record, call->inputs[VALUE], call->outputs[0]);
}

THIMBLE_DEFINE_OP(fill, "FILL", 94, prepare, run);
