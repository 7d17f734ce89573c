// logical_or.c - LOGICAL_OR: whether one of two elements is true.
//
// SPDX-License-Identifier: Apache-2.0
#include "logical.h"

static void run(const thimble_call *call) {
    thimble_logical_run(call, 1);
}

THIMBLE_DEFINE_OP(logical_or, "LOGICAL_OR", 84, thimble_logical_prepare, run);
