// reduce.h - what the ops share that make one value of many along some axes: MEAN, SUM, REDUCE_MAX and REDUCE_MIN.
//
// Neighbouring dimensions that are both kept or both reduced count as one. So every input is an array
//
//     [k][r][k][r][k][r][k]     k: kept, the output's dimensions; r: reduced; 1 where there is none
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_REDUCE_H
#define THIMBLE_REDUCE_H

#include "op.h"

enum { THIMBLE_REDUCE_SIZES = 7 };

// Finds the sizes from the first input and the constant axes in the second; checks the output's size. Returns by *count
// how many values make one output; if that is 0, sizes[1] is.
thimble_status thimble_reduce_prepare(const thimble_prepare *p, int32_t sizes[THIMBLE_REDUCE_SIZES], uint32_t *count);

// How far apart neighbours are, and how many outputs there are.
typedef struct thimble_reduce_walk {
    int32_t steps[THIMBLE_REDUCE_SIZES];
    int32_t output_count;
} thimble_reduce_walk;

thimble_reduce_walk thimble_reduce_start(const int32_t sizes[THIMBLE_REDUCE_SIZES]);

// Index of the first value that counts for output `index`.
int32_t thimble_reduce_first(const int32_t sizes[THIMBLE_REDUCE_SIZES], const thimble_reduce_walk *walk, int32_t index);

// REDUCE_MAX, or with `largest` false REDUCE_MIN: of stored values, which input and output quantize alike.
thimble_status thimble_reduce_extremum_prepare_int8(thimble_prepare *p);
thimble_status thimble_reduce_extremum_prepare(thimble_prepare *p);
void thimble_reduce_extremum_run_int8(const thimble_call *call, bool largest);
void thimble_reduce_extremum_run(const thimble_call *call, bool largest);

#endif
