// maximum.c - MAXIMUM: the larger of two elements.
//
// SPDX-License-Identifier: Apache-2.0
#include "extremum.h"

static void run(const thimble_call *call) {
    thimble_extremum_run(call, true);
}

THIMBLE_DEFINE_OP(maximum, "MAXIMUM", 55, thimble_extremum_prepare, run);
