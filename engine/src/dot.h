// dot.h - dot products of one run of inputs with several rows of weights: the inner loop of the generic kernels.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_DOT_H
#define THIMBLE_DOT_H

#include "arith.h"

// Holds input + offset. Vector units multiply pairs of 16-bit numbers; a scalar core would have to cut to 16 bits.
#if defined(__SSE2__) || defined(__ARM_NEON)
typedef int16_t thimble_dot_value;
#else
typedef int32_t thimble_dot_value;
#endif

// sums[k] += sum over i < count of (input[i] + input_offset) * weights[k][weight_offset + i], for k = 0 .. 3.
static inline void thimble_dot_4(const int8_t *input, const int8_t *const weights[4], int32_t weight_offset,
                                 int32_t count, int32_t input_offset, int32_t sums[4]) {
    const int8_t *w0 = weights[0] + weight_offset, *w1 = weights[1] + weight_offset;
    const int8_t *w2 = weights[2] + weight_offset, *w3 = weights[3] + weight_offset;
    int32_t s0 = sums[0], s1 = sums[1], s2 = sums[2], s3 = sums[3];
    for (int32_t i = 0; i < count; i++) {
        const thimble_dot_value x = (thimble_dot_value)(input[i] + input_offset);
        s0 = thimble_mac(s0, x, (thimble_dot_value)w0[i]);
        s1 = thimble_mac(s1, x, (thimble_dot_value)w1[i]);
        s2 = thimble_mac(s2, x, (thimble_dot_value)w2[i]);
        s3 = thimble_mac(s3, x, (thimble_dot_value)w3[i]);
    }
    sums[0] = s0;
    sums[1] = s1;
    sums[2] = s2;
    sums[3] = s3;
}

#endif
