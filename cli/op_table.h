// op_table.h - the engine's op objects: which types they run, and what they take of flash.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_CLI_OP_TABLE_H
#define THIMBLE_CLI_OP_TABLE_H

#include <stddef.h>
#include <stdint.h>

typedef struct op_object_facts {
    const char *name;   // without "thimble_op_"
    const char *types;  // of the input that counts; "to" what, if the output has another type
    uint32_t flash_bytes;
} op_object_facts;

extern const op_object_facts op_table[];  // ends with a name of NULL

#endif
