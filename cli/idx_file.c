// idx_file.c - reads IDX files.
//
// SPDX-License-Identifier: Apache-2.0
#include "idx_file.h"

#include <stdlib.h>

#include "read_file.h"

enum { UNSIGNED_BYTE = 8, IDX_LIMIT_BYTES = 1 << 30 };

static cli_status check(idx_file *file, const char *path, size_t byte_count) {
    const uint8_t *bytes = file->bytes;
    if (byte_count < 4 || bytes[0] != 0 || bytes[1] != 0 || bytes[2] < UNSIGNED_BYTE || bytes[2] > 14) {
        return cli_fail(CLI_INPUT, "'%s' is not an IDX file; give one as MNIST's (.gz or unpacked)", path);
    }
    if (bytes[2] != UNSIGNED_BYTE || bytes[3] < 1 || bytes[3] > IDX_MAX_RANK) {
        return cli_fail(CLI_INPUT, "'%s' has IDX type 0x%02x, rank %u; only unsigned bytes of rank 1 to %d are read",
                        path, bytes[2], bytes[3], IDX_MAX_RANK);
    }
    file->rank = bytes[3];
    const size_t header_bytes = 4 + 4 * (size_t)file->rank;
    uint64_t value_count = 1;
    for (uint32_t i = 0; i < file->rank && header_bytes <= byte_count; i++) {
        const uint8_t *at = bytes + 4 + 4 * i;
        file->sizes[i] = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
        // Beyond the limit the exact product does not matter, and it cannot overflow.
        value_count = value_count > IDX_LIMIT_BYTES ? value_count : value_count * file->sizes[i];
    }
    if (header_bytes > byte_count || value_count != byte_count - header_bytes) {
        return cli_fail(CLI_INPUT, "'%s' holds %zu bytes, its IDX header says another size; get it again", path,
                        byte_count);
    }
    file->values = bytes + header_bytes;
    return CLI_OK;
}

cli_status idx_file_load(idx_file *file, const char *path) {
    *file = (idx_file){0};
    size_t byte_count = 0;
    cli_status status = read_gzip_file(path, "IDX file", IDX_LIMIT_BYTES, &file->bytes, &byte_count);
    if (status == CLI_OK) {
        status = check(file, path, byte_count);
    }
    if (status != CLI_OK) {
        idx_file_free(file);
    }
    return status;
}

void idx_file_free(idx_file *file) {
    free(file->bytes);
    *file = (idx_file){0};
}
