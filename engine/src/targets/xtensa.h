// xtensa.h - the kernels for Xtensa LX6 and LX7 with MAC16 (ESP32, ESP32-S3). A core without it (ESP32-S2) takes the generic
// ones.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_TARGET_XTENSA_H
#define THIMBLE_TARGET_XTENSA_H

#include "generic.h"
#include "mac16.h"

#if THIMBLE_HAS_MAC16 || !defined(__XTENSA__)
#undef THIMBLE_TARGET_CONV_2D_INT8
#define THIMBLE_TARGET_CONV_2D_INT8 xtensa
#undef THIMBLE_SCRATCH_CONV_2D_INT8
#define THIMBLE_SCRATCH_CONV_2D_INT8 thimble_conv_2d_int8_xtensa_scratch
#undef THIMBLE_TARGET_DEPTHWISE_CONV_2D_INT8
#define THIMBLE_TARGET_DEPTHWISE_CONV_2D_INT8 xtensa
#undef THIMBLE_SCRATCH_DEPTHWISE_CONV_2D_INT8
#define THIMBLE_SCRATCH_DEPTHWISE_CONV_2D_INT8 thimble_depthwise_conv_2d_int8_xtensa_scratch
#undef THIMBLE_TARGET_FULLY_CONNECTED_INT8
#define THIMBLE_TARGET_FULLY_CONNECTED_INT8 xtensa
#undef THIMBLE_SCRATCH_FULLY_CONNECTED_INT8
#define THIMBLE_SCRATCH_FULLY_CONNECTED_INT8 thimble_fully_connected_int8_xtensa_scratch
#undef THIMBLE_TARGET_MAX_POOL_2D_INT8
#define THIMBLE_TARGET_MAX_POOL_2D_INT8 xtensa
#undef THIMBLE_TARGET_AVERAGE_POOL_2D_INT8
#define THIMBLE_TARGET_AVERAGE_POOL_2D_INT8 fours
#undef THIMBLE_TARGET_QUANTIZE_INT8
#define THIMBLE_TARGET_QUANTIZE_INT8 reciprocal
#undef THIMBLE_TARGET_SUM_INT8
#define THIMBLE_TARGET_SUM_INT8 xtensa
#endif

#endif
