// Double precision arithmetic in integers: the helpers that the compiler calls and its library for this core lacks.
// SPDX-License-Identifier: Apache-2.0
//
// IEEE 754 binary64, rounding to nearest even, subnormal numbers included; every NaN that comes out is the same one.
// Between unpack and pack a number is  significand * 2^(exponent - 1023 - 62)  with its leading one at bit 62: ten bits
// below the 53 that are kept, of which the lowest also says whether anything was lost below it ("sticky").
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define SIGN (UINT64_C(1) << 63)
#define INFINITE (UINT64_C(0x7ff) << 52)
#define NOT_A_NUMBER (UINT64_C(0xfff) << 51)
#define LEADING_ONE (UINT64_C(1) << 62)

double __adddf3(double left, double right);
double __subdf3(double left, double right);
double __muldf3(double left, double right);
double __divdf3(double left, double right);
double __floatsidf(int32_t value);
double __floatunsidf(uint32_t value);
double __extendsfdf2(float value);
float __truncdfsf2(double value);
int32_t __fixdfsi(double value);
uint32_t __fixunsdfsi(double value);

static uint64_t bits_of(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static double double_of(uint64_t bits) {
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static bool is_nan(uint64_t bits) {
    return (bits & ~SIGN) > INFINITE;
}

static bool is_infinite(uint64_t bits) {
    return (bits & ~SIGN) == INFINITE;
}

static uint64_t shift_right_sticky(uint64_t value, int32_t count) {
    if (count > 63) {
        return value != 0;
    }
    uint64_t lost = value & ((UINT64_C(1) << count) - 1);
    return value >> count | (lost != 0);
}

// Finite numbers only. Returns the significand, 0 for zero.
static uint64_t unpack(uint64_t bits, int32_t *exponent) {
    *exponent = (int32_t)(bits >> 52 & 0x7ff);
    uint64_t fraction = bits << 10 & (LEADING_ONE - 1);
    if (*exponent != 0) {
        return LEADING_ONE | fraction;
    }
    *exponent = 1;
    if (fraction == 0) {
        return 0;
    }
    int32_t shift = __builtin_clzll(fraction) - 1;
    *exponent -= shift;
    return fraction << shift;
}

// Rounds to `fraction_bits` and puts together the bits below the sign of a format with the given largest exponent.
static uint64_t round_and_join(int32_t exponent, uint64_t significand, int32_t fraction_bits, int32_t exponent_limit) {
    if (significand == 0) {
        return 0;
    }
    if (exponent >= exponent_limit) {
        return (uint64_t)(uint32_t)exponent_limit << fraction_bits;
    }
    if (exponent <= 0) {  // subnormal
        significand = shift_right_sticky(significand, 1 - exponent);
        exponent = 1;
    }
    int32_t extra_bits = 62 - fraction_bits;
    uint64_t half = UINT64_C(1) << (extra_bits - 1);
    uint64_t is_odd = significand >> extra_bits & 1;
    significand = (significand + half - 1 + is_odd) >> extra_bits;
    // The leading one, where there is one, adds the last 1 to the exponent; so does a carry out of rounding.
    return ((uint64_t)(uint32_t)(exponent - 1) << fraction_bits) + significand;
}

static double pack(uint64_t sign, int32_t exponent, uint64_t significand) {
    return double_of(sign | round_and_join(exponent, significand, 52, 0x7ff));
}

static double add(uint64_t left, uint64_t right) {
    if (is_nan(left) || is_nan(right) || (is_infinite(left) && is_infinite(right) && left != right)) {
        return double_of(NOT_A_NUMBER);
    }
    if (is_infinite(left) || is_infinite(right)) {
        return double_of(is_infinite(left) ? left : right);
    }
    if ((left & ~SIGN) < (right & ~SIGN)) {  // the larger one first
        uint64_t larger = right;
        right = left;
        left = larger;
    }
    int32_t exponent;
    int32_t smaller_exponent;
    uint64_t significand = unpack(left, &exponent);
    uint64_t smaller = unpack(right, &smaller_exponent);
    smaller = smaller == 0 ? 0 : shift_right_sticky(smaller, exponent - smaller_exponent);
    uint64_t sign = left & SIGN;
    if (sign == (right & SIGN)) {
        significand += smaller;
    } else {
        significand -= smaller;
        sign = significand == 0 ? 0 : sign;
    }
    if (significand >= 2 * LEADING_ONE) {
        significand = shift_right_sticky(significand, 1);
        exponent++;
    } else if (significand != 0) {
        int32_t shift = __builtin_clzll(significand) - 1;
        significand <<= shift;
        exponent -= shift;
    }
    return pack(sign, exponent, significand);
}

double __adddf3(double left, double right) {
    return add(bits_of(left), bits_of(right));
}

double __subdf3(double left, double right) {
    return add(bits_of(left), bits_of(right) ^ SIGN);
}

// Upper 64 bits of the product, sticky.
static uint64_t multiply_high(uint64_t left, uint64_t right) {
    uint64_t left_low = (uint32_t)left;
    uint64_t left_high = left >> 32;
    uint64_t right_low = (uint32_t)right;
    uint64_t right_high = right >> 32;
    uint64_t low = left_low * right_low;
    uint64_t middle = left_high * right_low + (low >> 32);
    uint64_t other_middle = left_low * right_high + (uint32_t)middle;
    uint64_t high = left_high * right_high + (middle >> 32) + (other_middle >> 32);
    return high | (((uint32_t)other_middle | (uint32_t)low) != 0);
}

double __muldf3(double left_value, double right_value) {
    uint64_t left = bits_of(left_value);
    uint64_t right = bits_of(right_value);
    uint64_t sign = (left ^ right) & SIGN;
    bool has_zero = (left & ~SIGN) == 0 || (right & ~SIGN) == 0;
    bool has_infinite = is_infinite(left) || is_infinite(right);
    if (is_nan(left) || is_nan(right) || (has_zero && has_infinite)) {
        return double_of(NOT_A_NUMBER);
    }
    if (has_infinite) {
        return double_of(sign | INFINITE);
    }
    int32_t exponent;
    int32_t right_exponent;
    uint64_t significand = unpack(left, &exponent);
    significand = multiply_high(significand << 1, unpack(right, &right_exponent) << 1);  // in [2^62, 2^64) or 0
    exponent += right_exponent - 1023;
    if (significand >= 2 * LEADING_ONE) {
        significand = shift_right_sticky(significand, 1);
        exponent++;
    }
    return pack(sign, exponent, significand);
}

double __divdf3(double left_value, double right_value) {
    uint64_t left = bits_of(left_value);
    uint64_t right = bits_of(right_value);
    uint64_t sign = (left ^ right) & SIGN;
    bool left_is_zero = (left & ~SIGN) == 0;
    bool right_is_zero = (right & ~SIGN) == 0;
    if (is_nan(left) || is_nan(right) || (left_is_zero && right_is_zero) || (is_infinite(left) && is_infinite(right))) {
        return double_of(NOT_A_NUMBER);
    }
    if (is_infinite(left) || right_is_zero) {
        return double_of(sign | INFINITE);
    }
    if (left_is_zero || is_infinite(right)) {
        return double_of(sign);
    }
    int32_t exponent;
    int32_t right_exponent;
    uint64_t remainder = unpack(left, &exponent);
    uint64_t divisor = unpack(right, &right_exponent);
    exponent += 1023 - right_exponent;
    if (remainder < divisor) {
        remainder <<= 1;
        exponent--;
    }
    uint64_t quotient = 0;
    for (int bit = 62; bit >= 0; bit--) {
        if (remainder >= divisor) {
            remainder -= divisor;
            quotient |= UINT64_C(1) << bit;
        }
        remainder <<= 1;
    }
    return pack(sign, exponent, quotient | (remainder != 0));
}

double __floatunsidf(uint32_t value) {
    if (value == 0) {
        return double_of(0);
    }
    int32_t shift = __builtin_clzll(value) - 1;
    return pack(0, 1023 + 62 - shift, (uint64_t)value << shift);
}

double __floatsidf(int32_t value) {
    uint64_t bits = bits_of(__floatunsidf(value < 0 ? 0 - (uint32_t)value : (uint32_t)value));
    return double_of(value < 0 ? bits | SIGN : bits);
}

double __extendsfdf2(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    uint64_t sign = (uint64_t)(bits >> 31) << 63;
    int32_t exponent = (int32_t)(bits >> 23 & 0xff);
    uint64_t significand = (uint64_t)(bits & 0x7fffff) << 39;
    if (exponent == 0xff) {
        return double_of(significand == 0 ? sign | INFINITE : NOT_A_NUMBER);
    }
    if (exponent != 0) {
        return pack(sign, exponent + 1023 - 127, significand | LEADING_ONE);
    }
    if (significand == 0) {
        return double_of(sign);
    }
    int32_t shift = __builtin_clzll(significand) - 1;
    return pack(sign, 1 + 1023 - 127 - shift, significand << shift);
}

float __truncdfsf2(double value) {
    uint64_t bits = bits_of(value);
    uint32_t single = (uint32_t)(bits >> 63) << 31;
    if (is_nan(bits)) {
        single = UINT32_C(0x7fc00000);
    } else if (is_infinite(bits)) {
        single |= UINT32_C(0x7f800000);
    } else {
        int32_t exponent;
        uint64_t significand = unpack(bits, &exponent);
        single |= (uint32_t)round_and_join(exponent - 1023 + 127, significand, 23, 0xff);
    }
    float result;
    memcpy(&result, &single, sizeof result);
    return result;
}

// Magnitude without its fraction, or more than any 32-bit number if it is too large.
static uint64_t whole_part(uint64_t bits) {
    int32_t exponent = (int32_t)(bits >> 52 & 0x7ff) - 1023;
    if (exponent < 0) {
        return 0;
    }
    if (exponent > 32) {
        return UINT64_MAX;
    }
    return ((bits & ((UINT64_C(1) << 52) - 1)) | UINT64_C(1) << 52) >> (52 - exponent);
}

uint32_t __fixunsdfsi(double value) {
    uint64_t bits = bits_of(value);
    uint64_t whole = whole_part(bits);
    if ((bits & SIGN) != 0 || is_nan(bits)) {
        return 0;
    }
    return whole > UINT32_MAX ? UINT32_MAX : (uint32_t)whole;
}

int32_t __fixdfsi(double value) {
    uint64_t bits = bits_of(value);
    uint64_t whole = whole_part(bits);
    if (is_nan(bits)) {
        return 0;
    }
    if ((bits & SIGN) != 0) {
        return whole > INT32_MAX ? INT32_MIN : -(int32_t)whole;
    }
    return whole > INT32_MAX ? INT32_MAX : (int32_t)whole;
}
