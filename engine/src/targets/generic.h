// generic.h - the kernels for any 32-bit core: plain C, written for the compiler.
//
// One line per op and type: which kernel set it uses. Below, for ops with weights: the function that says how much
// scratch that kernel wants, or NULL.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_TARGET_GENERIC_H
#define THIMBLE_TARGET_GENERIC_H

#define THIMBLE_TARGET_AVERAGE_POOL_2D_INT8 portable
#define THIMBLE_TARGET_CONV_2D_INT8 generic
#define THIMBLE_TARGET_DEPTHWISE_CONV_2D_INT8 generic
#define THIMBLE_TARGET_FULLY_CONNECTED_INT8 generic
#define THIMBLE_TARGET_MAX_POOL_2D_INT8 portable
#define THIMBLE_TARGET_QUANTIZE_INT8 portable
#define THIMBLE_TARGET_SUM_INT8 portable

#define THIMBLE_SCRATCH_CONV_2D_INT8 NULL
#define THIMBLE_SCRATCH_DEPTHWISE_CONV_2D_INT8 NULL
#define THIMBLE_SCRATCH_FULLY_CONNECTED_INT8 NULL

#endif
