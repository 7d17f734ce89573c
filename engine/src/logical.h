// logical.h - combines two elements that are true or false: LOGICAL_AND and LOGICAL_OR.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_LOGICAL_H
#define THIMBLE_LOGICAL_H

#include "pairwise.h"

thimble_status thimble_logical_prepare(thimble_prepare *p);

// True where at least `fewest` of the two are.
void thimble_logical_run(const thimble_call *call, int32_t fewest);

#endif
