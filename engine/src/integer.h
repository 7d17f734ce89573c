// integer.h - integers of any type that a tensor can store, for ops that convert between types.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_INTEGER_H
#define THIMBLE_INTEGER_H

#include <stdint.h>

// The types, by their numbers in the schema (as thimble_type has them; kernels do not include that).
enum { THIMBLE_INTEGER_32 = 2, THIMBLE_INTEGER_U8 = 3, THIMBLE_INTEGER_16 = 7, THIMBLE_INTEGER_8 = 9 };

// Element `index` of `data`, an array of type `type`.
int32_t thimble_integer_load(const void *data, int32_t index, int32_t type);

// Stores `value`, limited to what the type can hold.
void thimble_integer_store(void *data, int32_t index, int32_t type, int32_t value);

#endif
