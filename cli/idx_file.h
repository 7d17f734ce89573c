// idx_file.h - the IDX files in which MNIST and its kin come, plain or compressed with gzip.
//
//     u8 0, 0, type, rank | u32 size[rank], big-endian | values          type 8: unsigned bytes, the only one read here
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_CLI_IDX_FILE_H
#define THIMBLE_CLI_IDX_FILE_H

#include "cli.h"

enum { IDX_MAX_RANK = 4 };

typedef struct idx_file {
    uint8_t *bytes;  // the whole file; idx_file_free frees it
    const uint8_t *values;  // in it
    uint32_t rank, sizes[IDX_MAX_RANK];
} idx_file;

// Reads a file of bytes whose values are as many as its header says.
cli_status idx_file_load(idx_file *file, const char *path);
void idx_file_free(idx_file *file);

#endif
