// greater.c - GREATER: whether the first element is greater.
//
// SPDX-License-Identifier: Apache-2.0
#include "compare.h"

static void run(const thimble_call *call) {
    thimble_compare_run(call, THIMBLE_IS_GREATER);
}

THIMBLE_DEFINE_OP(greater, "GREATER", 61, thimble_compare_prepare, run);
