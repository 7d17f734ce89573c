// view.h - ops whose output has the bytes of their first input under another shape: RESHAPE, SQUEEZE, EXPAND_DIMS.
//
// Where both can share memory nothing is left to run; a constant input is copied.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_VIEW_H
#define THIMBLE_VIEW_H

#include "op.h"

// Checks that first input and output agree in type and number of elements, and makes the op a view.
thimble_status thimble_view_prepare(thimble_prepare *p, uint32_t fewest_inputs, uint32_t most_inputs);

// Copies the first input to the output.
void thimble_view_run(const thimble_call *call);

#endif
