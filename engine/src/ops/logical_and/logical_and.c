// logical_and.c - LOGICAL_AND: whether both elements are true.
//
// SPDX-License-Identifier: Apache-2.0
#include "logical.h"

static void run(const thimble_call *call) {
    thimble_logical_run(call, 2);
}

THIMBLE_DEFINE_OP(logical_and, "LOGICAL_AND", 86, thimble_logical_prepare, run);
