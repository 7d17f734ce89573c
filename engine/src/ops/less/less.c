// less.c - LESS: whether the first element is less.
//
// SPDX-License-Identifier: Apache-2.0
#include "compare.h"

static void run(const thimble_call *call) {
    thimble_compare_run(call, THIMBLE_IS_LESS);
}

THIMBLE_DEFINE_OP(less, "LESS", 58, thimble_compare_prepare, run);
