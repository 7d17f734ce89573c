// softmax_portable.c - the kernels that define SOFTMAX.
//
// Arithmetic: Softmax in tensorflow/lite/kernels/internal/reference/softmax.h of TensorFlow Lite.
//
// SPDX-License-Identifier: Apache-2.0
#include <float.h>
#include <math.h>

#include "fixed_point.h"
#include "softmax.h"
#include "softmax_tables.h"

enum { INTEGER_BITS = 5, SUM_INTEGER_BITS = 12 };

static int32_t largest_of(const int8_t *row, int32_t columns) {
    int32_t largest = INT8_MIN;
    for (int32_t c = 0; c < columns; c++) {
        largest = thimble_max(largest, row[c]);
    }
    return largest;
}

// exp(beta * scale * difference), Q0.31, for difference <= 0.
static int32_t exp_of(const thimble_softmax_record *r, int32_t difference) {
    if (difference < -r->farthest) {
        return 0;
    }
    return thimble_exp_of_negative(thimble_apply(difference, r->factor), INTEGER_BITS);
}

// 1 / (sum of the row's exps) = scale * 2^-31 * 2^-exponent.
typedef struct inverse {
    int32_t scale, exponent;
} inverse;

static inverse invert_sum(const thimble_softmax_record *r, const int8_t *row, int32_t largest) {
    const uint32_t limit = (uint32_t)1 << 31;  // 4096; TensorFlow Lite overflows there
    uint32_t sum = 0;                          // Q12.19, at least 1 because of the largest
    for (int32_t c = 0; c < r->columns; c++) {
        if (sum < limit) {
            sum += (uint32_t)thimble_rounding_shift_right(exp_of(r, row[c] - largest), SUM_INTEGER_BITS);
        }
    }
    int32_t headroom = 0;
    for (; sum < limit; sum <<= 1) {
        headroom++;
    }
    return (inverse){thimble_reciprocal_of_one_plus((int32_t)(sum - limit)), SUM_INTEGER_BITS - headroom};
}

// The probability of a value, in 2^-bits.
static int32_t probability(const thimble_softmax_record *r, int32_t difference, inverse sum, int32_t bits) {
    const int32_t shift = sum.exponent + 31 - bits;
    if (shift > 31) {
        return 0;
    }
    const int32_t quotient =
        thimble_rounding_shift_right(thimble_doubling_high_mul(sum.scale, exp_of(r, difference)), shift);
    return thimble_min(quotient, (1 << bits) - 1);
}

void thimble_softmax_int8_portable(const thimble_softmax_int8_args *args) {
    const thimble_softmax_record *r = args->record;
    for (int32_t i = 0; i < r->rows; i++) {
        const int8_t *row = args->input + i * r->columns;
        const int32_t largest = largest_of(row, r->columns);
        const inverse sum = invert_sum(r, row, largest);
        for (int32_t c = 0; c < r->columns; c++) {
            args->output[i * r->columns + c] = (int8_t)(probability(r, row[c] - largest, sum, 8) + INT8_MIN);
        }
    }
}

void thimble_softmax_int8_int16_portable(const thimble_softmax_int8_int16_args *args) {
    const thimble_softmax_record *r = args->record;
    for (int32_t i = 0; i < r->rows; i++) {
        const int8_t *row = args->input + i * r->columns;
        const int32_t largest = largest_of(row, r->columns);
        const inverse sum = invert_sum(r, row, largest);
        for (int32_t c = 0; c < r->columns; c++) {
            args->output[i * r->columns + c] = (int16_t)(probability(r, row[c] - largest, sum, 16) + INT16_MIN);
        }
    }
}

// Interpolates in a table of 512 steps, at x from -32768 to 32767.
static int32_t look_up(const int16_t *table, int32_t x) {
    const int16_t *entry = table + THIMBLE_SOFTMAX_STEPS / 2 + (x >> 7);
    return entry[0] + (((entry[1] - entry[0]) * (x & 127) + 64) >> 7);
}

// exp of a difference to the largest of the row, Q0.15.
static int32_t exp_int16(const thimble_softmax_record *r, int32_t difference) {
    const int32_t scaled = thimble_apply(difference, r->int16);
    return look_up(thimble_softmax_exp, thimble_clamp(thimble_add_wrapping(scaled, INT16_MAX), INT16_MIN, INT16_MAX));
}

static void softmax_row_int16(const thimble_softmax_record *r, const int16_t *row, int16_t *output) {
    int32_t largest = INT16_MIN;
    for (int32_t c = 0; c < r->columns; c++) {
        largest = thimble_max(largest, row[c]);
    }
    uint32_t sum = 0;  // Q16.15, at least 32767
    for (int32_t c = 0; c < r->columns; c++) {
        const int32_t power = exp_int16(r, row[c] - largest);
        output[c] = (int16_t)power;
        sum += (uint32_t)power;
    }
    int32_t headroom = 0;
    while ((sum & 0x80000000u >> headroom) == 0) {
        headroom++;
    }
    // sum = (1 + x) * 2^(16 - headroom), and x from 0 .. 1 becomes -32768 .. 32767.
    const int32_t shifted = (int32_t)((((uint64_t)sum << (headroom - 1)) + (1 << 13)) >> 14);
    const int32_t x = thimble_clamp(shifted - (1 << 15) - (1 << 16), INT16_MIN, INT16_MAX);
    const int32_t reciprocal = look_up(thimble_softmax_reciprocal, x), shift = 31 - headroom;
    for (int32_t c = 0; c < r->columns; c++) {
        output[c] = (int16_t)thimble_clamp((output[c] * reciprocal + (1 << (shift - 1))) >> shift, 0, INT16_MAX);
    }
}

void thimble_softmax_int16_portable(const thimble_softmax_int16_args *args) {
    const thimble_softmax_record *r = args->record;
    for (int32_t i = 0; i < r->rows; i++) {
        softmax_row_int16(r, args->input + i * r->columns, args->output + i * r->columns);
    }
}

void thimble_softmax_f32_portable(const thimble_softmax_f32_args *args) {
    const thimble_softmax_record *r = args->record;
    for (int32_t i = 0; i < r->rows; i++) {
        const float *row = args->input + i * r->columns;
        float *output = args->output + i * r->columns;
        float largest = -FLT_MAX;
        for (int32_t c = 0; c < r->columns; c++) {
            largest = largest < row[c] ? row[c] : largest;
        }
        float sum = 0;
        for (int32_t c = 0; c < r->columns; c++) {
            output[c] = expf((row[c] - largest) * r->beta);
            sum += output[c];
        }
        for (int32_t c = 0; c < r->columns; c++) {
            output[c] = output[c] / sum;
        }
    }
}
