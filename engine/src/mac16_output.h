// mac16_output.h - from a MAC16 sum to an int8 output without 64-bit arithmetic.
//
// The kernels sum (x + 128) * (256 * w), since that is what unpacks from bytes in the fewest instructions. With v the
// sum's bits from 8 - f on, f fraction bits of the true sum a, and the factor m * 2^-(31 + s), the reference computes
//
//     h = (a * m + 2^30) >> 31
//     output = clamp(((h - (h < 0) + 2^(s - 1)) >> s) + zero point)
//
// Floors nest, so with q = v * m >> 32, which is one instruction, both roundings and the zero point become one addition:
//
//     output = clamp((q + 2^(f - 2) + 2^(f - 1) * (2^(s - 1) - (v < 0) + 2^s * zero point)) >> (f - 1 + s))
//
// Where there is no second rounding (s < 1) or something does not fit 32 bits, the reference's way is taken.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_MAC16_OUTPUT_H
#define THIMBLE_MAC16_OUTPUT_H

#include "mac16.h"
#include "weights.h"

typedef enum thimble_mac16_way {
    THIMBLE_MAC16_REFERENCE,
    THIMBLE_MAC16_8,  // f = 8
    THIMBLE_MAC16_4  // f = 4, for larger sums
} thimble_mac16_way;

typedef struct thimble_mac16_output {
    thimble_mac16_way way;
    int32_t bias;  // for sums of (x + 128) * w
    int32_t multiplier, shift;  // REFERENCE: of the factor, else the shift at the end
    int32_t offset;  // what is added to q where v >= 0
    int32_t lowest, highest, zero_point;
} thimble_mac16_output;

// `bias` is the one for sums of (x + 128) * w, of which there are `count`.
void thimble_mac16_output_start(thimble_mac16_output *output, const thimble_weights_scale *scale,
                                thimble_rescale factor, int32_t bias, int32_t count);

// A single output from its sum, bias included: the same formula with f = 8.
int8_t thimble_mac16_output_of_sum(const thimble_weights_scale *scale, thimble_rescale factor, int32_t sum);

// Rows of `count` runs of widened inputs, and the widened weights of one channel. Steps are in numbers.
typedef struct thimble_mac16_runs {
    const int16_t *inputs, *weights;
    int32_t step, row_step;  // from run to run, from row to row
    int32_t count, rows;
    int32_t quads;  // in a run, 4 numbers each
} thimble_mac16_runs;

// An output from each run, `output_step` bytes apart.
void thimble_mac16_run(const thimble_mac16_runs *runs, const thimble_mac16_output *rule, int8_t *output,
                       int32_t output_step);

#endif
