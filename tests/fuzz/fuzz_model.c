// fuzz_model.c - the libFuzzer target: mutates models with care, so that many get as far as running.
//
// Most mutations change what a place in the file means (a dimension wherever it occurs, a scale, an option, which
// tensor an op reads), some change the flatbuffer's own numbers, a few any bytes at all. With THIMBLE_FUZZ_VALUES in
// the environment, only values change: constants, scales, zero points, small options. Prints at its end how far the
// executions got.
//
// libFuzzer keeps a file because it reaches new code, and most of that refuses the file. So that the ops get their
// share, every fourth mutation starts from one of the files that ran lately.
//
// SPDX-License-Identifier: Apache-2.0
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz_run.h"
#include "model_map.h"

int LLVMFuzzerInitialize(int *argument_count, char ***arguments);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t bytes, size_t most_bytes, unsigned int seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t bytes, size_t most_bytes);

enum { KEPT_FILES = 256, KEPT_BYTES = 4096 };

static uint64_t counts[FUZZ_STAGES];
static uint8_t kept[KEPT_FILES][KEPT_BYTES];
static size_t kept_bytes[KEPT_FILES];
static bool values_only;
static model_map map;
static uint32_t state;

static void print_counts(void) {
    const uint64_t ran = counts[FUZZ_RAN], initialised = ran + counts[FUZZ_INITIALISED];
    const uint64_t opened = initialised + counts[FUZZ_OPENED], all = opened + counts[FUZZ_REFUSED];
    fprintf(stderr, "executions %" PRIu64 ", opened %" PRIu64 ", initialised %" PRIu64 ", ran %" PRIu64 " (%.1f %%)\n",
            all, opened, initialised, ran, all == 0 ? 0.0 : 100.0 * (double)ran / (double)all);
}

int LLVMFuzzerInitialize(int *argument_count, char ***arguments) {
    (void)argument_count;
    (void)arguments;
    values_only = getenv("THIMBLE_FUZZ_VALUES") != NULL;
    atexit(print_counts);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
    const fuzz_stage stage = fuzz_run(data, bytes);
    if (stage == FUZZ_RAN && bytes <= KEPT_BYTES) {
        const uint64_t slot = counts[FUZZ_RAN] % KEPT_FILES;
        memcpy(kept[slot], data, bytes);
        kept_bytes[slot] = bytes;
    }
    counts[stage]++;
    return 0;
}

// ---- mutating -----------------------------------------------------------------------------------------------------

static uint32_t below(uint32_t limit) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state % limit;
}

static uint32_t one_of(const uint32_t *values, uint32_t count) {
    return values[below(count)];
}

#define ONE_OF(...) one_of((const uint32_t[]){__VA_ARGS__}, sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t))

static uint32_t read_place(const uint8_t *data, place at) {
    uint32_t value = 0;
    memcpy(&value, data + at.position, place_bytes(at.kind) < 4 ? place_bytes(at.kind) : 4);
    return value;
}

static void write_place(uint8_t *data, place at, uint32_t value) {
    const uint32_t bytes = place_bytes(at.kind);
    memcpy(data + at.position, &value, bytes < 4 ? bytes : 4);
    if (bytes == 8) {
        const uint32_t high = (int32_t)value < 0 ? UINT32_MAX : 0;
        memcpy(data + at.position + 4, &high, sizeof high);
    }
}

// Any place of this kind; false if there is none.
static bool find_place(place_kind kind, place *found) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < map.count; i++) {
        if (map.places[i].kind == kind && below(++count) == 0) {
            *found = map.places[i];
        }
    }
    return count != 0;
}

static uint32_t near_or_extreme(uint32_t value) {
    switch (below(8)) {
    case 0:
        return value + 1;
    case 1:
        return value - 1;
    case 2:
        return value * 2;
    case 3:
        return value / 2;
    case 4:
        return value ^ (uint32_t)1 << below(32);
    case 5:
        return ONE_OF(0, 1, 2, 3, 4, 5, 6, 7, 8, 16);
    case 6:
        return ONE_OF(UINT32_MAX, INT32_MAX, (uint32_t)1 << 31, (uint32_t)1 << 30, 65535, 65536, 46341, 255, 127, 128);
    default:
        return (uint32_t)-(int32_t)below(8);
    }
}

