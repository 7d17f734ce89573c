// wide.c - eight output channels at once, for machines with vector units.
//
// SPDX-License-Identifier: Apache-2.0
#include "wide.h"

#if THIMBLE_HAS_VECTORS
void thimble_wide_start(thimble_wide *wide, const thimble_weights_int8_args *args, const thimble_weights_scale *scale,
                        int32_t channel, int32_t end) {
    wide->channel_count = thimble_min(end - channel, THIMBLE_WIDE);
    for (int32_t k = 0; k < THIMBLE_WIDE; k++) {
        const int32_t lane = thimble_min(k, wide->channel_count - 1);
        wide->bias[k] = args->bias != NULL ? args->bias[channel + lane] : 0;
        wide->factors[k] = thimble_weights_factor(scale, args->file, channel + lane);
    }
    wide->output_zero_point = scale->output_zero_point;
    wide->lowest = scale->lowest;
    wide->highest = scale->highest;
}

void thimble_wide_store(const thimble_wide *wide, const float sums[THIMBLE_WIDE], int8_t *output) {
    int8_t values[THIMBLE_WIDE];
    for (int32_t k = 0; k < THIMBLE_WIDE; k++) {
        const int32_t scaled =
            thimble_apply_inline(thimble_add_wrapping((int32_t)sums[k], wide->bias[k]), wide->factors[k]);
        values[k] =
            (int8_t)thimble_clamp(thimble_add_wrapping(scaled, wide->output_zero_point), wide->lowest, wide->highest);
    }
    if (wide->channel_count == THIMBLE_WIDE) {
        memcpy(output, values, THIMBLE_WIDE);
    } else {
        memcpy(output, values, (size_t)wide->channel_count);
    }
}
#endif
