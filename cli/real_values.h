// real_values.h - stored tensor values from and to real ones: real value = scale * (stored - zero point).
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_CLI_REAL_VALUES_H
#define THIMBLE_CLI_REAL_VALUES_H

#include <stdbool.h>
#include <stddef.h>

#include "thimble/thimble.h"

// Whether the functions below know the type: float32, int8, uint8, int16.
bool real_values_known(thimble_type type);

// Stores element `index`: rounded half away from zero, clamped to the type. A tensor without quantization counts as
// scale 1, zero point 0.
void real_value_store(const thimble_tensor *tensor, size_t index, double real);

double real_value_load(const thimble_tensor *tensor, size_t index);

#endif
