// neg.c - NEG: each element with the other sign, of float32.
//
// SPDX-License-Identifier: Apache-2.0
#include "unary.h"

static float value_f32(const void *record, float value) {
    (void)record;
    return -value;
}

THIMBLE_DEFINE_UNARY_F32(neg, "NEG", 59);
