// error.h - how the engine reports an error: the first one wins, the caller's struct is filled once.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_ERROR_H
#define THIMBLE_ERROR_H

#include "../include/thimble/thimble.h"

// Texts cost flash; firmware that only looks at the status compiles them out.
#ifdef THIMBLE_NO_ERROR_TEXT
#define THIMBLE_TEXT(text) NULL
#else
#define THIMBLE_TEXT(text) (text)
#endif

// Returns from the function with the status of `expression`, unless that is THIMBLE_OK.
#define THIMBLE_TRY(expression)                   \
    do {                                          \
        const thimble_status try_ = (expression); \
        if (try_ != THIMBLE_OK) {                 \
            return try_;                          \
        }                                         \
    } while (0)

// Fills *error, if there is one, with `status` and `text` and no place.
void thimble_fail(thimble_error *error, thimble_status status, const char *text);

#endif
