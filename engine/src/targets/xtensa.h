// xtensa.h - the kernels for Xtensa LX6 (ESP32) and LX7 (ESP32-S2, -S3): so far the generic ones.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_TARGET_XTENSA_H
#define THIMBLE_TARGET_XTENSA_H

#include "generic.h"

#endif
