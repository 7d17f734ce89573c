// riscv.h - the kernels for RISC-V RV32IMC (ESP32-C3 and kin).
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_TARGET_RISCV_H
#define THIMBLE_TARGET_RISCV_H

#include "generic.h"

#undef THIMBLE_TARGET_CONV_2D_INT8
#define THIMBLE_TARGET_CONV_2D_INT8 riscv
#undef THIMBLE_SCRATCH_CONV_2D_INT8
#define THIMBLE_SCRATCH_CONV_2D_INT8 thimble_conv_2d_int8_riscv_scratch

#undef THIMBLE_TARGET_DEPTHWISE_CONV_2D_INT8
#define THIMBLE_TARGET_DEPTHWISE_CONV_2D_INT8 riscv

#undef THIMBLE_TARGET_FULLY_CONNECTED_INT8
#define THIMBLE_TARGET_FULLY_CONNECTED_INT8 riscv

#endif
