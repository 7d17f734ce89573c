// split.c - SPLIT: parts of the same size along an axis.
//
// SPDX-License-Identifier: Apache-2.0
#include "part.h"

enum { AXIS, INPUT };

static thimble_status prepare(thimble_prepare *p) {
    int32_t axis;
    THIMBLE_TRY(thimble_part_axis(p, AXIS, &axis));
    return thimble_part_prepare(p, INPUT, axis, false);
}

THIMBLE_DEFINE_OP(split, "SPLIT", 49, prepare, thimble_part_run);
