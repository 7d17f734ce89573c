// extremum.c - the larger or smaller of two elements.
//
// Where they are equal, or one is not a number, the second counts.
//
// SPDX-License-Identifier: Apache-2.0
#include "extremum.h"

thimble_status thimble_extremum_prepare(thimble_prepare *p) {
    THIMBLE_TRY(thimble_check_slots(p, 2, 2));
    const thimble_type type = p->output.type;
    THIMBLE_REQUIRE(p,
                    (type == THIMBLE_INT8 || type == THIMBLE_INT16 || type == THIMBLE_INT32 || type == THIMBLE_INT64 ||
                     type == THIMBLE_FLOAT32) &&
                        p->inputs[0].type == type && p->inputs[1].type == type,
                    p->output.index, "inputs and output need the same type: int8, int16, int32, int64 or float32");
    return thimble_pairwise_prepare(p, THIMBLE_RECORD(p, thimble_pairwise));
}

// Constants of the file are aligned to 4 bytes only, hence memcpy.
#define DEFINE_RUN(name, type)                                                                                      \
    static void name(const thimble_call *call, bool largest) {                                                      \
        const thimble_pairwise *pairwise = call->record;                                                            \
        const thimble_pairwise_loop run = pairwise->loops[0];                                                       \
        thimble_pairwise_walk at = {0};                                                                             \
        do {                                                                                                        \
            for (int32_t i = 0; i < run.count; i++) {                                                               \
                type a, b;                                                                                          \
                memcpy(&a, (const uint8_t *)call->inputs[0] + sizeof a * (size_t)(at.inputs[0] + i * run.steps[0]), \
                       sizeof a);                                                                                   \
                memcpy(&b, (const uint8_t *)call->inputs[1] + sizeof b * (size_t)(at.inputs[1] + i * run.steps[1]), \
                       sizeof b);                                                                                   \
                ((type *)call->outputs[0])[at.output + i] = (largest ? a > b : a < b) ? a : b;                      \
            }                                                                                                       \
        } while (thimble_pairwise_next(pairwise, &at));                                                             \
    }

DEFINE_RUN(run_int8, int8_t)
DEFINE_RUN(run_int16, int16_t)
DEFINE_RUN(run_int32, int32_t)
DEFINE_RUN(run_int64, int64_t)
DEFINE_RUN(run_f32, float)

void thimble_extremum_run(const thimble_call *call, bool largest) {
    switch (call->type) {
    case THIMBLE_INT8:
        run_int8(call, largest);
        break;
    case THIMBLE_INT16:
        run_int16(call, largest);
        break;
    case THIMBLE_INT32:
        run_int32(call, largest);
        break;
    case THIMBLE_INT64:
        run_int64(call, largest);
        break;
    default:
        run_f32(call, largest);
    }
}
