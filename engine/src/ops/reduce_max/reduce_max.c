// reduce_max.c - REDUCE_MAX: the largest value along some axes.
//
// SPDX-License-Identifier: Apache-2.0
#include "reduce.h"

static void run_int8(const thimble_call *call) {
    thimble_reduce_extremum_run_int8(call, true);
}

static void run(const thimble_call *call) {
    thimble_reduce_extremum_run(call, true);
}

THIMBLE_DEFINE_OP(reduce_max_int8, "REDUCE_MAX", 82, thimble_reduce_extremum_prepare_int8, run_int8);
THIMBLE_DEFINE_OP(reduce_max, "REDUCE_MAX", 82, thimble_reduce_extremum_prepare, run);
