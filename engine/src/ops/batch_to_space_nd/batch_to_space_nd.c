// batch_to_space_nd.c - BATCH_TO_SPACE_ND: sub-images to the image whose blocks they are, without its border.
//
// SPDX-License-Identifier: Apache-2.0
#include "blocks.h"

static thimble_status prepare(thimble_prepare *p) {
    return thimble_blocks_prepare_batch(p, false);
}

THIMBLE_DEFINE_OP_READING(batch_to_space_nd, "BATCH_TO_SPACE_ND", 37, prepare, thimble_blocks_run_from_batch, 1);
