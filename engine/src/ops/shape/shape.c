// shape.c - SHAPE: the input's dimensions, which are known before anything runs.
//
// SPDX-License-Identifier: Apache-2.0
#include "op.h"

typedef struct shape_record {
    int32_t rank;
    int32_t shape[THIMBLE_MAX_RANK];
} shape_record;

static thimble_status prepare(thimble_prepare *p) {
    THIMBLE_TRY(thimble_check_slots(p, 1, 1));
    const thimble_tensor_view *const input = &p->inputs[0], *const output = &p->output;
    THIMBLE_REQUIRE(p, output->type == THIMBLE_INT32 && output->element_count == (uint32_t)input->rank, output->index,
                    "the output has to be int32, one element for each dimension of the input");
    shape_record *record = THIMBLE_RECORD(p, shape_record);
    record->rank = input->rank;
    memcpy(record->shape, input->shape, sizeof record->shape);
    return THIMBLE_OK;
}

static void run(const thimble_call *call) {
    const shape_record *record = call->record;
    memcpy(call->outputs[0], record->shape, (size_t)record->rank * sizeof *record->shape);
}

THIMBLE_DEFINE_OP_READING(shape, "SHAPE", 77, prepare, run, 0);
