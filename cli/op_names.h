// op_names.h - names for what a .tflite stores as numbers, and shapes as text.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_CLI_OP_NAMES_H
#define THIMBLE_CLI_OP_NAMES_H

#include "thimble/thimble.h"

// "CONV_2D" for 3; "unknown op" for a number the TFLite schema does not have.
const char *op_name(int32_t builtin_code);

// "int8" for THIMBLE_INT8.
const char *type_name(thimble_type type);
size_t type_bytes(thimble_type type);

// "[1x28x28x1]"; returns `room`, of at least SHAPE_TEXT_BYTES.
#define SHAPE_TEXT_BYTES 96
const char *shape_text(char *room, const thimble_tensor *tensor);

#endif
