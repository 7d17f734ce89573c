// minimum.c - MINIMUM: the smaller of two elements.
//
// SPDX-License-Identifier: Apache-2.0
#include "extremum.h"

static void run(const thimble_call *call) {
    thimble_extremum_run(call, false);
}

THIMBLE_DEFINE_OP(minimum, "MINIMUM", 57, thimble_extremum_prepare, run);
