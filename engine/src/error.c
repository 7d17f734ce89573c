// error.c - how the engine reports an error.
//
// SPDX-License-Identifier: Apache-2.0
#include "error.h"

void thimble_error_start(thimble_error *own) {
    *own = (thimble_error){.op_index = -1, .builtin_code = -1, .tensor_index = -1};
}

thimble_status thimble_error_end(thimble_error *own, thimble_status status, thimble_error *error) {
    if (status != THIMBLE_OK && error != NULL) {
        own->status = status;
        *error = *own;
    }
    return status;
}
