// split_v.c - SPLIT_V: parts along an axis, of the outputs' sizes.
//
// SPDX-License-Identifier: Apache-2.0
#include "part.h"

enum { INPUT, SIZES, AXIS };

static thimble_status prepare(thimble_prepare *p) {
    int32_t axis;
    THIMBLE_TRY(thimble_part_axis(p, AXIS, &axis));
    return thimble_part_prepare(p, INPUT, axis, false);
}

THIMBLE_DEFINE_OP_READING(split_v, "SPLIT_V", 102, prepare, thimble_part_run, 1);
