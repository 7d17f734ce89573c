// chip_costs.h - what each kind of op costs on the chips: instructions for each amount of op_work.h.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_CLI_CHIP_COSTS_H
#define THIMBLE_CLI_CHIP_COSTS_H

#include "op_work.h"

typedef struct chip_cost {
    const char *kind;  // NULL behind the last one
    double prices[OP_WORK_AMOUNTS];
} chip_cost;

extern const chip_cost chip_costs_xtensa[], chip_costs_riscv[];

#endif
