// less_equal.c - LESS_EQUAL: whether the first element is less or equal.
//
// SPDX-License-Identifier: Apache-2.0
#include "compare.h"

static void run(const thimble_call *call) {
    thimble_compare_run(call, THIMBLE_IS_LESS | THIMBLE_IS_EQUAL);
}

THIMBLE_DEFINE_OP(less_equal, "LESS_EQUAL", 63, thimble_compare_prepare, run);
