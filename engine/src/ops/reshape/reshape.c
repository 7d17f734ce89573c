// reshape.c - RESHAPE: the shape is the output tensor's.
//
// The file says it again, in the second input or in the options; like TensorFlow Lite Micro we do not look there.
//
// SPDX-License-Identifier: Apache-2.0
#include "view.h"

static thimble_status prepare(thimble_prepare *p) {
    return thimble_view_prepare(p, 1, 2);
}

THIMBLE_DEFINE_OP_READING(reshape, "RESHAPE", 22, prepare, thimble_view_run, 1);
