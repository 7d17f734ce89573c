// riscv.h - the kernels for RISC-V RV32IMC (ESP32-C3 and kin): so far the generic ones.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_TARGET_RISCV_H
#define THIMBLE_TARGET_RISCV_H

#include "generic.h"

#endif
