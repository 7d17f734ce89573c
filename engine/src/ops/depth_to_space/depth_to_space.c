// depth_to_space.c - DEPTH_TO_SPACE: the channels of a pixel as a block of pixels.
//
// SPDX-License-Identifier: Apache-2.0
#include "blocks.h"

static thimble_status prepare(thimble_prepare *p) {
    return thimble_blocks_prepare_depth(p, false);
}

THIMBLE_DEFINE_OP(depth_to_space, "DEPTH_TO_SPACE", 5, prepare, thimble_blocks_run_depth);
