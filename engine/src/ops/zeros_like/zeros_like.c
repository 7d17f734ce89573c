// zeros_like.c - ZEROS_LIKE: zero bytes in the input's shape; int8 too is a stored 0, whatever its zero point.
//
// SPDX-License-Identifier: Apache-2.0
#include "op.h"

static thimble_status prepare(thimble_prepare *p) {
    THIMBLE_TRY(thimble_check_elementwise(p, 1, 1));
    THIMBLE_REQUIRE(p, p->inputs[0].type == p->output.type, p->output.index, "input and output differ in type");
    *THIMBLE_RECORD(p, uint32_t) = p->output.data_bytes;
    return THIMBLE_OK;
}

static void run(const thimble_call *call) {
    memset(call->outputs[0], 0, *(const uint32_t *)call->record);
}

THIMBLE_DEFINE_OP_READING(zeros_like, "ZEROS_LIKE", 93, prepare, run, 0);
