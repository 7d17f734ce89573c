// target.h - picks the kernel set: by THIMBLE_TARGET_<NAME> if one is defined, else by the compiler's target.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_TARGET_H
#define THIMBLE_TARGET_H

#if defined(THIMBLE_TARGET_PORTABLE)
#include "portable.h"
#elif defined(THIMBLE_TARGET_GENERIC)
#include "generic.h"
#elif defined(THIMBLE_TARGET_XTENSA) || defined(__XTENSA__)
#include "xtensa.h"
#elif defined(THIMBLE_TARGET_RISCV) || defined(__riscv)
#include "riscv.h"
#else
#include "generic.h"
#endif

// THIMBLE_KERNEL(conv_2d_int8, THIMBLE_TARGET_CONV_2D_INT8) is thimble_conv_2d_int8_generic, for example. Kernels
// for a chip compile on the desk too, their instructions replaced by plain C.
#define THIMBLE_KERNEL_NAME_(op, set) thimble_##op##_##set
#define THIMBLE_KERNEL_NAME(op, set) THIMBLE_KERNEL_NAME_(op, set)
#define THIMBLE_KERNEL(op, set) THIMBLE_KERNEL_NAME(op, set)

#endif
