// mac16_output.c - prepares outputs of MAC16 sums.
//
// SPDX-License-Identifier: Apache-2.0
#include "mac16_output.h"

#include <stddef.h>

enum { LARGEST_PRODUCT = 255 * 128, LARGEST_COUNT = (1 << 27) / LARGEST_PRODUCT - 1, LARGEST_BIAS = 1 << 23 };
enum { LARGEST_SHIFT = 14 };  // of the factor

static thimble_mac16_way way_of(int32_t shift, int32_t bias, int32_t count) {
    if (shift < 1 || shift > LARGEST_SHIFT || bias >= LARGEST_BIAS || bias <= -LARGEST_BIAS) {
        return THIMBLE_MAC16_REFERENCE;
    }
    const int32_t products = thimble_min(count, LARGEST_COUNT) * LARGEST_PRODUCT;
    const int32_t largest = products + (bias < 0 ? -bias : bias);
    return largest < 1 << 23 ? THIMBLE_MAC16_8 : largest < 1 << 27 ? THIMBLE_MAC16_4 : THIMBLE_MAC16_REFERENCE;
}

void thimble_mac16_output_start(thimble_mac16_output *output, const thimble_weights_scale *scale,
                                thimble_rescale factor, int32_t bias, int32_t count) {
    const int32_t s = -factor.shift;
    output->way = way_of(s, bias, count);
    output->bias = bias;
    output->multiplier = factor.multiplier;
    output->lowest = scale->lowest;
    output->highest = scale->highest;
    output->zero_point = scale->output_zero_point;
    output->shift = factor.shift;
    if (output->way != THIMBLE_MAC16_REFERENCE) {
        const int32_t bits = output->way == THIMBLE_MAC16_8 ? 7 : 3;  // f - 1
        output->shift = s + bits;
        // 2^(f - 2) * (1 + 2^s + 2^(s + 1) * zero point)
        output->offset = (1 + (1 << s) * (1 + 2 * scale->output_zero_point)) * (1 << (bits - 1));
    }
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

// One output, in any way.
static int8_t output_of(const thimble_mac16_output *rule, const int16_t *inputs, const int16_t *weights,
                        int32_t quads) {
    if (rule->way == THIMBLE_MAC16_REFERENCE) {
        const int32_t sum = thimble_mac16_dot(inputs, weights, quads, 8);
        const thimble_rescale factor = {rule->multiplier, rule->shift};
        return thimble_output_int8(thimble_add_wrapping(sum, rule->bias), factor, rule->zero_point, rule->lowest,
                                   rule->highest);
    }
    int32_t v = thimble_mac16_dot(inputs, weights, quads, 4) + rule->bias * 16, one = 8;
    if (rule->way == THIMBLE_MAC16_8) {
        v *= 16;
        one *= 16;
    }
    const int32_t q = thimble_multiply_high(v, rule->multiplier) - (v < 0 ? one : 0);
    return (int8_t)thimble_clamp((q + rule->offset) >> rule->shift, rule->lowest, rule->highest);
}

// Where it does not need to be fast; apart, for the registers.
__attribute__((noinline)) static void run_one_by_one(const thimble_mac16_runs *runs, const thimble_mac16_output *rule,
                                                     int8_t *output, int32_t output_step) {
    for (int32_t y = 0; y < runs->rows; y++) {
        const int16_t *inputs = runs->inputs + y * runs->row_step;
        for (int32_t i = 0; i < runs->count; i++) {
            *output = output_of(rule, inputs, runs->weights, runs->quads);
            inputs += runs->step;
            output += output_step;
        }
    }
}

#if THIMBLE_HAS_MAC16
// clang-format off
// What follows is put together from: how the accumulator starts, as the bias; how v is read from it; how q becomes an
// output, with the offset in a register if all bytes are allowed, else with a pointer to the rule there.
#define START_8 THIMBLE_WRITE_ACCLO("%[bias]")
#define START_4 "srai %[t], %[bias], 31\n" THIMBLE_WRITE_ACCLO("%[bias]") THIMBLE_WRITE_ACCHI("%[t]")
#define READ_8 THIMBLE_READ_ACCLO("%[v]")
#define READ_4                                         \
    THIMBLE_READ_ACCLO("%[v]")                         \
    THIMBLE_READ_ACCHI("%[t]")                         \
    "srli %[v], %[v], 4\n"                             \
    "slli %[t], %[t], 28\n"                            \
    "or %[v], %[v], %[t]\n"
#define FINISH_BYTE                                    \
    "add %[v], %[v], %[offset]\n"                      \
    "sra %[v], %[v]\n"                                 \
    THIMBLE_CLAMP_TO_BYTE("%[v]", "%[v]")
#define FINISH_RANGE                                   \
    "l32i %[t], %[offset], %[offset_at]\n"             \
    "add %[v], %[v], %[t]\n"                           \
    "sra %[v], %[v]\n"                                 \
    "l32i %[t], %[offset], %[lowest_at]\n"             \
    THIMBLE_MAX("%[v]", "%[v]", "%[t]")                \
    "l32i %[t], %[offset], %[highest_at]\n"            \
    THIMBLE_MIN("%[v]", "%[v]", "%[t]")

// 17 instructions for an output besides its sum; 4 more for a range, 5 for 4 fraction bits. t starts as the shift, for
// want of registers.
#define RUN(start, read, one, finish, offset_or_rule)                                                   \
    __asm__ volatile("ssr %[t]\n"                                                                       \
                     "1:\n"                                                                             \
                     start                                                                              \
                     THIMBLE_DOT("%[x]", "%[w]", "%[quads]")                                            \
                     read                                                                               \
                     "srai %[t], %[v], 31\n"                                                            \
                     "slli %[t], %[t], " one "\n"                                                       \
                     THIMBLE_MULSH("%[v]", "%[v]", "%[multiplier]")                                     \
                     "add %[v], %[v], %[t]\n"                                                           \
                     finish                                                                             \
                     "s8i %[v], %[output], 0\n"                                                         \
                     "add %[x], %[x], %[x_step]\n"                                                      \
                     "add %[w], %[w], %[w_step]\n"                                                      \
                     "add %[output], %[output], %[output_step]\n"                                       \
                     "bne %[output], %[end], 1b\n"                                                      \
                     : [x] "+&r"(x), [w] "+&r"(w), [output] "+&r"(output), [v] "=&r"(v), [t] "+&r"(t)   \
                     : [quads] "r"(runs->quads), [x_step] "r"(x_step), [w_step] "r"(w_step), \
                       [output_step] "r"(output_step), [end] "r"(end), [bias] "r"(rule->bias * 256),    \
                       [multiplier] "r"(rule->multiplier), [offset] "r"(offset_or_rule),                \
                       [offset_at] "i"(offsetof(thimble_mac16_output, offset)),                         \
                       [lowest_at] "i"(offsetof(thimble_mac16_output, lowest)),                         \
                       [highest_at] "i"(offsetof(thimble_mac16_output, highest))                        \
                     : "memory")

// 14 instructions, where runs lie side by side: then m0 holds the next run's first pair already.
#define RUN_ON                                                                                          \
    __asm__ volatile("ssr %[t]\n"                                                                       \
                     THIMBLE_LDINC("0", "%[x]")                                                         \
                     "1:\n"                                                                             \
                     START_8                                                                            \
                     THIMBLE_LDINC("2", "%[w]")                                                         \
                     THIMBLE_DOT_LOOP("%[x]", "%[w]", "%[quads]")                                       \
                     READ_8                                                                             \
                     "mov %[t], %[offset]\n"                                                            \
                     "movltz %[t], %[offset_negative], %[v]\n"                                          \
                     THIMBLE_MULSH("%[v]", "%[v]", "%[multiplier]")                                     \
                     "add %[v], %[v], %[t]\n"                                                           \
                     "sra %[v], %[v]\n"                                                                 \
                     THIMBLE_CLAMP_TO_BYTE("%[v]", "%[v]")                                              \
                     "s8i %[v], %[output], 0\n"                                                         \
                     "add %[w], %[w], %[w_step]\n"                                                      \
                     "add %[output], %[output], %[output_step]\n"                                       \
                     "bne %[output], %[end], 1b\n"                                                      \
                     : [x] "+&r"(x), [w] "+&r"(w), [output] "+&r"(output), [v] "=&r"(v), [t] "+&r"(t)   \
                     : [quads] "r"(runs->quads), [w_step] "r"(w_step), [output_step] "r"(output_step),  \
                       [end] "r"(end), [bias] "r"(rule->bias * 256), [multiplier] "r"(rule->multiplier), \
                       [offset] "r"(rule->offset), [offset_negative] "r"(rule->offset - 128)            \
                     : "memory")

// All rows with kernels of 3 columns of 4 numbers, whose steps are constants, in numbers: a row more takes 4 instructions.
#define RUN_3X3(column_step, finish, offset_or_rule)                                                    \
    do {                                                                                                \
        const int8_t *end = output + row_bytes;                                                         \
        uintptr_t x = row;                                                                              \
        int32_t left = runs->rows, v, t = rule->shift;                                                  \
        __asm__ volatile("ssr %[t]\n"                                                                   \
                         "1:\n"                                                                         \
                         START_8                                                                        \
                         THIMBLE_DOT("%[x]", "%[w]", "%[quads]")                                        \
                         READ_8                                                                         \
                         "srai %[t], %[v], 31\n"                                                        \
                         "slli %[t], %[t], 7\n"                                                         \
                         THIMBLE_MULSH("%[v]", "%[v]", "%[multiplier]")                                 \
                         "add %[v], %[v], %[t]\n"                                                       \
                         finish                                                                         \
                         "s8i %[v], %[output], 0\n"                                                     \
                         "addi %[x], %[x], %[x_step]\n"                                                 \
                         "addi %[w], %[w], -28\n"                                                       \
                         "add %[output], %[output], %[output_step]\n"                                   \
                         "bne %[output], %[end], 1b\n"                                                  \
                         "addi %[left], %[left], -1\n"                                                  \
                         "addi %[x], %[x], %[gap]\n"                                                    \
                         "add %[end], %[end], %[row_bytes]\n"                                           \
                         "bnez %[left], 1b\n"                                                           \
                         : [x] "+&r"(x), [w] "+&r"(w), [output] "+&r"(output), [v] "=&r"(v), [t] "+&r"(t), \
                           [end] "+&r"(end), [left] "+&r"(left)                                         \
                         : [quads] "r"(3), [output_step] "r"(output_step), [bias] "r"(rule->bias * 256), \
                           [multiplier] "r"(rule->multiplier), [offset] "r"(offset_or_rule),            \
                           [row_bytes] "r"(row_bytes), [x_step] "i"(2 * (column_step) - 28),            \
                           [gap] "i"(2 * (12 - (column_step))),                                         \
                           [offset_at] "i"(offsetof(thimble_mac16_output, offset)),                     \
                           [lowest_at] "i"(offsetof(thimble_mac16_output, lowest)),                     \
                           [highest_at] "i"(offsetof(thimble_mac16_output, highest))                    \
                         : "memory");                                                                   \
    } while (0)

// All rows, of which `run` does one, with its operands.
#define ROWS(run)                                                                                       \
    for (int32_t left = runs->rows; left > 0; left--) {                                                 \
        const int8_t *const end = output + row_bytes;                                                   \
        uintptr_t x = row;                                                                              \
        int32_t v, t = rule->shift;                                                                     \
        run;                                                                                            \
        row += 2 * (uintptr_t)runs->row_step;                                                           \
    }
// clang-format on

// The rows of 3x3 kernels follow each other without a gap, but for the columns that the last run sees beyond its first.
static bool is_3x3(const thimble_mac16_runs *runs, int32_t column_step) {
    return runs->quads == 3 && runs->step == column_step && runs->row_step == (runs->count - 1) * column_step + 12;
}

// All rows, by the way THIMBLE_MAC16_8; there is at least one output.
static void run_8(const thimble_mac16_runs *runs, const thimble_mac16_output *rule, int8_t *output,
                  int32_t output_step) {
    const int32_t row_bytes = runs->count * output_step;
    const int32_t w_step = -(8 * runs->quads + 4), x_step = 2 * runs->step + w_step;
    uintptr_t row = (uintptr_t)runs->inputs - 4, w = (uintptr_t)runs->weights - 4;
    const bool is_byte = rule->highest - rule->lowest == 255;
    if (is_3x3(runs, 4)) {
        if (is_byte) {
            RUN_3X3(4, FINISH_BYTE, rule->offset);
        } else {
            RUN_3X3(4, FINISH_RANGE, rule);
        }
    } else if (is_3x3(runs, 8)) {
        if (is_byte) {
            RUN_3X3(8, FINISH_BYTE, rule->offset);
        } else {
            RUN_3X3(8, FINISH_RANGE, rule);
        }
    } else if (!is_byte) {
        ROWS(RUN(START_8, READ_8, "7", FINISH_RANGE, rule));
    } else if (runs->step == 4 * runs->quads) {
        ROWS(RUN_ON);
    } else {
        ROWS(RUN(START_8, READ_8, "7", FINISH_BYTE, rule->offset));
    }
}

static void run_4(const thimble_mac16_runs *runs, const thimble_mac16_output *rule, int8_t *output,
                  int32_t output_step) {
    const int32_t row_bytes = runs->count * output_step;
    const int32_t w_step = -(8 * runs->quads + 4), x_step = 2 * runs->step + w_step;
    uintptr_t row = (uintptr_t)runs->inputs - 4, w = (uintptr_t)runs->weights - 4;
    if (rule->highest - rule->lowest == 255) {
        ROWS(RUN(START_4, READ_4, "3", FINISH_BYTE, rule->offset));
    } else {
        ROWS(RUN(START_4, READ_4, "3", FINISH_RANGE, rule));
    }
}
#endif

void thimble_mac16_run(const thimble_mac16_runs *runs, const thimble_mac16_output *rule, int8_t *output,
                       int32_t output_step) {
#if THIMBLE_HAS_MAC16
    if (rule->way != THIMBLE_MAC16_REFERENCE && runs->count > 0 && runs->rows > 0) {
        if (rule->way == THIMBLE_MAC16_8) {
            run_8(runs, rule, output, output_step);
        } else {
            run_4(runs, rule, output, output_step);
        }
        return;
    }
#endif
    run_one_by_one(runs, rule, output, output_step);
}
