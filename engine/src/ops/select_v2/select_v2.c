// select_v2.c - SELECT_V2: where the condition is true the element of the second input, else of the third.
//
// All three are repeated along dimensions where they have 1 and the output more.
//
// SPDX-License-Identifier: Apache-2.0
#include "op.h"

enum { CONDITION, THEN, OTHERWISE, INPUTS };

typedef struct select_loop {
    int32_t count;
    int32_t steps[INPUTS];  // in elements
} select_loop;

typedef struct thimble_select_record {
    int32_t count, element_bytes;
    int32_t rank;
    select_loop loops[THIMBLE_MAX_RANK];  // the innermost first
} thimble_select_record;

static thimble_status prepare(thimble_prepare *p) {
    THIMBLE_TRY(thimble_check_slots(p, 3, 3));
    const thimble_tensor_view *const output = &p->output;
    THIMBLE_REQUIRE(p,
                    p->inputs[CONDITION].type == THIMBLE_BOOL && p->inputs[THEN].type == output->type &&
                        p->inputs[OTHERWISE].type == output->type,
                    output->index, "the condition has to be bool, the other inputs of the output's type");
    thimble_select_record *record = THIMBLE_RECORD(p, thimble_select_record);
    record->count = (int32_t)output->element_count;
    record->element_bytes = (int32_t)thimble_type_bytes((int32_t)output->type);
    record->rank = output->rank;
    int32_t sizes[INPUTS] = {1, 1, 1};
    for (int32_t i = 0; i < output->rank; i++) {
        select_loop *loop = &record->loops[i];
        loop->count = output->shape[output->rank - 1 - i];
        for (int32_t k = 0; k < INPUTS; k++) {
            const thimble_tensor_view *const input = &p->inputs[k];
            const int32_t size = i < input->rank ? input->shape[input->rank - 1 - i] : 1;
            THIMBLE_REQUIRE(
                p, (size == loop->count || size == 1) && (input->rank <= output->rank || input->element_count == 1),
                input->index, "the input cannot be repeated to the output's shape");
            loop->steps[k] = size == loop->count ? sizes[k] : 0;
            sizes[k] *= size;
        }
    }
    for (int32_t k = 0; k < INPUTS; k++) {
        THIMBLE_REQUIRE(p, p->inputs[k].element_count == (uint32_t)sizes[k], p->inputs[k].index,
                        "the input cannot be repeated to the output's shape");
    }
    p->record_bytes =
        (uint32_t)offsetof(thimble_select_record, loops) + (uint32_t)output->rank * (uint32_t)sizeof(select_loop);
    return THIMBLE_OK;
}

static void run(const thimble_call *call) {
    const thimble_select_record *r = call->record;
    const size_t bytes = (size_t)r->element_bytes;
    const uint8_t *condition = call->inputs[CONDITION];
    uint8_t *output = call->outputs[0];
    int32_t at[INPUTS] = {0}, index[THIMBLE_MAX_RANK] = {0};
    for (int32_t i = 0; i < r->count; i++) {
        const int32_t from = condition[at[CONDITION]] != 0 ? THEN : OTHERWISE;
        memcpy(output + (size_t)i * bytes, (const uint8_t *)call->inputs[from] + (size_t)at[from] * bytes, bytes);
        // Count on, as an odometer does.
        for (int32_t d = 0; d < r->rank; d++) {
            const select_loop *loop = &r->loops[d];
            const bool ends = ++index[d] == loop->count;
            for (int32_t k = 0; k < INPUTS; k++) {
                at[k] += ends ? -loop->steps[k] * (loop->count - 1) : loop->steps[k];
            }
            if (!ends) {
                break;
            }
            index[d] = 0;
        }
    }
}

THIMBLE_DEFINE_OP(select_v2, "SELECT_V2", 123, prepare, run);
