// 64-bit multiplication and division helpers that the compiler calls and its library for this core lacks.
// SPDX-License-Identifier: Apache-2.0
//
// No line here may compile to a call of the function it stands in: products are 32-bit or 16-bit ones, and the division
// is the library's common routine.
#include <stdint.h>

uint64_t __umulsidi3(uint32_t left, uint32_t right);
int64_t __muldi3(int64_t left, int64_t right);
uint64_t __udivdi3(uint64_t dividend, uint64_t divisor);
uint64_t __umoddi3(uint64_t dividend, uint64_t divisor);
int64_t __divdi3(int64_t dividend, int64_t divisor);
int64_t __moddi3(int64_t dividend, int64_t divisor);
uint64_t __udivmoddi4(uint64_t dividend, uint64_t divisor, uint64_t *remainder);  // of libgcc

static uint32_t low_half(uint32_t word) {
    return word & 0xffff;
}

static inline uint64_t multiply(uint32_t left, uint32_t right) {
    uint32_t low = low_half(left) * low_half(right);
    uint32_t middle = (left >> 16) * low_half(right) + (low >> 16);  // cannot overflow
    uint32_t other_middle = low_half(left) * (right >> 16) + low_half(middle);  // nor this
    uint32_t high = (left >> 16) * (right >> 16) + (middle >> 16) + (other_middle >> 16);
    return (uint64_t)high << 32 | (other_middle << 16 | low_half(low));
}

uint64_t __umulsidi3(uint32_t left, uint32_t right) {
    return multiply(left, right);
}

int64_t __muldi3(int64_t left, int64_t right) {
    uint32_t left_high = (uint32_t)((uint64_t)left >> 32);
    uint32_t right_high = (uint32_t)((uint64_t)right >> 32);
    uint64_t product = multiply((uint32_t)left, (uint32_t)right);
    return (int64_t)(product + ((uint64_t)((uint32_t)left * right_high + left_high * (uint32_t)right) << 32));
}

uint64_t __udivdi3(uint64_t dividend, uint64_t divisor) {
    return __udivmoddi4(dividend, divisor, 0);
}

uint64_t __umoddi3(uint64_t dividend, uint64_t divisor) {
    uint64_t remainder;
    (void)__udivmoddi4(dividend, divisor, &remainder);
    return remainder;
}

static uint64_t magnitude(int64_t value) {
    return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

int64_t __divdi3(int64_t dividend, int64_t divisor) {
    uint64_t quotient = __udivmoddi4(magnitude(dividend), magnitude(divisor), 0);
    return (int64_t)((dividend < 0) != (divisor < 0) ? 0 - quotient : quotient);
}

int64_t __moddi3(int64_t dividend, int64_t divisor) {
    uint64_t remainder;
    (void)__udivmoddi4(magnitude(dividend), magnitude(divisor), &remainder);
    return (int64_t)(dividend < 0 ? 0 - remainder : remainder);
}
