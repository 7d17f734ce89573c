// pairwise.h - what the ops share that combine two tensors element by element: ADD, SUB and MUL.
//
// Shapes are aligned at their last dimension; where one input has 1 and the other more, it is repeated. Neighbouring
// dimensions that behave the same are one loop, along which each input either steps or stays. Loops from the inside
// out, the first of them is the *run* of a kernel:
//
//     [4][6][8] + [4][6][8]   192 x (1, 1)
//     [4][6][8] + [8]         8 x (1, 1), 24 x (8, 0)
//     [4][6][8] + [4][1][1]   48 x (1, 0), 4 x (48, 1)
//
// The record is small because it ends behind the last loop used.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_PAIRWISE_H
#define THIMBLE_PAIRWISE_H

#include "op.h"

typedef struct thimble_pairwise_loop {
    int32_t count;
    int32_t steps[2];  // of the two inputs, in elements; those of the run are 1 or 0
} thimble_pairwise_loop;

typedef struct thimble_pairwise {
    int32_t loop_count;                             // at least 1
    thimble_pairwise_loop loops[THIMBLE_MAX_RANK];  // loop_count of them exist
} thimble_pairwise;

// The range of the output for the types that are not quantized.
typedef union thimble_pairwise_range {
    struct {
        float lowest_f32, highest_f32;
    };
    struct {
        int32_t lowest_i32, highest_i32;
    };
} thimble_pairwise_range;

// Checks that there are two inputs and one output, all of type `type` and, if that is int8, quantized.
thimble_status thimble_pairwise_check(const thimble_prepare *p, thimble_type type);
thimble_status thimble_pairwise_check_int16(const thimble_prepare *p);

// Checks the shapes, fills *pairwise, which has to be the last member of the op's record, and cuts the record behind
// the last loop used. Proposes to work in place where an input has the output's shape.
thimble_status thimble_pairwise_prepare(thimble_prepare *p, thimble_pairwise *pairwise);

// The range after the fused activation `activation`; fails if the type is neither float32 nor int32.
thimble_status thimble_pairwise_range_prepare(const thimble_prepare *p, thimble_type type, int32_t activation,
                                              thimble_pairwise_range *range);

// Where a run starts, in elements. Zeroed for the first run.
typedef struct thimble_pairwise_walk {
    int32_t inputs[2], output;
    int32_t index[THIMBLE_MAX_RANK];
} thimble_pairwise_walk;

// Goes to the next run; false after the last one.
bool thimble_pairwise_next(const thimble_pairwise *pairwise, thimble_pairwise_walk *walk);

#endif
