// space_to_depth.c - SPACE_TO_DEPTH: the pixels of a block side by side, as channels of one pixel.
//
// SPDX-License-Identifier: Apache-2.0
#include "blocks.h"

static thimble_status prepare(thimble_prepare *p) {
    return thimble_blocks_prepare_depth(p, true);
}

THIMBLE_DEFINE_OP(space_to_depth, "SPACE_TO_DEPTH", 26, prepare, thimble_blocks_run_depth);
