// unary.h - ops that make each element of the output from the one of the input at the same place, by a function of one
// value: HARD_SWISH, TANH, ABS, EXP and so on.
//
// An int8 function has 256 different answers. Tensors with more elements than that are mapped by a table of them, which is
// filled when the op runs and lies on the stack: the same bytes, and the function's own speed does not matter.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_UNARY_H
#define THIMBLE_UNARY_H

#include "op.h"

// What every op's record starts with.
typedef struct thimble_unary_record {
    int32_t count;  // of elements
} thimble_unary_record;

// The answer to one value; `record` is the op's own.
typedef int8_t thimble_unary_int8_fn(const void *record, int32_t stored);
typedef float thimble_unary_f32_fn(const void *record, float value);

// Checks that input and output have the same shape and are int8 and quantized, or with `float_too` float32. The op may work
// in place. `record` is the start of the op's, whose count it sets.
thimble_status thimble_unary_prepare(thimble_prepare *p, bool float_too, thimble_unary_record *record);

// The whole preparation of an op that has float32 only.
thimble_status thimble_unary_prepare_f32(thimble_prepare *p);

void thimble_unary_run_int8(const thimble_call *call, thimble_unary_int8_fn *value);
void thimble_unary_run_f32(const thimble_call *call, thimble_unary_f32_fn *value);

// THIMBLE_DEFINE_UNARY(abs, "ABS", 101); defines thimble_op_abs and thimble_op_abs_int8, whose file has
// prepare(p, float_too), value_int8 and value_f32.
#define THIMBLE_DEFINE_UNARY(id, text, code)                          \
    static thimble_status prepare_int8(thimble_prepare *p) {          \
        return prepare(p, false);                                     \
    }                                                                 \
    static thimble_status prepare_any(thimble_prepare *p) {           \
        return prepare(p, true);                                      \
    }                                                                 \
    static void run_int8(const thimble_call *call) {                  \
        thimble_unary_run_int8(call, value_int8);                     \
    }                                                                 \
    static void run(const thimble_call *call) {                       \
        if (call->type == THIMBLE_INT8) {                             \
            run_int8(call);                                           \
        } else {                                                      \
            thimble_unary_run_f32(call, value_f32);                   \
        }                                                             \
    }                                                                 \
    THIMBLE_DEFINE_OP(id##_int8, text, code, prepare_int8, run_int8); \
    THIMBLE_DEFINE_OP(id, text, code, prepare_any, run)

// THIMBLE_DEFINE_UNARY_F32(exp, "EXP", 47); defines thimble_op_exp, whose file has value_f32.
#define THIMBLE_DEFINE_UNARY_F32(id, text, code) \
    static void run(const thimble_call *call) {  \
        thimble_unary_run_f32(call, value_f32);  \
    }                                            \
    THIMBLE_DEFINE_OP(id, text, code, thimble_unary_prepare_f32, run)

#endif
