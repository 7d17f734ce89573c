// arith.h - the fixed-point arithmetic that defines the bytes of every quantized op.
//
// A real factor is stored as multiplier * 2^(shift - 31) with 2^30 <= multiplier < 2^31 (or 0). Applying it to an
// integer rounds twice, as TensorFlow Lite does: once to the high half of the product, once in the right shift.
//
// Right shifts of negative numbers are arithmetic on every compiler that targets our chips; static_assert below.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_ARITH_H
#define THIMBLE_ARITH_H

#include <stdint.h>
#include <string.h>

_Static_assert((-3 >> 1) == -2, "right shift of negative numbers has to be arithmetic");

typedef struct thimble_rescale {
    int32_t multiplier;
    int32_t shift;  // > 0: to the left before, < 0: to the right after; -31 .. 30
} thimble_rescale;

// From `begin` up to before `end`.
typedef struct thimble_range {
    int32_t begin, end;
} thimble_range;

static inline int32_t thimble_min(int32_t a, int32_t b) {
    return a < b ? a : b;
}

static inline int32_t thimble_max(int32_t a, int32_t b) {
    return a > b ? a : b;
}

static inline int32_t thimble_clamp(int32_t value, int32_t low, int32_t high) {
    return value < low ? low : value > high ? high : value;
}

// accumulator + a * b, wrapping: a broken model may overflow, it must not become undefined behaviour.
static inline int32_t thimble_mac(int32_t accumulator, int32_t a, int32_t b) {
    return (int32_t)((uint32_t)accumulator + (uint32_t)(a * b));
}

static inline int32_t thimble_add_wrapping(int32_t a, int32_t b) {
    return (int32_t)((uint32_t)a + (uint32_t)b);
}

static inline int32_t thimble_subtract_wrapping(int32_t a, int32_t b) {
    return (int32_t)((uint32_t)a - (uint32_t)b);
}

static inline int32_t thimble_shift_left_wrapping(int32_t a, int32_t shift) {
    return (int32_t)((uint32_t)a << shift);
}

// A float as it is stored. As integers, floats that are not negative compare like floats, but without a library.
static inline uint32_t thimble_float_bits(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

// round(a * b / 2^31), halves upwards. Equals gemmlowp's SaturatingRoundingDoublingHighMul except for
// a == b == INT32_MIN, which no caller can produce: b is always a factor >= 0 or a constant.
static inline int32_t thimble_doubling_high_mul_inline(int32_t a, int32_t b) {
    return (int32_t)(((int64_t)a * b + (1 << 30)) >> 31);
}

int32_t thimble_doubling_high_mul(int32_t a, int32_t b);

// round(a / 2^shift), halves away from zero, hence 1 less if a is negative; 1 <= shift <= 31, a > INT32_MIN.
static inline int32_t thimble_rounding_shift_right(int32_t a, int32_t shift) {
    const int32_t doubled = (a + (a >> 31)) >> (shift - 1);
    return (doubled >> 1) + (doubled & 1);
}

// a times the real factor.
static inline int32_t thimble_apply_inline(int32_t a, thimble_rescale factor) {
    if (factor.shift >= 0) {
        return thimble_doubling_high_mul_inline(thimble_shift_left_wrapping(a, factor.shift), factor.multiplier);
    }
    return thimble_rounding_shift_right(thimble_doubling_high_mul_inline(a, factor.multiplier), -factor.shift);
}

int32_t thimble_apply(int32_t a, thimble_rescale factor);

// The same for sums of 64 bits, with a multiplier of 15 bits and one rounding, halves upwards: MultiplyByQuantizedMultiplier
// for int64_t in tensorflow/lite/kernels/internal/common.cc. shift <= 14; what does not fit 32 bits wraps.
int32_t thimble_apply_wide(int64_t a, thimble_rescale factor);

// A quantized output: clamp(zero_point + sum * factor, lowest, highest).
int8_t thimble_output_int8(int32_t sum, thimble_rescale factor, int32_t zero_point, int32_t lowest, int32_t highest);

// The factor a * b / c * 2^exponent as TensorFlow Lite computes it: the quotient of doubles, rounded to 53 bits and
// then to 31 (QuantizeMultiplier in tensorflow/lite/kernels/internal/quantization_util.cc), here in integers. a, b and
// c are finite and not negative, c > 0. A factor below 2^-32 becomes 0; shift may be above 30 (the caller checks).
thimble_rescale thimble_rescale_of(float a, float b, float c, int32_t exponent);

// The factor a * b / c with c = divisor * 2^exponent, a double constant of TensorFlow Lite: 2^52 <= divisor < 2^53. Rounded in
// the same two steps.
thimble_rescale thimble_rescale_by_double(float a, float b, uint64_t divisor, int32_t exponent);

// floor(a / c), at most 32767; a and c are finite and above 0.
int32_t thimble_floor_quotient(float a, float c);

// round(value / scale), halves away from zero, limited to +-2^30; scale > 0. NaN gives 0.
int32_t thimble_round_quotient(float value, float scale);

#endif
