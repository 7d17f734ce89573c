// portable.h - the kernels that define the bytes: short and obvious, not fast.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_TARGET_PORTABLE_H
#define THIMBLE_TARGET_PORTABLE_H

#define THIMBLE_TARGET_AVERAGE_POOL_2D_INT8 portable
#define THIMBLE_TARGET_CONV_2D_INT8 portable
#define THIMBLE_TARGET_DEPTHWISE_CONV_2D_INT8 portable
#define THIMBLE_TARGET_FULLY_CONNECTED_INT8 portable
#define THIMBLE_TARGET_MAX_POOL_2D_INT8 portable
#define THIMBLE_TARGET_QUANTIZE_INT8 portable
#define THIMBLE_TARGET_SUM_INT8 portable

#define THIMBLE_SCRATCH_CONV_2D_INT8 NULL
#define THIMBLE_SCRATCH_DEPTHWISE_CONV_2D_INT8 NULL
#define THIMBLE_SCRATCH_FULLY_CONNECTED_INT8 NULL

#endif
