// reduce_min.c - REDUCE_MIN: the smallest value along some axes.
//
// SPDX-License-Identifier: Apache-2.0
#include "reduce.h"

static void run_int8(const thimble_call *call) {
    thimble_reduce_extremum_run_int8(call, false);
}

static void run(const thimble_call *call) {
    thimble_reduce_extremum_run(call, false);
}

THIMBLE_DEFINE_OP(reduce_min_int8, "REDUCE_MIN", 89, thimble_reduce_extremum_prepare_int8, run_int8);
THIMBLE_DEFINE_OP(reduce_min, "REDUCE_MIN", 89, thimble_reduce_extremum_prepare, run);
