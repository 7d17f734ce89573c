// read_file.h - reads whole files into memory, without trusting what the file system says about their size.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_CLI_READ_FILE_H
#define THIMBLE_CLI_READ_FILE_H

#include "cli.h"

// Reads `path` into newly allocated memory, aligned to 16 bytes and followed by a zero byte that is not counted.
// `what` ("model", "input") and `status` (what to return if it cannot be read) are for the error line. A file of more
// than `limit_bytes` is refused. The caller frees *bytes.
cli_status read_file(const char *path, const char *what, cli_status status, size_t limit_bytes, uint8_t **bytes,
                     size_t *byte_count);

// The same for an input that may be compressed with gzip; the limit counts uncompressed bytes.
cli_status read_gzip_file(const char *path, const char *what, size_t limit_bytes, uint8_t **bytes, size_t *byte_count);

#endif
