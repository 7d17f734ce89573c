// error.c - how the engine reports an error.
//
// SPDX-License-Identifier: Apache-2.0
#include "error.h"

void thimble_fail(thimble_error *error, thimble_status status, const char *text) {
    if (error != NULL) {
        *error =
            (thimble_error){.status = status, .text = text, .op_index = -1, .builtin_code = -1, .tensor_index = -1};
    }
}
