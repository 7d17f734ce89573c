// op_lists.h - the lists of ops the command can measure and run models with.
//
// The engine's ops are compiled once per target for this host, each list with the target's name; those of a chip
// answer thimble_measure (the arena is the same here and there), but do not run here.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_CLI_OP_LISTS_H
#define THIMBLE_CLI_OP_LISTS_H

#include "model_file.h"
#include "thimble/thimble_ops.h"

extern const thimble_op *const thimble_all_ops_portable[];
extern const thimble_op *const thimble_all_ops_xtensa[];
extern const thimble_op *const thimble_all_ops_riscv[];

// The names of the smallest set of op objects that runs the model ("thimble_op_conv_2d_int8"), without repetitions, in
// the order of their first use. Writes at most `room_count` of them, returns how many. Needs a model that runs.
#define OP_OBJECT_NAME_BYTES 64
size_t op_objects(const model_file *model, char room[][OP_OBJECT_NAME_BYTES], size_t room_count);

#endif
