// sub.c - SUB: the difference of two tensors.
//
// SPDX-License-Identifier: Apache-2.0
#include "sum.h"
#include "targets/target.h"

static thimble_status prepare(thimble_prepare *p) {
    return thimble_sum_prepare(p, true);
}

static void run_int8(const thimble_call *call) {
    thimble_sum_run_int8(call, THIMBLE_KERNEL(sum_int8, THIMBLE_TARGET_SUM_INT8), true);
}

static void run_int16(const thimble_call *call) {
    thimble_sum_run_int16(call, true);
}

static void run(const thimble_call *call) {
    thimble_sum_run(call, THIMBLE_KERNEL(sum_int8, THIMBLE_TARGET_SUM_INT8), true);
}

THIMBLE_DEFINE_OP(sub_int8, "SUB", 41, thimble_sum_prepare_int8, run_int8);
THIMBLE_DEFINE_OP(sub_int16, "SUB", 41, thimble_sum_prepare_int16, run_int16);
THIMBLE_DEFINE_OP(sub, "SUB", 41, prepare, run);
