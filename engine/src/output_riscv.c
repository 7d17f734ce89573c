// output_riscv.c - which channels the fast output step can serve.
//
// SPDX-License-Identifier: Apache-2.0
#include "output_riscv.h"

enum { LARGEST_SHIFT = 21 };

bool thimble_output_step_make(thimble_output_step *step, const thimble_weights_int8_args *args,
                              const thimble_weights_scale *scale, int32_t channel) {
    const thimble_rescale factor = thimble_weights_factor(scale, args->file, channel);
    const int32_t shift = -factor.shift;
    if (shift < 1 || shift > LARGEST_SHIFT || !thimble_output_step_takes(thimble_output_bias(args, channel))) {
        return false;
    }
    step->multiplier = factor.multiplier;
    step->addend = 1 + (1 + 2 * scale->output_zero_point) * (1 << shift);
    step->shift = shift + 1;
    return true;
}
