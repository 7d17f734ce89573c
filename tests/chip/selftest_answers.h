// The table that selftest_answers.c computes on the desk and selftest.c repeats on the chip.
// SPDX-License-Identifier: Apache-2.0
#ifndef SELFTEST_ANSWERS_H
#define SELFTEST_ANSWERS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

typedef enum answer_kind {
    KIND_BITS,    // equal bits
    KIND_FLOAT,   // equal bits, or both not a number
    KIND_DOUBLE,
} answer_kind;

typedef struct answer {
    uint64_t left, right, result;
    uint32_t operation;  // index in selftest_operation
    answer_kind kind;
} answer;

static inline float float_of_bits(uint64_t bits) {
    uint32_t low = (uint32_t)bits;
    float value;
    memcpy(&value, &low, sizeof value);
    return value;
}

static inline double double_of_bits(uint64_t bits) {
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline uint64_t bits_of_float(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static inline uint64_t bits_of_double(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static inline bool same_answer(uint64_t result, uint64_t expected, answer_kind kind) {
    if (kind == KIND_FLOAT && float_of_bits(expected) != float_of_bits(expected)) {
        return float_of_bits(result) != float_of_bits(result);
    }
    if (kind == KIND_DOUBLE && double_of_bits(expected) != double_of_bits(expected)) {
        return double_of_bits(result) != double_of_bits(result);
    }
    return result == expected;
}

// Every operation that may become a call of a support function. name, kind, condition under which C defines it, result.
// clang-format off
#define SELFTEST_OPERATIONS(X) \
    X(add_i64,    BITS,   true, a + b) \
    X(mul_i32,    BITS,   true, (uint32_t)a * (uint32_t)b) \
    X(mul_wide,   BITS,   true, (uint64_t)((int64_t)(int32_t)a * (int32_t)b)) \
    X(mul_uwide,  BITS,   true, (uint64_t)(uint32_t)a * (uint32_t)b) \
    X(mul_i64,    BITS,   true, a * b) \
    X(div_u32,    BITS,   (uint32_t)b != 0, (uint32_t)a / (uint32_t)b) \
    X(mod_u32,    BITS,   (uint32_t)b != 0, (uint32_t)a % (uint32_t)b) \
    X(div_i32,    BITS,   (int32_t)b != 0 && !((int32_t)a == INT32_MIN && (int32_t)b == -1), \
                          (uint32_t)((int32_t)a / (int32_t)b)) \
    X(mod_i32,    BITS,   (int32_t)b != 0 && !((int32_t)a == INT32_MIN && (int32_t)b == -1), \
                          (uint32_t)((int32_t)a % (int32_t)b)) \
    X(div_u64,    BITS,   b != 0, a / b) \
    X(mod_u64,    BITS,   b != 0, a % b) \
    X(div_i64,    BITS,   b != 0 && !((int64_t)a == INT64_MIN && (int64_t)b == -1), \
                          (uint64_t)((int64_t)a / (int64_t)b)) \
    X(mod_i64,    BITS,   b != 0 && !((int64_t)a == INT64_MIN && (int64_t)b == -1), \
                          (uint64_t)((int64_t)a % (int64_t)b)) \
    X(shl_u64,    BITS,   true, a << (b & 63)) \
    X(shr_u64,    BITS,   true, a >> (b & 63)) \
    X(shr_i64,    BITS,   true, (uint64_t)((int64_t)a >> (b & 63))) \
    X(less_i64,   BITS,   true, (int64_t)a < (int64_t)b) \
    X(less_u64,   BITS,   true, a < b) \
    X(clz_u64,    BITS,   a != 0, (uint64_t)__builtin_clzll(a)) \
    X(add_f32,    FLOAT,  true, bits_of_float(fa + fb)) \
    X(sub_f32,    FLOAT,  true, bits_of_float(fa - fb)) \
    X(mul_f32,    FLOAT,  true, bits_of_float(fa * fb)) \
    X(div_f32,    FLOAT,  true, bits_of_float(fa / fb)) \
    X(less_f32,   BITS,   true, fa < fb) \
    X(equal_f32,  BITS,   true, fa == fb) \
    X(most_f32,   BITS,   true, fa >= fb) \
    X(f32_to_i32, BITS,   fa > -2147483904.0f && fa < 2147483648.0f, (uint32_t)(int32_t)fa) \
    X(f32_to_u32, BITS,   fa > -1.0f && fa < 4294967296.0f, (uint32_t)fa) \
    X(f32_to_i64, BITS,   fa > -9.2e18f && fa < 9.2e18f, (uint64_t)(int64_t)fa) \
    X(i32_to_f32, FLOAT,  true, bits_of_float((float)(int32_t)a)) \
    X(u32_to_f32, FLOAT,  true, bits_of_float((float)(uint32_t)a)) \
    X(i64_to_f32, FLOAT,  true, bits_of_float((float)(int64_t)a)) \
    X(f32_to_f64, DOUBLE, true, bits_of_double((double)fa)) \
    X(f64_to_f32, FLOAT,  true, bits_of_float((float)da)) \
    X(add_f64,    DOUBLE, true, bits_of_double(da + db)) \
    X(sub_f64,    DOUBLE, true, bits_of_double(da - db)) \
    X(mul_f64,    DOUBLE, true, bits_of_double(da * db)) \
    X(div_f64,    DOUBLE, true, bits_of_double(da / db)) \
    X(less_f64,   BITS,   true, da < db) \
    X(equal_f64,  BITS,   true, da == db) \
    X(f64_to_i32, BITS,   da > -2147483649.0 && da < 2147483648.0, (uint32_t)(int32_t)da) \
    X(f64_to_u32, BITS,   da > -1.0 && da < 4294967296.0, (uint32_t)da) \
    X(f64_to_i64, BITS,   da > -9.2e18 && da < 9.2e18, (uint64_t)(int64_t)da) \
    X(i32_to_f64, DOUBLE, true, bits_of_double((double)(int32_t)a)) \
    X(u32_to_f64, DOUBLE, true, bits_of_double((double)(uint32_t)a)) \
    X(i64_to_f64, DOUBLE, true, bits_of_double((double)(int64_t)a))
// clang-format on

// Computes one operation; false where C does not define it.
typedef bool operation_fn(uint64_t a, uint64_t b, uint64_t *result);

typedef struct operation {
    const char *name;
    operation_fn *compute;
    answer_kind kind;
} operation;

#define DEFINE_OPERATION(name, kind, condition, value)                     \
    static bool compute_##name(uint64_t a, uint64_t b, uint64_t *result) { \
        const float fa = float_of_bits(a), fb = float_of_bits(b);          \
        const double da = double_of_bits(a), db = double_of_bits(b);       \
        (void)fa, (void)fb, (void)da, (void)db, (void)b;                   \
        if (!(condition)) {                                                \
            return false;                                                  \
        }                                                                  \
        *result = (value);                                                 \
        return true;                                                       \
    }
SELFTEST_OPERATIONS(DEFINE_OPERATION)

#define LIST_OPERATION(name, kind, condition, value) {#name, compute_##name, KIND_##kind},
static const operation operations[] = {SELFTEST_OPERATIONS(LIST_OPERATION)};
#define OPERATION_COUNT (sizeof operations / sizeof operations[0])

#endif
