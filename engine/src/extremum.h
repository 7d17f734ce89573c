// extremum.h - the larger or smaller of two elements: MAXIMUM and MINIMUM.
//
// Stored values are compared: int8 tensors are taken to have the same quantization, as in TensorFlow Lite Micro.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_EXTREMUM_H
#define THIMBLE_EXTREMUM_H

#include "pairwise.h"

thimble_status thimble_extremum_prepare(thimble_prepare *p);
void thimble_extremum_run(const thimble_call *call, bool largest);

#endif
