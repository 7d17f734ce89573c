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
    output->bias = bias;
    if (f == 0) {
        output->shift = factor.shift;
        return;
    }
    const int32_t one = 1 << (f - 1);  // of h
    output->shift = f - 1 + s;
    output->offset = one / 2 + one * (1 << s) * scale->output_zero_point + (s > 0 ? one << (s - 1) : 0);
    output->offset_negative = output->offset - (s > 0 ? one : 0);
}

int8_t thimble_mac16_output_of_sum(const thimble_weights_scale *scale, thimble_rescale factor, int32_t sum) {
    const int32_t s = -factor.shift;
    if (s < 1 || s > 14 || sum >= 1 << 23 || sum <= -(1 << 23)) {
        return thimble_output_int8(sum, factor, scale->output_zero_point, scale->lowest, scale->highest);
    }
    const int32_t q = thimble_multiply_high(sum * 256, factor.multiplier);
    const int32_t rounding = ((1 << s) * (2 * scale->output_zero_point + 1) + (sum < 0 ? -1 : 1)) * 64;
    return (int8_t)thimble_clamp((q + rounding) >> (7 + s), scale->lowest, scale->highest);
}

// One output, by the formula of mac16_output.h or by the reference's.
static int8_t output_of(const thimble_mac16_output *rule, const int16_t *inputs, const int16_t *weights,
                        int32_t quads) {
    const int32_t f = rule->fraction_bits;
    if (f == 0) {
        const int32_t sum = thimble_mac16_dot(inputs, weights, quads, 8);
        const thimble_rescale factor = {rule->multiplier, rule->shift};
        return thimble_output_int8(thimble_add_wrapping(sum, rule->bias), factor, rule->zero_point, rule->lowest,
                                   rule->highest);
    }
    // Not 8 - f: with f = 8 that is 0, for which a shift by 32 would be needed.
    const int32_t v = (thimble_mac16_dot(inputs, weights, quads, 4) + rule->bias * 16) * (1 << f >> 4);
    const int32_t offset = v < 0 ? rule->offset_negative : rule->offset;
    const int32_t result = (thimble_multiply_high(v, rule->multiplier) + offset) >> rule->shift;
    return (int8_t)thimble_clamp(result, rule->lowest, rule->highest);
}

// Where it does not need to be fast, apart for the registers.
__attribute__((noinline)) static void run_one_by_one(const thimble_mac16_runs *runs, const thimble_mac16_output *rule,
                                                     int8_t *output, int32_t output_step, int32_t count) {
    const int16_t *inputs = runs->inputs;
    for (; count > 0; count--) {
        *output = output_of(rule, inputs, runs->weights, runs->quads);
        inputs += runs->step;
        output += output_step;
    }
}

#if THIMBLE_HAS_MAC16
// From the accumulator, which starts as the bias, to the output.
#define FROM_START(bias) THIMBLE_WRITE_ACCLO(bias)
#define FROM_SUM(v, t) THIMBLE_READ_ACCLO(v)
#define FROM_WIDE_START(bias, t) "srai " t ", " bias ", 31\n" THIMBLE_WRITE_ACCLO(bias) THIMBLE_WRITE_ACCHI(t)
#define FROM_WIDE_SUM(v, t) \
    THIMBLE_READ_ACCLO(v) THIMBLE_READ_ACCHI(t) "srli " v ", " v ", 4\nslli " t ", " t ", 28\nor " v ", " v ", " t "\n"

// 16 instructions for an output besides its sum; 22 with 4 fraction bits. t starts as the shift, for want of registers.
// clang-format off
#define RUN(start, sum, one)                                                                                         \
    __asm__ volatile("ssr %[t]\n"                                                                                   \
                     "1:\n"                                                                                         \
                     start                                                                                           \
                     THIMBLE_DOT("%[x]", "%[w]", "%[quads]")                                                         \
                     sum                                                                                             \
                     "srai %[t], %[v], 31\n"                                                                        \
                     "slli %[t], %[t], " one "\n"                                                                   \
                     "add %[t], %[t], %[offset]\n"                                                                  \
                     THIMBLE_MULSH("%[v]", "%[v]", "%[multiplier]")                                                  \
                     "add %[v], %[v], %[t]\n"                                                                       \
                     "sra %[v], %[v]\n"                                                                             \
                     THIMBLE_CLAMP_TO_BYTE("%[v]", "%[v]")                                                           \
                     "s8i %[v], %[output], 0\n"                                                                     \
                     "add %[x], %[x], %[x_step]\n"                                                                  \
                     "add %[w], %[w], %[w_step]\n"                                                                  \
                     "add %[output], %[output], %[output_step]\n"                                                   \
                     "bne %[output], %[end], 1b\n"                                                                  \
                     : [x] "+&r"(x), [w] "+&r"(w), [output] "+&r"(output), [v] "=&r"(v), [t] "+&r"(t)                \
                     : [quads] "r"(runs->quads), [x_step] "r"(x_step), [w_step] "r"(w_step),                         \
                       [output_step] "r"(output_step), [end] "r"(end), [bias] "r"(rule->bias * 256),                 \
                       [offset] "r"(rule->offset), [multiplier] "r"(rule->multiplier)                                \
                     : "memory")
// clang-format on
#endif

void thimble_mac16_run(const thimble_mac16_runs *runs, const thimble_mac16_output *rule, int8_t *output,
                       int32_t output_step, int32_t count) {
#if THIMBLE_HAS_MAC16
    const bool is_byte = rule->lowest == INT8_MIN && rule->highest == INT8_MAX;
    const bool bias_fits = rule->bias < 1 << 23 && rule->bias > -(1 << 23);
    if (is_byte && rule->fraction_bits != 0 && rule->offset != rule->offset_negative && bias_fits && count > 0) {
        const int8_t *const end = output + count * output_step;
        uintptr_t x = (uintptr_t)runs->inputs - 4, w = (uintptr_t)runs->weights - 4;
        const int32_t w_step = -(8 * runs->quads + 4), x_step = 2 * runs->step + w_step;
        int32_t v, t = rule->shift;
        if (rule->fraction_bits == 8) {
            RUN(FROM_START("%[bias]"), FROM_SUM("%[v]", "%[t]"), "7");
        } else {
            RUN(FROM_WIDE_START("%[bias]", "%[t]"), FROM_WIDE_SUM("%[v]", "%[t]"), "3");
        }
        return;
    }
#endif
    run_one_by_one(runs, rule, output, output_step, count);
}
