// compare.h - compares two elements: EQUAL, NOT_EQUAL, GREATER, GREATER_EQUAL, LESS and LESS_EQUAL.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_COMPARE_H
#define THIMBLE_COMPARE_H

#include "pairwise.h"

// How the first element stands to the second, as bits: an op answers true for some of them.
enum { THIMBLE_IS_LESS = 1, THIMBLE_IS_EQUAL = 2, THIMBLE_IS_GREATER = 4, THIMBLE_IS_NEITHER = 8 };  // not a number

thimble_status thimble_compare_prepare(thimble_prepare *p);
void thimble_compare_run(const thimble_call *call, int32_t true_for);

#endif
