// unpack.c - UNPACK: an output for each index along an axis, without that axis.
//
// SPDX-License-Identifier: Apache-2.0
#include "part.h"

enum { COUNT, AXIS };  // UnpackOptions

static thimble_status prepare(thimble_prepare *p) {
    return thimble_part_prepare(p, 0, thimble_option_i32(p, AXIS, 0), true);
}

THIMBLE_DEFINE_OP(unpack, "UNPACK", 88, prepare, thimble_part_run);
