// Thimble.h - for Arduino sketches: everything a sketch needs.
//
// Others include from engine/include. The Arduino IDE knows a library by the headers that lie directly in its src/.
//
// SPDX-License-Identifier: Apache-2.0
#include "../include/thimble/thimble.h"
#include "../include/thimble/thimble_ops.h"
