// pack.c - PACK: inputs side by side along a new axis.
//
// SPDX-License-Identifier: Apache-2.0
#include "join.h"

enum { VALUES_COUNT, AXIS };  // PackOptions

static thimble_status prepare(thimble_prepare *p) {
    THIMBLE_REQUIRE(p, thimble_option_i32(p, VALUES_COUNT, 0) == (int32_t)thimble_input_slots(p), -1,
                    "the op has not as many inputs as its options say");
    return thimble_join_prepare(p, thimble_option_i32(p, AXIS, 0), true);
}

THIMBLE_DEFINE_OP(pack, "PACK", 83, prepare, thimble_join_run);
