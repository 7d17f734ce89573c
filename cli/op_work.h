// op_work.h - how much work an op is, in the amounts that its cost on a chip is proportional to.
//
// bench/fit_costs counts instructions on emulated chips and finds what each amount costs for each kind of op; `thimble
// bench --chip` multiplies. Both take the amounts from here. Without stdio and heap, since it runs on chips, too.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_CLI_OP_WORK_H
#define THIMBLE_CLI_OP_WORK_H

#include "thimble/thimble_inspect.h"

enum {
    OP_WORK_MACS,      // multiply-accumulates
    OP_WORK_OUTPUTS,   // elements of the output
    OP_WORK_INPUTS,    // elements of the first input
    OP_WORK_WEIGHTS,   // elements of the weights
    OP_WORK_CHANNELS,  // last dimension of the output
    OP_WORK_ROWS,      // rows of all channels of the output
    OP_WORK_ONCE,      // 1
    OP_WORK_AMOUNTS
};

typedef struct op_work {
    char kind[48];  // "CONV_2D 1x1": op, kernel, and what else picks the code that runs
    uint64_t amounts[OP_WORK_AMOUNTS];
} op_work;

// The work of op `op_index`, which is called `name`. False if the model has no such op.
bool op_work_find(const thimble_model *model, uint32_t op_index, const char *name, op_work *work);

#endif
