// fully_connected_xtensa.c - FULLY_CONNECTED for Xtensa cores with MAC16: 2.25 instructions per multiply-accumulate.
//
// The inputs are widened to 16 bits, the weights, which are used once, unpacked in the loop. Long inputs are taken in chunks,
// with sums of some outputs kept beside them, so that scratch stays small.
//
// SPDX-License-Identifier: Apache-2.0
#include "fully_connected.h"
#include "mac16_output.h"

enum {
    QUAD = 4,
    READ_AHEAD = 2,  // of the inner loop, in numbers
    MOST_NUMBERS = 512,  // that are widened at once
    CHUNK = 256,
    SUMS = 128  // for longer inputs: in about the same room
};

static bool is_long(const thimble_fully_connected_record *r) {
    return r->input_depth > MOST_NUMBERS;
}

uint32_t thimble_fully_connected_int8_xtensa_scratch(const void *record) {
    const thimble_fully_connected_record *r = record;
    const int32_t numbers = is_long(r) ? CHUNK + 2 * SUMS : r->input_depth;
    return (uint32_t)(2 * (numbers + READ_AHEAD) + THIMBLE_ALIGNMENT - 1) / THIMBLE_ALIGNMENT * THIMBLE_ALIGNMENT;
}

// input - zero point, each four in the order 0, 2, 1, 3; a rest of less than four in its own.
static void widen(int16_t *wide, const int8_t *input, int32_t zero_point, int32_t count) {
    for (; count >= QUAD; count -= QUAD) {
        wide[0] = (int16_t)(input[0] - zero_point);
        wide[1] = (int16_t)(input[2] - zero_point);
        wide[2] = (int16_t)(input[1] - zero_point);
        wide[3] = (int16_t)(input[3] - zero_point);
        input += QUAD;
        wide += QUAD;
    }
    for (; count > 0; count--) {
        *wide++ = (int16_t)(*input++ - zero_point);
    }
}

static inline int32_t dot(const int16_t *wide, const int8_t *weights, int32_t quads, int32_t rest) {
    int32_t sum = quads > 0 ? thimble_mac16_dot_bytes(wide, weights, quads) : 0;
    wide += QUAD * quads;
    weights += QUAD * quads;
    for (; rest > 0; rest--) {
        sum = thimble_mac(sum, *wide++, *weights++);
    }
    return sum;
}

// What a zero point of the weights, which nearly all models do not have, adds to every sum of a chunk.
static int32_t zero_point_term(const int16_t *wide, int32_t weights_zero_point, int32_t count) {
    int32_t sum = 0;
    for (int32_t i = 0; i < count && weights_zero_point != 0; i++) {
        sum = thimble_mac(sum, wide[i], -weights_zero_point);
    }
    return sum;
}

// The output that follows from a sum. `rule` is that of a factor for all channels, without a bias.
static inline void store(const thimble_weights_int8_args *args, const thimble_mac16_output *rule, int32_t b, int32_t o,
                         int32_t sum) {
    const thimble_fully_connected_record *r = args->record;
    int8_t *output = args->output + b * r->output_depth + o;
    if (args->bias != NULL) {
        sum = thimble_add_wrapping(sum, args->bias[o]);
    }
    if (rule->way == THIMBLE_MAC16_8 && sum < 1 << 23 && sum > -(1 << 23)) {
        const int32_t q = thimble_multiply_high(sum * 256, rule->multiplier) + (sum >> 31) * 128;
        *output = (int8_t)thimble_clamp_mac16((q + rule->offset) >> rule->shift, rule->lowest, rule->highest);
    } else {
        *output = thimble_mac16_output_of_sum(&r->scale, thimble_weights_factor(&r->scale, args->file, o), sum);
    }
}

// Outputs of one batch whose inputs fit.
static void run_short(const thimble_weights_int8_args *args, const thimble_mac16_output *rule, int32_t b,
                      thimble_range channels, int16_t *wide) {
    const thimble_fully_connected_record *r = args->record;
    const int32_t depth = r->input_depth, quads = depth / QUAD, rest = depth % QUAD;
    widen(wide, args->input + b * depth, r->scale.input_zero_point, depth);
    const int32_t term = zero_point_term(wide, r->scale.weights_zero_point, depth);
    const int8_t *weights = args->weights + channels.begin * depth;
    for (int32_t o = channels.begin; o < channels.end; o++) {
        store(args, rule, b, o, thimble_add_wrapping(term, dot(wide, weights, quads, rest)));
        weights += depth;
    }
}

// Up to SUMS outputs of one batch, chunk by chunk.
static void run_long(const thimble_weights_int8_args *args, const thimble_mac16_output *rule, int32_t b,
                     thimble_range channels, int16_t *wide) {
    const thimble_fully_connected_record *r = args->record;
    int32_t *sums = (int32_t *)(void *)wide;
    wide += 2 * SUMS;
    for (int32_t first = 0; first < r->input_depth; first += CHUNK) {
        const int32_t count = thimble_min(CHUNK, r->input_depth - first);
        widen(wide, args->input + b * r->input_depth + first, r->scale.input_zero_point, count);
        const int32_t term = zero_point_term(wide, r->scale.weights_zero_point, count);
        const int8_t *weights = args->weights + channels.begin * r->input_depth + first;
        for (int32_t o = channels.begin; o < channels.end; o++) {
            const int32_t sum = thimble_add_wrapping(term, dot(wide, weights, count / QUAD, count % QUAD));
            int32_t *total = &sums[o - channels.begin];
            *total = first == 0 ? sum : thimble_add_wrapping(*total, sum);
            weights += r->input_depth;
        }
    }
    for (int32_t o = channels.begin; o < channels.end; o++) {
        store(args, rule, b, o, sums[o - channels.begin]);
    }
}

void thimble_fully_connected_int8_xtensa(const thimble_weights_int8_args *args, thimble_range channels,
                                         uint8_t *scratch) {
    const thimble_fully_connected_record *r = args->record;
    if (scratch == NULL) {
        thimble_fully_connected_int8_generic(args, channels, NULL);
        return;
    }
    int16_t *wide = (int16_t *)(void *)scratch;
    thimble_mac16_output rule = {.way = THIMBLE_MAC16_REFERENCE};
    if (!r->scale.per_channel) {
        thimble_mac16_output_start(&rule, &r->scale, thimble_weights_factor(&r->scale, args->file, 0), 0, 1);
    }
    for (int32_t b = 0; b < r->batches; b++) {
        if (!is_long(r)) {
            run_short(args, &rule, b, channels, wide);
            continue;
        }
        for (int32_t o = channels.begin; o < channels.end; o += SUMS) {
            run_long(args, &rule, b, (thimble_range){o, thimble_min(o + SUMS, channels.end)}, wide);
        }
    }
}
