// copy.h - copies a box of elements, of any size and type, between two arrays: for STRIDED_SLICE, TRANSPOSE, PAD and their like.
//
//     for all i[0] < loops[0].count, i[1] < loops[1].count ...
//         copy run_bytes from input  + input_begin  + sum of i[k] * loops[k].input_step
//                        to   output + output_begin + sum of i[k] * loops[k].output_step
//
// Everything is counted in bytes.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_COPY_H
#define THIMBLE_COPY_H

#include "op.h"

typedef struct thimble_copy_loop {
    int32_t count, input_step, output_step;
} thimble_copy_loop;

typedef struct thimble_copy {
    int32_t input_begin, output_begin;
    int32_t run_bytes;
    int32_t loop_count;
    thimble_copy_loop loops[THIMBLE_MAX_RANK];  // the outermost first
} thimble_copy;

// Takes loops over all dimensions that copy one element each, and makes the fewest and the longest runs of them.
// Returns how many bytes of *copy are in use.
uint32_t thimble_copy_simplify(thimble_copy *copy);

// Whether a simplified copy moves `bytes` bytes from the start of one array to the start of the other.
bool thimble_copy_is_plain(const thimble_copy *copy, uint32_t bytes);

// The copy from where `copy` writes to where it reads.
thimble_copy thimble_copy_reversed(const thimble_copy *copy);

void thimble_copy_run(const thimble_copy *copy, const void *input, void *output);

#endif
