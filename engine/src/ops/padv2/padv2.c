// padv2.c - PADV2: a border of any value.
//
// SPDX-License-Identifier: Apache-2.0
#include "padding.h"

THIMBLE_DEFINE_OP(padv2, "PADV2", 60, thimble_padding_prepare, thimble_padding_run);
