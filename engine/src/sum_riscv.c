// sum_riscv.c - ADD and SUB of int8 for RV32IM: two high multiplications per element.
//
// The portable kernel rounds twice for each factor m * 2^(-31 - s), 0 <= s. As in output_riscv.h one shift serves both:
//
//     value * factor = floor((q + 1 + 2^s - 2 [q < 0]) / 2^(s + 1))    with q = floor(4 * value * m / 2^32), s >= 1
//     value * factor = floor((q + 1) / 2)                              s = 0
//
// The input with the larger scale has the factor 1/2 and needs none. Values and their sum are below 2^28, so that nothing overflows while s <= 28.
//
// SPDX-License-Identifier: Apache-2.0
#include "sum.h"

enum { LARGEST_SHIFT = 28 };

// A factor as the loop wants it.
typedef struct shrinking {
    int32_t multiplier, addend, shift;
    int32_t ties;  // -2, or 0 where s = 0
} shrinking;

static bool serves(thimble_rescale factor) {
    return factor.shift <= 0 && factor.shift >= -LARGEST_SHIFT;
}

static shrinking make(thimble_rescale factor) {
    const int32_t s = -factor.shift;
    return (shrinking){
        .multiplier = factor.multiplier, .addend = s == 0 ? 1 : 1 + (1 << s), .shift = s + 1, .ties = s == 0 ? 0 : -2};
}

// value_4 is four times the value.
static inline int32_t shrink(shrinking by, int32_t value_4) {
    const int32_t q = (int32_t)((int64_t)value_4 * by.multiplier >> 32);
    return (q + (q >> 31 & by.ties) + by.addend) >> by.shift;
}

static void run(const thimble_sum_int8_args *args, thimble_range range, const thimble_pairwise_walk *at) {
    const thimble_sum_int8_factors *f = &args->record->int8;
    const thimble_pairwise_loop loop = args->record->pairwise.loops[0];
    const int32_t halved = thimble_sum_halved(f), other = 1 - halved, subtracted = args->subtract ? 1 : -1;
    const shrinking by_other = make(f->inputs[other]), by_output = make(f->output);
    // Four times a half of an input's unit.
    const int32_t half_4 = (1 << (THIMBLE_SUM_SHIFT + 1)) * (subtracted == halved ? -1 : 1);
    const int32_t up = THIMBLE_SUM_SHIFT + 2, sign = subtracted == other ? -1 : 0;
    const int32_t zero_half_4 = f->zero_points[halved] * half_4, zero_other = f->zero_points[other];
    const int32_t zero = f->output_zero_point, lowest = f->lowest, highest = f->highest;
    const int8_t *first = args->inputs[halved] + at->inputs[halved] + range.begin * loop.steps[halved];
    const int8_t *second = args->inputs[other] + at->inputs[other] + range.begin * loop.steps[other];
    int8_t *output = args->output + at->output + range.begin;
    for (const int8_t *const end = output + (range.end - range.begin); output != end; output++) {
        const int32_t a_4 = *first * half_4 - zero_half_4;
        const int32_t b = shrink(by_other, (*second - zero_other) * (1 << up));
        const int32_t sum = shrink(by_output, a_4 + ((b ^ sign) - sign) * 4) + zero;
        *output = (int8_t)thimble_clamp(sum, lowest, highest);
        first += loop.steps[halved];
        second += loop.steps[other];
    }
}

void thimble_sum_int8_riscv(const thimble_sum_int8_args *args, thimble_range range) {
    const thimble_sum_int8_factors *f = &args->record->int8;
    if (!serves(f->inputs[0]) || !serves(f->inputs[1]) || !serves(f->output)) {
        thimble_sum_int8_portable(args, range);
        return;
    }
    thimble_pairwise_walk at = {0};
    do {
        run(args, range, &at);
    } while (thimble_pairwise_next(&args->record->pairwise, &at));
}
