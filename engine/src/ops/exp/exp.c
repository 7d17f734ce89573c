// exp.c - EXP: e to the power of each element, of float32.
//
// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "unary.h"

static float value_f32(const void *record, float value) {
    (void)record;
    return expf(value);
}

THIMBLE_DEFINE_UNARY_F32(exp, "EXP", 47);
