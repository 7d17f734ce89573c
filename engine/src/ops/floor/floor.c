// floor.c - FLOOR: the largest whole number that is not above the element, of float32.
//
// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "unary.h"

static float value_f32(const void *record, float value) {
    (void)record;
    return floorf(value);
}

THIMBLE_DEFINE_UNARY_F32(floor, "FLOOR", 8);
