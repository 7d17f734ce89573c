// core-isa.h - what the ESP32's core has, as far as the engine asks: the compiler for the ESP32 brings a file like this,
// the one that chip_build uses for it does not.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef CORE_ISA_H
#define CORE_ISA_H

#define XCHAL_HAVE_MAC16 1
#define XCHAL_HAVE_LOOPS 1
#define XCHAL_HAVE_MUL32_HIGH 1
#define XCHAL_HAVE_MINMAX 1
#define XCHAL_HAVE_CLAMPS 1

#endif
