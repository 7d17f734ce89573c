// add.c - ADD: the sum of two tensors.
//
// SPDX-License-Identifier: Apache-2.0
#include "sum.h"
#include "targets/target.h"

// TensorFlow Lite Micro leaves the activation out for int32.
static thimble_status prepare(thimble_prepare *p) {
    return thimble_sum_prepare(p, false);
}

static void run_int8(const thimble_call *call) {
    thimble_sum_run_int8(call, THIMBLE_KERNEL(sum_int8, THIMBLE_TARGET_SUM_INT8), false);
}

static void run_int16(const thimble_call *call) {
    thimble_sum_run_int16(call, false);
}

static void run(const thimble_call *call) {
    thimble_sum_run(call, THIMBLE_KERNEL(sum_int8, THIMBLE_TARGET_SUM_INT8), false);
}

THIMBLE_DEFINE_OP(add_int8, "ADD", 0, thimble_sum_prepare_int8, run_int8);
THIMBLE_DEFINE_OP(add_int16, "ADD", 0, thimble_sum_prepare_int16, run_int16);
THIMBLE_DEFINE_OP(add, "ADD", 0, prepare, run);
