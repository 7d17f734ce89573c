// sqrt.c - SQRT: the square root of each element, of float32.
//
// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "unary.h"

static float value_f32(const void *record, float value) {
    (void)record;
    return sqrtf(value);
}

THIMBLE_DEFINE_UNARY_F32(sqrt, "SQRT", 75);
