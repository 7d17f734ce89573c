// error.h - how the engine reports an error.
//
// A function that can fail keeps an error of its own and notes in it where it is at work. The caller's is filled once, at
// the end.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_ERROR_H
#define THIMBLE_ERROR_H

#include "../include/thimble/thimble.h"

// Texts cost flash; firmware that only looks at the status compiles them out.
#ifdef THIMBLE_NO_ERROR_TEXT
#define THIMBLE_TEXT(text) NULL
#define THIMBLE_SAY(error, words) ((void)0)
#else
#define THIMBLE_TEXT(text) (text)
#define THIMBLE_SAY(error, words) ((error)->text = (words))
#endif

// Returns from the function with the status of `expression`, unless that is THIMBLE_OK.
#define THIMBLE_TRY(expression)                   \
    do {                                          \
        const thimble_status try_ = (expression); \
        if (try_ != THIMBLE_OK) {                 \
            return try_;                          \
        }                                         \
    } while (0)

// An error of no known place.
void thimble_error_start(thimble_error *own);

// Copies `own` to the caller's error, if there is one, unless `status` is THIMBLE_OK. Returns `status`.
thimble_status thimble_error_end(thimble_error *own, thimble_status status, thimble_error *error);

#endif
