// integer.c - integers of any type that a tensor can store.
//
// SPDX-License-Identifier: Apache-2.0
#include "integer.h"

#include "arith.h"

int32_t thimble_integer_load(const void *data, int32_t index, int32_t type) {
    switch (type) {
    case THIMBLE_INTEGER_8:
        return ((const int8_t *)data)[index];
    case THIMBLE_INTEGER_U8:
        return ((const uint8_t *)data)[index];
    case THIMBLE_INTEGER_16:
        return ((const int16_t *)data)[index];
    default:
        return ((const int32_t *)data)[index];
    }
}

void thimble_integer_store(void *data, int32_t index, int32_t type, int32_t value) {
    switch (type) {
    case THIMBLE_INTEGER_8:
        ((int8_t *)data)[index] = (int8_t)thimble_clamp(value, INT8_MIN, INT8_MAX);
        break;
    case THIMBLE_INTEGER_U8:
        ((uint8_t *)data)[index] = (uint8_t)thimble_clamp(value, 0, UINT8_MAX);
        break;
    case THIMBLE_INTEGER_16:
        ((int16_t *)data)[index] = (int16_t)thimble_clamp(value, INT16_MIN, INT16_MAX);
        break;
    default:
        ((int32_t *)data)[index] = value;
    }
}
