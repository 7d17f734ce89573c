// fully_connected_riscv.c - FULLY_CONNECTED for RV32IM: eight outputs at a time.
//
// Each weight is used once, so it has to be loaded, multiplied and added: three instructions. An input is loaded once for
// eight outputs, and the addresses advance once for eight inputs. Outputs that are left over go to the generic kernel.
//
// SPDX-License-Identifier: Apache-2.0
#include "fully_connected.h"
#include "output_riscv.h"

enum { OUTPUTS = 8, UNROLLED = 8 };

// sums[k] = sum over d of (input[d] - zero point) * weights[k * depth + d].
static void multiply(const int8_t *input, const int8_t *weights, int32_t depth, int32_t zero_point,
                     int32_t sums[OUTPUTS]) {
    const int8_t *w0 = weights, *w1 = w0 + depth, *w2 = w1 + depth, *w3 = w2 + depth;
    const int8_t *w4 = w3 + depth, *w5 = w4 + depth, *w6 = w5 + depth, *w7 = w6 + depth;
    int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
#define ADD_PRODUCTS(i)                          \
    do {                                         \
        const int32_t x = input[i] - zero_point; \
        s0 += x * w0[i];                         \
        s1 += x * w1[i];                         \
        s2 += x * w2[i];                         \
        s3 += x * w3[i];                         \
        s4 += x * w4[i];                         \
        s5 += x * w5[i];                         \
        s6 += x * w6[i];                         \
        s7 += x * w7[i];                         \
        THIMBLE_KEEP_ORDER();                    \
    } while (0)
#define ADVANCE(count)    \
    do {                  \
        input += (count); \
        w0 += (count);    \
        w1 += (count);    \
        w2 += (count);    \
        w3 += (count);    \
        w4 += (count);    \
        w5 += (count);    \
        w6 += (count);    \
        w7 += (count);    \
    } while (0)
    const int8_t *const end = input + depth;
    while (end - input >= UNROLLED) {
        ADD_PRODUCTS(0);
        ADD_PRODUCTS(1);
        ADD_PRODUCTS(2);
        ADD_PRODUCTS(3);
        ADD_PRODUCTS(4);
        ADD_PRODUCTS(5);
        ADD_PRODUCTS(6);
        ADD_PRODUCTS(7);
        ADVANCE(UNROLLED);
    }
    while (input != end) {
        ADD_PRODUCTS(0);
        ADVANCE(1);
    }
#undef ADD_PRODUCTS
#undef ADVANCE
    sums[0] = s0;
    sums[1] = s1;
    sums[2] = s2;
    sums[3] = s3;
    sums[4] = s4;
    sums[5] = s5;
    sums[6] = s6;
    sums[7] = s7;
}

// Computes the outputs o .. o + 7, whose weights have zero point 0. Returns false if a scale is out of the ordinary.
static bool run_outputs(const thimble_weights_int8_args *args, int32_t o) {
    const thimble_fully_connected_record *r = args->record;
    const int32_t zero_point = r->scale.input_zero_point, lowest = r->scale.lowest, highest = r->scale.highest;
    thimble_output_step steps[OUTPUTS];
    for (int32_t k = 0; k < OUTPUTS; k++) {
        if (!thimble_output_step_make(&steps[k], args, &r->scale, o + k)) {
            return false;
        }
    }
    for (int32_t b = 0; b < r->batches; b++) {
        int32_t sums[OUTPUTS];
        multiply(args->input + b * r->input_depth, args->weights + o * r->input_depth, r->input_depth, zero_point,
                 sums);
        int8_t *output = args->output + b * r->output_depth + o;
        for (int32_t k = 0; k < OUTPUTS; k++) {
            const int32_t sum = sums[k] + (args->bias != NULL ? args->bias[o + k] : 0);
            output[k] = (int8_t)thimble_output_step_apply_4(steps[k], sum * 4, lowest, highest);
        }
    }
    return true;
}

void thimble_fully_connected_int8_riscv(const thimble_weights_int8_args *args, thimble_range channels,
                                        uint8_t *scratch) {
    const thimble_fully_connected_record *r = args->record;
    int32_t o = channels.begin;
    if (r->scale.weights_zero_point == 0 && r->input_depth <= THIMBLE_STEP_DEPTH) {
        while (channels.end - o >= OUTPUTS && run_outputs(args, o)) {
            o += OUTPUTS;
        }
    }
    thimble_fully_connected_int8_generic(args, (thimble_range){o, channels.end}, scratch);
}
