// blocks.h - moves between an image and the sub-images of its blocks, for SPACE_TO_BATCH_ND and SPACE_TO_DEPTH and back.
//
// An image is cut into blocks of `height` x `width` pixels. The pixels at the same place of all blocks make up a sub-image,
// `places` = height * width of them:
//
//     image 4x4    a b a b      places  a . b . c . d     batch: one after the other   [place * batches + b][4/2][4/2][c]
//                  c d c d      of a 2x2 block            depth: side by side          [b][4/2][4/2][place * c]
//                  a b a b
//                  c d c d
//
// Before it is cut, SPACE_TO_BATCH_ND puts a border of real zero around the image; BATCH_TO_SPACE_ND takes it off.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_BLOCKS_H
#define THIMBLE_BLOCKS_H

#include "op.h"

// Inputs: data of 4 dimensions (or 3: no width), block sizes, borders [2 or 1][before, after]; the last two constant.
thimble_status thimble_blocks_prepare_batch(thimble_prepare *p, bool to_batch);
void thimble_blocks_run_to_batch(const thimble_call *call);
void thimble_blocks_run_from_batch(const thimble_call *call);

// One input of 4 dimensions; the size of the square blocks is option 0.
thimble_status thimble_blocks_prepare_depth(thimble_prepare *p, bool to_depth);
void thimble_blocks_run_depth(const thimble_call *call);

#endif
