// fully_connected_riscv.c - FULLY_CONNECTED for RV32IM: eight outputs at a time.
//
// Each weight is used once, so it has to be loaded, multiplied and added: three instructions. An input is loaded once for
// eight outputs, and the addresses advance once for sixteen inputs. Outputs that are left over go to the generic kernel.
//
// SPDX-License-Identifier: Apache-2.0
#include "fully_connected.h"
#include "output_riscv.h"

enum { OUTPUTS = 8, UNROLLED = 16 };

// sums[k] = biases[k] + sum over d of (input[d] - zero point) * weights[k * depth + d].
static inline void multiply(const int8_t *input, const int8_t *weights, int32_t depth, int32_t zero_point,
                            const int32_t biases[OUTPUTS], int32_t sums[OUTPUTS]) {
    const int8_t *w0 = weights, *w1 = w0 + depth, *w2 = w1 + depth, *w3 = w2 + depth;
    const int8_t *w4 = w3 + depth, *w5 = w4 + depth, *w6 = w5 + depth, *w7 = w6 + depth;
    int32_t s0 = biases[0], s1 = biases[1], s2 = biases[2], s3 = biases[3];
    int32_t s4 = biases[4], s5 = biases[5], s6 = biases[6], s7 = biases[7];
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
    const int8_t *const end = input + depth, *const end_unrolled = input + depth / UNROLLED * UNROLLED;
    while (input != end_unrolled) {
        ADD_PRODUCTS(0);
        ADD_PRODUCTS(1);
        ADD_PRODUCTS(2);
        ADD_PRODUCTS(3);
        ADD_PRODUCTS(4);
        ADD_PRODUCTS(5);
        ADD_PRODUCTS(6);
        ADD_PRODUCTS(7);
        ADD_PRODUCTS(8);
        ADD_PRODUCTS(9);
        ADD_PRODUCTS(10);
        ADD_PRODUCTS(11);
        ADD_PRODUCTS(12);
        ADD_PRODUCTS(13);
        ADD_PRODUCTS(14);
        ADD_PRODUCTS(15);
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

// Whether all biases are small enough for the output step.
static bool are_ordinary(const int32_t *biases, int32_t count) {
    for (const int32_t *const end = biases + count; biases != end; biases++) {
        if (!thimble_output_step_takes(*biases)) {
            return false;
        }
    }
    return true;
}

// The steps of the outputs o .. o + 7. Returns false if one cannot be served.
static bool find_steps(const thimble_weights_int8_args *args, int32_t o, thimble_output_step steps[OUTPUTS]) {
    const thimble_fully_connected_record *r = args->record;
    for (int32_t k = 0; k < OUTPUTS; k++) {
        if (!thimble_output_step_make(&steps[k], args, &r->scale, o + k)) {
            return false;
        }
    }
    return true;
}

// As many outputs from the beginning of `channels` as come in eights and are ordinary. Returns the first one left over.
static int32_t run_eights(const thimble_weights_int8_args *args, thimble_range channels) {
    static const int32_t zeros[OUTPUTS];
    const thimble_fully_connected_record *r = args->record;
    const int32_t zero_point = r->scale.input_zero_point, lowest = r->scale.lowest, highest = r->scale.highest;
    const bool per_channel = r->scale.per_channel;
    thimble_output_step steps[OUTPUTS];
    int32_t o = channels.begin;
    for (; channels.end - o >= OUTPUTS; o += OUTPUTS) {
        // One scale for all outputs: their steps are those of the first eight.
        if ((per_channel || o == channels.begin) && !find_steps(args, o, steps)) {
            break;
        }
        const int32_t *biases = args->bias != NULL ? args->bias + o : zeros;
        for (int32_t b = 0; b < r->batches; b++) {
            int32_t sums[OUTPUTS];
            multiply(args->input + b * r->input_depth, args->weights + o * r->input_depth, r->input_depth, zero_point,
                     biases, sums);
            int8_t *output = args->output + b * r->output_depth + o;
            thimble_output_step step = steps[0];
            for (int32_t k = 0; k < OUTPUTS; k++) {
                step = per_channel ? steps[k] : step;
                output[k] = (int8_t)thimble_output_step_apply(step, sums[k], lowest, highest);
            }
        }
    }
    return o;
}

void thimble_fully_connected_int8_riscv(const thimble_weights_int8_args *args, thimble_range channels,
                                        uint8_t *scratch) {
    const thimble_fully_connected_record *r = args->record;
    if (r->scale.weights_zero_point == 0 && r->input_depth <= THIMBLE_STEP_DEPTH &&
        (args->bias == NULL || are_ordinary(args->bias + channels.begin, channels.end - channels.begin))) {
        channels.begin = run_eights(args, channels);
    }
    if (channels.begin < channels.end) {
        thimble_fully_connected_int8_generic(args, channels, scratch);
    }
}
