// not_equal.c - NOT_EQUAL: whether two elements differ; what is not a number differs from everything.
//
// SPDX-License-Identifier: Apache-2.0
#include "compare.h"

static void run(const thimble_call *call) {
    thimble_compare_run(call, THIMBLE_IS_LESS | THIMBLE_IS_GREATER | THIMBLE_IS_NEITHER);
}

THIMBLE_DEFINE_OP(not_equal, "NOT_EQUAL", 72, thimble_compare_prepare, run);
