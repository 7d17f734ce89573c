// sum_xtensa.c - ADD and SUB of int8 for Xtensa cores with MULSH: two high multiplications per element.
//
// The portable kernel rounds twice for each factor m * 2^(-31 - s). Floors nest, so one shift serves both; with a value given
// times 8, and q = value_8 * m >> 32:
//
//     value * factor = (q + 2 + 2 * 2^s - 4 * (value < 0)) >> (s + 2), s >= 1         (q + 2) >> 2, s = 0
//
// The input with the larger scale has the factor 1/2 and needs none. Values and their sum are below 2^28; with the zero point, times 4 * 2^s, nothing overflows while s <= 20.
//
// SPDX-License-Identifier: Apache-2.0
#include "mac16.h"
#include "sum.h"

enum { LARGEST_SHIFT = 20 };

// A factor as the loop wants it.
typedef struct shrinking {
    int32_t multiplier, shift;
    int32_t offset, offset_negative;  // what is added to q, for values >= 0 and below
} shrinking;

static bool serves(thimble_rescale factor) {
    return factor.shift <= 0 && factor.shift >= -LARGEST_SHIFT;
}

static shrinking shrinking_of(thimble_rescale factor, int32_t zero_point) {
    const int32_t s = -factor.shift, rounding = s == 0 ? 2 : 2 + (2 << s), offset = rounding + zero_point * (4 << s);
    return (shrinking){factor.multiplier, s + 2, offset, s == 0 ? offset : offset - 4};
}

static inline int32_t shrink(shrinking by, int32_t value_8) {
    const int32_t q = thimble_multiply_high(value_8, by.multiplier);
    return (q + (value_8 < 0 ? by.offset_negative : by.offset)) >> by.shift;
}

// `negative`: the input whose factor is not a half is subtracted. A constant, so that the loop does not ask.
static inline void run(const thimble_sum_int8_args *args, thimble_range range, const thimble_pairwise_walk *at,
                       bool negative) {
    const thimble_sum_int8_factors *f = &args->record->int8;
    const thimble_pairwise_loop loop = args->record->pairwise.loops[0];
    const int32_t halved = thimble_sum_halved(f), other = 1 - halved;
    const shrinking by_other = shrinking_of(f->inputs[other], 0);
    const shrinking by_output = shrinking_of(f->output, f->output_zero_point);
    // Eight times a unit of the other input, and a half of one of this.
    const int32_t unit_8 = 1 << (THIMBLE_SUM_SHIFT + 3), half_8 = unit_8 / (args->subtract && halved == 1 ? -2 : 2);
    const int32_t zero_half = f->zero_points[halved] * half_8, zero_other = f->zero_points[other] * unit_8;
    const int32_t lowest = f->lowest, highest = f->highest;
    const int8_t *first = args->inputs[halved] + at->inputs[halved] + range.begin * loop.steps[halved];
    const int8_t *second = args->inputs[other] + at->inputs[other] + range.begin * loop.steps[other];
    int8_t *output = args->output + at->output + range.begin;
    for (const int8_t *const end = output + (range.end - range.begin); output != end; output++) {
        const int32_t a_8 = *first * half_8 - zero_half;
        const int32_t b_8 = shrink(by_other, *second * unit_8 - zero_other) * 8;
        const int32_t sum = shrink(by_output, negative ? a_8 - b_8 : a_8 + b_8);
        *output = (int8_t)thimble_clamp_mac16(sum, lowest, highest);
        first += loop.steps[halved];
        second += loop.steps[other];
    }
}

void thimble_sum_int8_xtensa(const thimble_sum_int8_args *args, thimble_range range) {
    const thimble_sum_int8_factors *f = &args->record->int8;
    if (!serves(f->inputs[0]) || !serves(f->inputs[1]) || !serves(f->output)) {
        thimble_sum_int8_portable(args, range);
        return;
    }
    thimble_pairwise_walk at = {0};
    do {
        if (args->subtract && thimble_sum_halved(f) == 0) {
            run(args, range, &at, true);
        } else {
            run(args, range, &at, false);
        }
    } while (thimble_pairwise_next(&args->record->pairwise, &at));
}
