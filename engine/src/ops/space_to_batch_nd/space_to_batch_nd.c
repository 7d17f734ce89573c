// space_to_batch_nd.c - SPACE_TO_BATCH_ND: an image, with a border, to one sub-image for each place of its blocks.
//
// SPDX-License-Identifier: Apache-2.0
#include "blocks.h"

static thimble_status prepare(thimble_prepare *p) {
    return thimble_blocks_prepare_batch(p, true);
}

THIMBLE_DEFINE_OP_READING(space_to_batch_nd, "SPACE_TO_BATCH_ND", 38, prepare, thimble_blocks_run_to_batch, 1);