static uint32_t mutated_scale(uint32_t bits) {
    float scale;
    memcpy(&scale, &bits, sizeof scale);
    const float factors[] = {0.5f, 2, 0.9f, 1.1f, 0.01f, 100, 1e-6f, 1e6f};
    scale *= factors[below(values_only ? 4 : 8)];
    memcpy(&bits, &scale, sizeof bits);
    return !values_only && below(6) == 0 ? ONE_OF(0, 0x80000000u, 1, 0x00800000, 0x7f7fffff, 0x7f800000, 0x7fc00000,
                                                  0xbf800000, 0x3f800000, 0x3b800000)
                                         : bits;
}

// Another value for a place, one that often makes sense.
static void mutate_place(uint8_t *data, place at) {
    uint32_t value = read_place(data, at);
    switch (at.kind) {
    case PLACE_SCALE:
        value = mutated_scale(value);
        break;
    case PLACE_ZERO_POINT:
        value = below(4) != 0 ? below(256) - 128 : values_only ? 0 : near_or_extreme(value);
        break;
    case PLACE_TYPE:
        value = ONE_OF(0, 2, 3, 4, 6, 7, 9, 9, 9, 0, 1, 5, 8, 10, 17);
        break;
    case PLACE_BUILTIN_8:
    case PLACE_BUILTIN_32:
        // The ops that the engine has; those of the same kind stand together.
        value = ONE_OF(0, 41, 18, 1, 17, 3, 4, 9, 14, 19, 21, 25, 22, 43, 70, 77, 45, 83, 39, 34, 60, 2, 56, 40, 114, 6,
                       32);
        break;
    case PLACE_OPTION_8:
        value = below(4) != 0 ? below(6) : below(256);
        break;
    case PLACE_TENSOR:
    case PLACE_BUFFER:
    case PLACE_OP_CODE:
    case PLACE_CHANNEL_DIMENSION: {
        place other;
        value = below(2) == 0 && find_place(at.kind, &other) ? read_place(data, other)
                : below(8) == 0                              ? near_or_extreme(value)
                                                             : below(6) - (at.kind == PLACE_TENSOR && below(4) == 0);
        break;
    }
    case PLACE_DATA:
        value = below(256);
        break;
    case PLACE_VTABLE:
        value = below(2) == 0 ? 0 : below(4) == 0 ? near_or_extreme(value) : 4 * below(10);
        break;
    case PLACE_REFERENCE:
    case PLACE_TO_VTABLE:
    case PLACE_COUNT:
        value = below(3) == 0 ? near_or_extreme(value) : value + 4 * below(9) - 16;
        break;
    case PLACE_OPTION_32:
    case PLACE_NUMBER:
    case PLACE_DIMENSION:
        value = values_only ? below(5) : near_or_extreme(value);
        break;
    }
    write_place(data, at, value);
}

// A dimension takes another value in every shape where it occurs, and often where a constant or an option has it.
static void rename_dimension(uint8_t *data) {
    place at;
    if (!find_place(PLACE_DIMENSION, &at)) {
        return;
    }
    const uint32_t old = read_place(data, at);
    const uint32_t new = below(3) == 0 ? below(12) : below(2) == 0 ? old - 1 : below(4) == 0 ? old * 2 : old + 1;
    const bool constants_too = below(2) == 0;
    for (uint32_t i = 0; i < map.count; i++) {
        const place other = map.places[i];
        const bool takes_part = other.kind == PLACE_DIMENSION ||
                                (constants_too && (other.kind == PLACE_NUMBER || other.kind == PLACE_OPTION_32));
        if (takes_part && read_place(data, other) == old && below(8) != 0) {
            write_place(data, other, new);
        }
    }
}

