// square.c - SQUARE: each element times itself, of float32.
//
// SPDX-License-Identifier: Apache-2.0
#include "unary.h"

static float value_f32(const void *record, float value) {
    (void)record;
    return value * value;
}

THIMBLE_DEFINE_UNARY_F32(square, "SQUARE", 92);
