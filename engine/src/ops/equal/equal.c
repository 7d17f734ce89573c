// equal.c - EQUAL: whether two elements are equal.
//
// SPDX-License-Identifier: Apache-2.0
#include "compare.h"

static void run(const thimble_call *call) {
    thimble_compare_run(call, THIMBLE_IS_EQUAL);
}

THIMBLE_DEFINE_OP(equal, "EQUAL", 71, thimble_compare_prepare, run);
