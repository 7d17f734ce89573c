// part.h - takes an input apart along one axis: SPLIT, SPLIT_V and UNPACK. The opposite of join.h.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_PART_H
#define THIMBLE_PART_H

#include "op.h"

// Checks types and shapes of input `slot` and of all outputs, and writes the record. `axis` is a dimension of the input,
// negative from the end; `is_removed`: the outputs do not have it.
thimble_status thimble_part_prepare(thimble_prepare *p, uint32_t slot, int32_t axis, bool is_removed);

void thimble_part_run(const thimble_call *call);

// Sets *axis to the only value of the constant in input `slot`.
thimble_status thimble_part_axis(const thimble_prepare *p, uint32_t slot, int32_t *axis);

#endif
