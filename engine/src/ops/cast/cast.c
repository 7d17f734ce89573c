// cast.c - CAST: stored values as another type; quantization does not count.
//
// Integers keep their low bits, floats lose what is behind the point. What TensorFlow Lite Micro leaves to the compiler,
// floats beyond int32, become the nearest int32 first, and NaN 0.
//
// SPDX-License-Identifier: Apache-2.0
#include "op.h"

typedef struct thimble_cast_record {
    int32_t count;
    uint8_t from, to;  // thimble_type
} thimble_cast_record;

static bool is_number(thimble_type type) {
    return type == THIMBLE_INT8 || type == THIMBLE_INT16 || type == THIMBLE_INT32 || type == THIMBLE_FLOAT32;
}

static thimble_status prepare(thimble_prepare *p) {
    THIMBLE_TRY(thimble_check_elementwise(p, 1, 1));
    const thimble_type from = p->inputs[0].type, to = p->output.type;
    THIMBLE_REQUIRE(p, (is_number(from) || from == THIMBLE_BOOL) && is_number(to), p->inputs[0].index,
                    "the input has to be int8, int16, int32, float32 or bool, the output one of the first four");
    *THIMBLE_RECORD(p, thimble_cast_record) =
        (thimble_cast_record){(int32_t)p->output.element_count, (uint8_t)from, (uint8_t)to};
    return THIMBLE_OK;
}

static int32_t load(const void *data, int32_t index, thimble_type type) {
    switch (type) {
    case THIMBLE_INT8:
        return ((const int8_t *)data)[index];
    case THIMBLE_INT16:
        return ((const int16_t *)data)[index];
    case THIMBLE_BOOL:
        return ((const uint8_t *)data)[index] != 0;
    case THIMBLE_FLOAT32: {
        const float value = ((const float *)data)[index], limit = 2147483648.0f;
        return value >= limit ? INT32_MAX : value < -limit ? INT32_MIN : value == value ? (int32_t)value : 0;
    }
    default:
        return ((const int32_t *)data)[index];
    }
}

static void store(void *data, int32_t index, thimble_type type, int32_t value) {
    switch (type) {
    case THIMBLE_INT8:
        ((int8_t *)data)[index] = (int8_t)value;
        break;
    case THIMBLE_INT16:
        ((int16_t *)data)[index] = (int16_t)value;
        break;
    case THIMBLE_FLOAT32:
        ((float *)data)[index] = (float)value;
        break;
    default:
        ((int32_t *)data)[index] = value;
    }
}

static void run(const thimble_call *call) {
    const thimble_cast_record *r = call->record;
    const thimble_type from = (thimble_type)r->from, to = (thimble_type)r->to;
    if (from == to) {
        memcpy(call->outputs[0], call->inputs[0], (size_t)r->count * thimble_type_bytes(r->from));
        return;
    }
    for (int32_t i = 0; i < r->count; i++) {
        store(call->outputs[0], i, to, load(call->inputs[0], i, from));
    }
}

THIMBLE_DEFINE_OP(cast, "CAST", 53, prepare, run);
