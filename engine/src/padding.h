// padding.h - puts a border around a tensor: PAD, and PADV2 which says with what.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_PADDING_H
#define THIMBLE_PADDING_H

#include "op.h"

// Inputs: data, paddings [rank][2] (before, after), and as TensorFlow Lite Micro has it for both ops, an optional value.
// Without one the border is real zero.
thimble_status thimble_padding_prepare(thimble_prepare *p);

void thimble_padding_run(const thimble_call *call);

#endif
