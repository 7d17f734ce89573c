// greater_equal.c - GREATER_EQUAL: whether the first element is greater or equal.
//
// SPDX-License-Identifier: Apache-2.0
#include "compare.h"

static void run(const thimble_call *call) {
    thimble_compare_run(call, THIMBLE_IS_GREATER | THIMBLE_IS_EQUAL);
}

THIMBLE_DEFINE_OP(greater_equal, "GREATER_EQUAL", 62, thimble_compare_prepare, run);
