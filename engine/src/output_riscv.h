// output_riscv.h - from a channel's sum to its output in nine instructions: one high multiplication, one shift.
//
// The arithmetic that defines the bytes (arith.h) rounds twice: with a factor m * 2^(-31 - s) and s >= 1,
//
//     v = floor((sum * m + 2^30) / 2^31)                  output = zero point + floor((v + 2^(s - 1) - [v < 0]) / 2^s)
//
// Floors of quotients by powers of two nest, so that one shift serves both, if the product keeps one more bit than v:
//
//     q = floor(4 * sum * m / 2^32)                       the upper half of a 64-bit product
//     output = floor((q + 1 + 2^s - 2 [q < 0] + zero point * 2^(s + 1)) / 2^(s + 1))
//
// ([q < 0] stands for [v < 0], which is [q < -1]: for q = -1 both give the same output.)
// Nothing overflows while |sum| < 2^29 and s <= 21. For other factors and sums there are the slower kernels.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_OUTPUT_RISCV_H
#define THIMBLE_OUTPUT_RISCV_H

#include "weights.h"

// For functions whose constant arguments make several loops of one.
#define THIMBLE_ALWAYS_INLINE static inline __attribute__((always_inline))

typedef struct thimble_output_step {
    int32_t multiplier;
    int32_t addend;  // 1 + 2^s + zero point * 2^(s + 1)
    int32_t shift;   // s + 1
} thimble_output_step;

enum {
    THIMBLE_STEP_LARGEST_BIAS = 1 << 28,
    THIMBLE_STEP_DEPTH = 4096  // so many products, of values from -255 to 255, stay below 2^28
};

static inline int32_t thimble_output_bias(const thimble_weights_int8_args *args, int32_t channel) {
    return args->bias != NULL ? args->bias[channel] : 0;
}

static inline bool thimble_output_step_takes(int32_t bias) {
    return (uint32_t)bias + THIMBLE_STEP_LARGEST_BIAS <= 2u * THIMBLE_STEP_LARGEST_BIAS;
}

// Fills in *step for `channel`. False if the step cannot serve it: then the channel is for a slower kernel.
bool thimble_output_step_make(thimble_output_step *step, const thimble_weights_int8_args *args,
                              const thimble_weights_scale *scale, int32_t channel);

// The sum is given times 4, so that a caller may have multiplied its weights instead. Where no output is below the zero
// point, as after a RELU, it does not matter how ties of negative sums are rounded: has_ties = false saves three
// instructions.
static inline int32_t thimble_output_step_apply_4(thimble_output_step step, int32_t sum_4, bool has_ties,
                                                  int32_t lowest, int32_t highest) {
    int32_t q = (int32_t)((int64_t)sum_4 * step.multiplier >> 32);
    if (has_ties) {
        q += q >> 31 & -2;
    }
    int32_t output = thimble_clamp((q + step.addend) >> step.shift, lowest, highest);
    __asm__("" : "+r"(output));  // or GCC extends the sign of what is only going to be stored as a byte
    return output;
}

static inline int32_t thimble_output_step_apply(thimble_output_step step, int32_t sum, int32_t lowest,
                                                int32_t highest) {
    return thimble_output_step_apply_4(step, sum * 4, true, lowest, highest);
}

// Loads and stores stay on their side of it. Compilers otherwise load far ahead, more than there are registers.
#define THIMBLE_KEEP_ORDER() __asm__ volatile("" ::: "memory")

#endif
