// mac16_output.c - prepares outputs of MAC16 sums.
//
// SPDX-License-Identifier: Apache-2.0
#include "mac16_output.h"

enum { LARGEST_PRODUCT = 255 * 128, MOST_COUNT = (1 << 27) / LARGEST_PRODUCT - 1 };

// How many fraction bits sums may have so that they fit 32 bits, bias included.
static int32_t fraction_bits_of(int32_t bias, int32_t count) {
    if (count > MOST_COUNT || bias >= 1 << 27 || bias <= -(1 << 27)) {
        return 0;
    }
    const int32_t largest = count * LARGEST_PRODUCT + (bias < 0 ? -bias : bias);
    return largest < 1 << 23 ? 8 : largest < 1 << 27 ? 4 : 0;
}

void thimble_mac16_output_start(thimble_mac16_output *output, const thimble_weights_scale *scale,
                                thimble_rescale factor, int32_t bias, int32_t count) {
    const int32_t s = -factor.shift, f = s < 0 || s > 14 ? 0 : fraction_bits_of(bias, count);
    output->lowest = scale->lowest;
    output->highest = scale->highest;
    output->zero_point = scale->output_zero_point;
    output->multiplier = factor.multiplier;
    output->fraction_bits = f;
    if (f == 0) {
        output->bias = bias;
        output->shift = factor.shift;
        return;
    }
    const int32_t one = 1 << (f - 1);  // of h
    output->bias = bias * (1 << f);
    output->shift = f - 1 + s;
    output->offset = one / 2 + one * (1 << s) * scale->output_zero_point + (s > 0 ? one << (s - 1) : 0);
    output->offset_negative = output->offset - (s > 0 ? one : 0);
}
