// logical.c - combines two elements that are true or false.
//
// SPDX-License-Identifier: Apache-2.0
#include "logical.h"

thimble_status thimble_logical_prepare(thimble_prepare *p) {
    THIMBLE_TRY(thimble_check_slots(p, 2, 2));
    THIMBLE_REQUIRE(
        p, p->inputs[0].type == THIMBLE_BOOL && p->inputs[1].type == THIMBLE_BOOL && p->output.type == THIMBLE_BOOL,
        p->output.index, "inputs and output have to be bool");
    return thimble_pairwise_prepare(p, THIMBLE_RECORD(p, thimble_pairwise));
}

void thimble_logical_run(const thimble_call *call, int32_t fewest) {
    const thimble_pairwise *pairwise = call->record;
    const thimble_pairwise_loop run = pairwise->loops[0];
    const uint8_t *first = call->inputs[0], *second = call->inputs[1];
    uint8_t *output = call->outputs[0];
    thimble_pairwise_walk at = {0};
    do {
        for (int32_t i = 0; i < run.count; i++) {
            const int32_t count =
                (first[at.inputs[0] + i * run.steps[0]] != 0) + (second[at.inputs[1] + i * run.steps[1]] != 0);
            output[at.output + i] = count >= fewest;
        }
    } while (thimble_pairwise_next(pairwise, &at));
}
