// average_pool_2d.c - AVERAGE_POOL_2D: which kernels it runs; pool_2d.c has the checks.
//
// SPDX-License-Identifier: Apache-2.0
#include "average_pool_2d.h"

#include "targets/target.h"

static void run_int8(const thimble_call *call) {
    thimble_pool_2d_run_int8(call, THIMBLE_KERNEL(average_pool_2d_int8, THIMBLE_TARGET_AVERAGE_POOL_2D_INT8));
}

static void run_int16(const thimble_call *call) {
    thimble_pool_2d_run_int16(call, thimble_average_pool_2d_int16_portable);
}

static void run(const thimble_call *call) {
    if (call->type == THIMBLE_FLOAT32) {
        thimble_pool_2d_run_f32(call, thimble_average_pool_2d_f32_portable);
    } else if (call->type == THIMBLE_INT16) {
        run_int16(call);
    } else {
        run_int8(call);
    }
}

THIMBLE_DEFINE_OP(average_pool_2d_int8, "AVERAGE_POOL_2D", 1, thimble_pool_2d_prepare_int8, run_int8);
THIMBLE_DEFINE_OP(average_pool_2d_int16, "AVERAGE_POOL_2D", 1, thimble_pool_2d_prepare_int16, run_int16);
THIMBLE_DEFINE_OP(average_pool_2d, "AVERAGE_POOL_2D", 1, thimble_pool_2d_prepare, run);
