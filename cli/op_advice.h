// op_advice.h - for ops that the engine does not have: what in Keras makes them, and what to write instead.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_CLI_OP_ADVICE_H
#define THIMBLE_CLI_OP_ADVICE_H

#include "thimble/thimble.h"

typedef struct op_advice {
    const char *from;     // what in Keras or TensorFlow is converted to it
    const char *instead;  // what avoids it
} op_advice;

// What to do about a problem of the engine with an op; NULL if there is nothing to say beyond the problem's own text.
const op_advice *op_advice_for(const thimble_error *problem);

#endif
