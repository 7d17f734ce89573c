// hostile_test.c - every vector with one value of its file changed: a shape, type, scale, option, index ... Nothing may
// crash; a model that is refused is refused with a status, a text and, if an op refuses it, the op.
//
// SPDX-License-Identifier: Apache-2.0
#include <math.h>
#include <stdlib.h>

#include "check.h"
#include "model_map.h"
#include "thimble/thimble_inspect.h"
#include "thimble/thimble_ops.h"
#include "vector_files.h"

enum { ARENA_BYTES = 1 << 16, ROOM_BYTES = 1 << 14 };

typedef struct tally {
    uint32_t refused_at_open, refused_by_op, ran;
} tally;

static uint8_t *arena, *room;

// What to write in place of a value; fewer are used where the value is a byte.
static const int64_t integers[] = {0,  1,    2,   3,   5,   7,     9,       127,       -1,
                                   -2, -128, 128, 255, 256, 65535, 1 << 24, INT32_MAX, INT32_MIN};
static const float floats[] = {0, -1, 1e-38f, 1e-42f, 1e38f, 3e-9f, 1, INFINITY, -INFINITY, NAN};

static bool is_worth_changing(place_kind kind) {
    switch (kind) {
    case PLACE_REFERENCE:
    case PLACE_TO_VTABLE:
    case PLACE_VTABLE:
        return false;  // broken files are another test's
    default:
        return true;
    }
}

static void try_model(const uint8_t *bytes, size_t byte_count, tally *count) {
    thimble_model model;
    thimble_memory need;
    thimble_runner runner;
    thimble_error error = {.op_index = -2};
    thimble_status status = thimble_model_open(&model, bytes, byte_count, &error);
    if (status != THIMBLE_OK) {
        count->refused_at_open++;
        CHECK(status == THIMBLE_ERR_MODEL || status == THIMBLE_ERR_UNSUPPORTED);
        CHECK_EQUAL(error.status, status);
        CHECK(error.text != NULL && error.op_index >= -1 && error.file_offset < byte_count);
        return;
    }
    status = thimble_measure(&model, thimble_all_ops, NULL, room, ROOM_BYTES, &need, &error);
    if (status != THIMBLE_OK) {
        CHECK_EQUAL(error.status, status);
        CHECK(error.text != NULL);
        if (status == THIMBLE_ERR_OP_MISSING || error.op_name != NULL) {
            count->refused_by_op++;
            CHECK(error.op_index >= 0 && error.op_index < (int32_t)model.op_count && error.builtin_code >= 0);
            CHECK(error.tensor_index >= -1 && error.tensor_index < (int32_t)model.tensor_count);
        }
        return;
    }
    if (need.arena_bytes > ARENA_BYTES) {
        return;
    }
    // At the end of the memory, so that what is written behind the arena is seen.
    uint8_t *at = arena + (ARENA_BYTES - need.arena_bytes) / THIMBLE_ALIGNMENT * THIMBLE_ALIGNMENT;
    CHECK_EQUAL(thimble_init(&runner, &model, thimble_all_ops, NULL, at, need.arena_bytes, &error), THIMBLE_OK);
    for (size_t i = 0; i < thimble_input_count(&runner); i++) {
        const thimble_tensor input = thimble_input(&runner, i);
        memset(input.data, 0x42, input.data_bytes);
    }
    CHECK_EQUAL(thimble_run(&runner), THIMBLE_OK);
    count->ran++;
}

static void change_value(uint8_t *file, size_t file_bytes, const place *where, tally *count) {
    const uint32_t bytes = place_bytes(where->kind);
    uint8_t right[8];
    memcpy(right, file + where->position, bytes);
    const size_t integer_count = sizeof integers / sizeof integers[0];
    const size_t float_count = where->kind == PLACE_SCALE ? sizeof floats / sizeof floats[0] : 0;
    for (size_t i = 0; i < integer_count + float_count; i++) {
        if (i < integer_count) {
            memcpy(file + where->position, &integers[i], bytes);  // little endian: the lower bytes
        } else {
            memcpy(file + where->position, &floats[i - integer_count], bytes);
        }
        try_model(file, file_bytes, count);
    }
    memcpy(file + where->position, right, bytes);
}

static void change_values(void *context, const vector_case *one) {
    static model_map map;
    checks.about = one->name;
    map_model(&map, one->model.data, one->model.data_bytes);
    CHECK(map.count > 20 && map.count < MOST_PLACES);
    for (uint32_t i = 0; i < map.count; i++) {
        if (is_worth_changing(map.places[i].kind)) {
            change_value(one->model.data, one->model.data_bytes, &map.places[i], context);
        }
    }
}

static void no_value_anywhere_does_harm(void) {
    tally count = {0};
    CHECK(for_each_vector("*", change_values, &count) > 300);
    printf("%u files refused when opened, %u by an op, %u ran\n", (unsigned)count.refused_at_open,
           (unsigned)count.refused_by_op, (unsigned)count.ran);
    checks.about = "";
    CHECK(count.refused_at_open > 10000 && count.refused_by_op > 10000 && count.ran > 10000);
}

int main(void) {
    arena = exact_memory(ARENA_BYTES);
    room = exact_memory(ROOM_BYTES);
    memset(arena, 0, ARENA_BYTES);
    RUN(no_value_anywhere_does_harm);
    free(arena);
    free(room);
    return check_result();
}
