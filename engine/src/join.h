// join.h - puts the inputs of an op side by side along one axis: for CONCATENATION and PACK.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_JOIN_H
#define THIMBLE_JOIN_H

#include "op.h"

// Checks types and shapes of all inputs and writes the record. `axis` is a dimension of the output, negative from the
// end; `is_new_axis`: the inputs do not have it.
thimble_status thimble_join_prepare(thimble_prepare *p, int32_t axis, bool is_new_axis);

void thimble_join_run(const thimble_call *call);

#endif
