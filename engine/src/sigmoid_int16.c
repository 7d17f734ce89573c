// sigmoid_int16.c - sigmoid and tanh of int16 by one table.
//
// SPDX-License-Identifier: Apache-2.0
#include "sigmoid_int16.h"

// With s(i) = 65536 / (1 + exp(-i / 24)): entry i is round(s(i) - (s(i - 1) - 2 s(i) + s(i + 1)) / 16), which takes half of
// the error off that interpolation makes in the middle; the last one stands for 1.
static const uint16_t table[256] = {
    32768, 33451, 34133, 34813, 35493, 36169, 36843, 37513, 38180, 38841, 39498, 40149, 40794, 41432, 42064, 42688,
    43304, 43912, 44511, 45102, 45683, 46255, 46817, 47369, 47911, 48443, 48964, 49475, 49975, 50464, 50942, 51409,
    51865, 52311, 52745, 53169, 53581, 53983, 54374, 54755, 55125, 55485, 55834, 56174, 56503, 56823, 57133, 57433,
    57724, 58007, 58280, 58544, 58800, 59048, 59288, 59519, 59743, 59959, 60168, 60370, 60565, 60753, 60935, 61110,
    61279, 61441, 61599, 61750, 61896, 62036, 62172, 62302, 62428, 62549, 62666, 62778, 62886, 62990, 63090, 63186,
    63279, 63368, 63454, 63536, 63615, 63691, 63765, 63835, 63903, 63968, 64030, 64090, 64148, 64204, 64257, 64308,
    64357, 64405, 64450, 64494, 64536, 64576, 64614, 64652, 64687, 64721, 64754, 64786, 64816, 64845, 64873, 64900,
    64926, 64950, 64974, 64997, 65019, 65039, 65060, 65079, 65097, 65115, 65132, 65149, 65164, 65179, 65194, 65208,
    65221, 65234, 65246, 65258, 65269, 65280, 65291, 65301, 65310, 65319, 65328, 65337, 65345, 65352, 65360, 65367,
    65374, 65381, 65387, 65393, 65399, 65404, 65410, 65415, 65420, 65425, 65429, 65433, 65438, 65442, 65445, 65449,
    65453, 65456, 65459, 65462, 65465, 65468, 65471, 65474, 65476, 65479, 65481, 65483, 65485, 65488, 65489, 65491,
    65493, 65495, 65497, 65498, 65500, 65501, 65503, 65504, 65505, 65507, 65508, 65509, 65510, 65511, 65512, 65513,
    65514, 65515, 65516, 65517, 65517, 65518, 65519, 65520, 65520, 65521, 65522, 65522, 65523, 65523, 65524, 65524,
    65525, 65525, 65526, 65526, 65526, 65527, 65527, 65528, 65528, 65528, 65529, 65529, 65529, 65529, 65530, 65530,
    65530, 65530, 65531, 65531, 65531, 65531, 65531, 65532, 65532, 65532, 65532, 65532, 65532, 65533, 65533, 65533,
    65533, 65533, 65533, 65533, 65533, 65534, 65534, 65534, 65534, 65534, 65534, 65534, 65534, 65534, 65534, 65535};

int32_t thimble_rounded_log2(float value, bool *is_near) {
    // Of the significand: 2^0.001, 2^0.5 and 2^0.999 times 2^23.
    const uint32_t near_one = 8394424, root_of_two = 11863283, near_two = 16765590;
    const uint32_t bits = thimble_float_bits(value), significand = (bits & 0x7fffff) | 0x800000;
    *is_near = significand < near_one || significand > near_two;
    return (int32_t)(bits >> 23) - 127 + (significand >= root_of_two);
}

bool thimble_sigmoid_scale_of(float input_scale, int32_t most_power, thimble_sigmoid_scale *scale) {
    bool is_power;
    const int32_t power = 12 + thimble_rounded_log2(input_scale, &is_power);
    if (is_power && power >= 0 && power <= most_power) {
        *scale = (thimble_sigmoid_scale){3 << power, 0};
        return true;
    }
    // The exact product, brought above 16383.5 and to at most 32767.5 by a power of two; then cut off.
    const thimble_rescale factor = thimble_rescale_of(input_scale, 12288, 1, 0);
    const int32_t cut = factor.multiplier > 32767 << 16 && factor.shift < 15 ? 17 : 16;
    *scale = (thimble_sigmoid_scale){factor.multiplier >> cut, 31 - cut - factor.shift};
    return factor.multiplier != 0 && scale->shift >= 0 && scale->shift <= 30;
}

static uint32_t magnitude(int32_t x) {
    return x < 0 ? 0u - (uint32_t)x : (uint32_t)x;
}

int16_t thimble_sigmoid_int16(int32_t x) {
    const uint32_t distance = magnitude(x), index = distance >> 9, rest = distance & 0x1ff;
    uint32_t result = 0x7fff << 10;
    if (index < 255) {
        result = ((uint32_t)table[index] << 9) + rest * (uint32_t)(table[index + 1] - table[index]);
    }
    result = x >= 0 ? result + (1 << 9) : (1 << 25) - result + (1 << 9) - 1;
    return (int16_t)(result >> 10);
}

int16_t thimble_tanh_int16(int32_t x) {
    const uint32_t distance = magnitude(x), index = distance >> 8, rest = distance & 0xff;
    const int32_t middle = 1 << 23, half = 1 << 7;
    int32_t result = 0xffff << 8;
    if (index < 255) {
        result = (int32_t)(((uint32_t)table[index] << 8) + rest * (uint32_t)(table[index + 1] - table[index]));
    }
    result = x >= 0 ? result - middle + half : middle - result + half - 1;
    return (int16_t)(result >> 8);
}

typedef struct record {
    int32_t count;
    thimble_sigmoid_scale scale;
} record;

thimble_status thimble_sigmoid_int16_prepare(thimble_prepare *p, int32_t most_power) {
    THIMBLE_TRY(thimble_check_elementwise(p, 1, 1));
    const thimble_tensor_view *const input = &p->inputs[0], *const output = &p->output;
    THIMBLE_TRY(thimble_check_int16(p, input));
    THIMBLE_TRY(thimble_check_int16(p, output));
    bool is_near;
    THIMBLE_REQUIRE(p, thimble_rounded_log2(output->scale, &is_near) == -15 && is_near, output->index,
                    "an int16 output needs scale 1/32768");
    record *own = THIMBLE_RECORD(p, record);
    own->count = (int32_t)input->element_count;
    THIMBLE_REQUIRE(p, thimble_sigmoid_scale_of(input->scale, most_power, &own->scale), input->index,
                    "the scale of the int16 input is too large or too small");
    p->in_place = 0;
    return THIMBLE_OK;
}

void thimble_sigmoid_int16_run(const thimble_call *call, thimble_sigmoid_int16_fn *function) {
    const record *own = call->record;
    const int16_t *input = call->inputs[0];
    int16_t *output = call->outputs[0];
    for (int32_t i = 0; i < own->count; i++) {
        output[i] = function(thimble_sigmoid_input(own->scale, input[i]));
    }
}
