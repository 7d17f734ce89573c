// logical_not.c - LOGICAL_NOT: whether the element is false.
//
// SPDX-License-Identifier: Apache-2.0
#include "op.h"

static thimble_status prepare(thimble_prepare *p) {
    THIMBLE_TRY(thimble_check_elementwise(p, 1, 1));
    THIMBLE_REQUIRE(p, p->inputs[0].type == THIMBLE_BOOL && p->output.type == THIMBLE_BOOL, p->output.index,
                    "input and output have to be bool");
    *THIMBLE_RECORD(p, uint32_t) = p->output.element_count;
    p->in_place = 0;
    return THIMBLE_OK;
}

static void run(const thimble_call *call) {
    const uint8_t *input = call->inputs[0];
    uint8_t *output = call->outputs[0];
    for (uint32_t i = 0; i < *(const uint32_t *)call->record; i++) {
        output[i] = input[i] == 0;
    }
}

THIMBLE_DEFINE_OP(logical_not, "LOGICAL_NOT", 87, prepare, run);
