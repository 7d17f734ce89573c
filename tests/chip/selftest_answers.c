// Runs on the desk: writes to standard output what the desk's own processor answers to every operation of the table.
// SPDX-License-Identifier: Apache-2.0
#include "selftest_answers.h"

#include <stdio.h>

#define RANDOM_COUNT 150

static uint64_t random_state = 20;

// xorshift64*
static uint64_t random_bits(void) {
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return random_state * UINT64_C(2685821657736338717);
}

// Integers of all magnitudes, and floats and doubles of all exponents as well as of close ones, where sums cancel.
static uint64_t random_operand(uint64_t shape) {
    uint64_t bits = random_bits();
    switch (shape % 8) {
    case 0:
        return bits;
    case 1:
        return bits >> (random_bits() % 64);
    case 2:
        return 0 - (bits >> (random_bits() % 64));
    case 3:
        return bits_of_float((float)(int32_t)bits * 0.001f);
    case 4:
        return bits_of_double((double)(int64_t)bits * 0.001);
    case 5:
        return (bits & UINT64_C(0x800fffffffffffff)) | ((1020 + random_bits() % 8) << 52);
    case 6:
        return (bits & UINT64_C(0x807fffff)) | ((124 + random_bits() % 8) << 23);
    default:
        return bits & UINT64_C(0x801fffffffffffff);  // subnormal and smallest doubles
    }
}

static void write_answers(uint64_t left, uint64_t right) {
    for (uint32_t i = 0; i < OPERATION_COUNT; i++) {
        answer line = {left, right, 0, i, operations[i].kind};
        if (operations[i].compute(left, right, &line.result)) {
            fwrite(&line, sizeof line, 1, stdout);
        }
    }
}

int main(void) {
    static const uint64_t special[] = {
        0,
        1,
        UINT64_MAX,
        0x7fffffff,
        0x80000000,
        0xffffffff,
        UINT64_C(0x100000000),
        UINT64_C(0x7fffffffffffffff),
        UINT64_C(0x8000000000000000),
        0x3f800000,
        0x7f800000,
        0xff800000,
        0x7fc00000,
        0x007fffff,
        0x7f7fffff,
        0x4f7fffff,
        UINT64_C(0x3ff0000000000000),
        UINT64_C(0xbff0000000000000),
        UINT64_C(0x7ff0000000000000),
        UINT64_C(0xfff0000000000000),
        UINT64_C(0x7ff8000000000000),
        UINT64_C(0x000fffffffffffff),
        UINT64_C(0x7fefffffffffffff),
        UINT64_C(0x3ff0000000000001),
        UINT64_C(0x47efffffefffffff),
        UINT64_C(0x47effffff0000000),
        UINT64_C(0x3690000000000000),
        UINT64_C(0x3690000000000001),
    };
    const size_t special_count = sizeof special / sizeof special[0];
    for (size_t i = 0; i < special_count; i++) {
        for (size_t j = 0; j < special_count; j++) {
            write_answers(special[i], special[j]);
        }
    }
    for (uint64_t shape = 0; shape < 64; shape++) {
        for (int i = 0; i < RANDOM_COUNT; i++) {
            uint64_t left = random_operand(shape);
            uint64_t right = random_operand(i % 2 == 0 ? shape : shape / 8);
            write_answers(left, right);
        }
    }
    return ferror(stdout) || fflush(stdout) != 0;
}
