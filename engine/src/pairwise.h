// pairwise.h - what the ops share that combine two tensors element by element: ADD, SUB and MUL.
//
// Shapes are aligned at their last dimension; where one input has 1 and the other more, it is repeated. Neighbouring
// dimensions that behave the same are one. What remains is a *run* of output elements, along which each input either
// steps from element to element or stays, and loops around it (levels[0] is the innermost):
//
//     [4][6][8] + [4][6][8]   run 48 x 4, both step                       no loop
//     [4][6][8] + [8]         run 8, both step                            levels: 24, the second starts over
//     [4][6][8] + [4][1][1]   run 48, the second stays                    levels: 4
//
// The record is small because it ends behind the last level used.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_PAIRWISE_H
#define THIMBLE_PAIRWISE_H

#include "op.h"

enum { THIMBLE_PAIRWISE_LEVELS = THIMBLE_MAX_RANK - 1 };

typedef struct thimble_pairwise_level {
    int32_t count;
    int32_t first_step, second_step;  // elements to go on by, once the loops inside have ended
} thimble_pairwise_level;

typedef struct thimble_pairwise {
    int32_t run;                      // output elements
    uint8_t first_step, second_step;  // within the run: 1 or 0
    uint8_t level_count;
    thimble_pairwise_level levels[THIMBLE_PAIRWISE_LEVELS];  // level_count of them exist
} thimble_pairwise;

typedef struct thimble_pairwise_tensors {
    thimble_tensor_view first, second, output;
} thimble_pairwise_tensors;

// The range of the output for the types that are not quantized.
typedef union thimble_pairwise_range {
    struct {
        float lowest_f32, highest_f32;
    };
    struct {
        int32_t lowest_i32, highest_i32;
    };
} thimble_pairwise_range;

// Reads the two inputs and the output; checks that all have one type, int8 (or float32 or int32 if `all_types`), and
// that int8 is quantized.
thimble_status thimble_pairwise_tensors_check(const thimble_prepare *p, bool all_types, thimble_pairwise_tensors *t);

// Checks the shapes, fills *pairwise, which has to be the last member of the op's record, and cuts the record behind
// the last level used. Proposes to work in place where an input has the output's shape.
thimble_status thimble_pairwise_prepare(thimble_prepare *p, const thimble_pairwise_tensors *t,
                                        thimble_pairwise *pairwise);

// The range after the fused activation `activation`, for outputs of type float32 or int32.
thimble_status thimble_pairwise_range_prepare(const thimble_prepare *p, thimble_type type, int32_t activation,
                                              thimble_pairwise_range *range);

// Where a run starts, in elements. Zeroed for the first run.
typedef struct thimble_pairwise_walk {
    int32_t first, second, output;
    int32_t index[THIMBLE_PAIRWISE_LEVELS];
} thimble_pairwise_walk;

// Goes to the next run; false after the last one.
bool thimble_pairwise_next(const thimble_pairwise *pairwise, thimble_pairwise_walk *walk);

#endif
