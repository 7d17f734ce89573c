// template.h - what ABS's kernels are given.
//
//     output[i] = |input[i]|
//     int8: output = |input - input_zero_point| * (input_scale / output_scale) + output_zero_point, limited to int8
//
// This folder is a complete op to start from. It is compiled and tested but in no library. To make your own:
//
//   1. Copy the folder to engine/src/ops/<op>/, where <op> is TFLite's name in lower case, name the files after it, and
//      replace `template` by <op> everywhere. Nothing else needs to be told: the build finds the folder.
//   2. Read the op in TensorFlow Lite Micro (micro/kernels, and the reference kernel it calls). Write its formula here,
//      with the shapes of all arrays.
//   3. Put into the record what a run needs to know, as small as it can be: it stays in RAM. Fixed-width numbers only,
//      no pointers; addresses come in the args.
//   4. Write the kernels of template_portable.c, then the checks of template.c, then the test
//      (tests/engine/template_test.c).
//   5. Declare thimble_op_<op> in thimble_ops.h and list it in all_ops.c.
//   6. Let the oracle write vectors: tests/oracle/README.md.
//   7. State types, options and limits in SPEC.md.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_TEMPLATE_H
#define THIMBLE_TEMPLATE_H

#include "arith.h"

typedef struct thimble_template_record {
    int32_t element_count;
    thimble_rescale factor;  // input_scale / output_scale
    int8_t input_zero_point, output_zero_point;
} thimble_template_record;

typedef struct thimble_template_int8_args {
    const thimble_template_record *record;
    const int8_t *input;  // [element_count]
    int8_t *output;  // [element_count]; may be the input
} thimble_template_int8_args;

typedef struct thimble_template_f32_args {
    const thimble_template_record *record;
    const float *input;
    float *output;
} thimble_template_f32_args;

// One function type for all kernels that do the same, so that they cannot drift apart. A faster kernel goes into
// <op>_<target>.c, is named thimble_<op>_<type>_<target>, and gets its line in engine/src/targets (as CONV_2D has it).
typedef void thimble_template_int8_fn(const thimble_template_int8_args *args);
typedef void thimble_template_f32_fn(const thimble_template_f32_args *args);

thimble_template_int8_fn thimble_template_int8_portable;
thimble_template_f32_fn thimble_template_f32_portable;

#endif