// All tensors of one type take another.
static void rename_type(uint8_t *data) {
    place at;
    if (!find_place(PLACE_TYPE, &at)) {
        return;
    }
    const uint32_t old = read_place(data, at), new = ONE_OF(0, 9, 2, 7, 3, 6, 4);
    for (uint32_t i = 0; i < map.count; i++) {
        if (map.places[i].kind == PLACE_TYPE && read_place(data, map.places[i]) == old) {
            write_place(data, map.places[i], new);
        }
    }
}

// Two places of one kind exchange their values.
static void exchange(uint8_t *data, place_kind kind) {
    place a, b;
    if (find_place(kind, &a) && find_place(kind, &b)) {
        const uint32_t value = read_place(data, a);
        write_place(data, a, read_place(data, b));
        write_place(data, b, value);
    }
}

// A reference leads to where another one does: tables and vectors are shared, perhaps with what they were not meant for.
static void share_target(uint8_t *data) {
    place a, b;
    const bool vtables = below(4) == 0;
    if (find_place(vtables ? PLACE_TO_VTABLE : PLACE_REFERENCE, &a) && find_place(a.kind, &b)) {
        const uint32_t distance = read_place(data, b) + (vtables ? a.position - b.position : b.position - a.position);
        write_place(data, a, distance);
    }
}

static void mutate_kind(uint8_t *data, place_kind kind) {
    place at;
    if (find_place(kind, &at)) {
        mutate_place(data, at);
    }
}

static void mutate_values(uint8_t *data) {
    static const place_kind kinds[] = {PLACE_DATA,  PLACE_DATA,       PLACE_NUMBER,   PLACE_SCALE,
                                       PLACE_SCALE, PLACE_ZERO_POINT, PLACE_OPTION_8, PLACE_OPTION_32};
    mutate_kind(data, kinds[below(8)]);
}

static void mutate_meaning(uint8_t *data) {
    switch (below(20)) {
    case 0:
    case 1:
    case 2:
    case 3:
        rename_dimension(data);
        break;
    case 4:
        rename_type(data);
        break;
    case 5:
        exchange(data, PLACE_TENSOR);
        break;
    case 6:
        exchange(data, PLACE_DIMENSION);
        break;
    case 7:
        mutate_kind(data, PLACE_TENSOR);
        break;
    case 8:
        mutate_kind(data, below(2) == 0 ? PLACE_BUILTIN_8 : PLACE_BUILTIN_32);
        break;
    case 9:
        mutate_kind(data, PLACE_OPTION_32);
        break;
    case 10:
        mutate_kind(data, PLACE_NUMBER);
        break;
    case 11:
        mutate_kind(data, (place_kind)below(PLACE_KINDS));
        break;
    case 12:
        mutate_kind(data, PLACE_DIMENSION);
        break;
    case 13:
        share_target(data);
        break;
    case 14:
        mutate_kind(data, PLACE_TYPE);
        break;
    case 15:
        mutate_kind(data, PLACE_OPTION_8);
        break;
    default:
        mutate_values(data);
        break;
    }
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t bytes, size_t most_bytes, unsigned int seed) {
    state = seed * 2654435761u | 1;
    below(2);
    if (!values_only && below(24) == 0) {
        return LLVMFuzzerMutate(data, bytes, most_bytes);
    }
    const uint32_t slot = below(KEPT_FILES);
    if (below(4) == 0 && kept_bytes[slot] != 0 && kept_bytes[slot] <= most_bytes) {
        bytes = kept_bytes[slot];
        memcpy(data, kept[slot], bytes);
    }
    map_model(&map, data, bytes);
    for (uint32_t i = below(3) + 1; i > 0 && map.count > 0; i--) {
        if (values_only) {
            mutate_values(data);
        } else if (below(16) == 0) {
            mutate_place(data, map.places[below(map.count)]);
        } else {
            mutate_meaning(data);
        }
    }
    return bytes;
}
