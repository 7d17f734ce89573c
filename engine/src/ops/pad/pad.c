// pad.c - PAD: a border of real zeros.
//
// SPDX-License-Identifier: Apache-2.0
#include "padding.h"

THIMBLE_DEFINE_OP(pad, "PAD", 34, thimble_padding_prepare, thimble_padding_run);
