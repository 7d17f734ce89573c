// zip_archive.h - reads small files from a zip archive in memory, which may have something in front of it.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_CLI_ZIP_ARCHIVE_H
#define THIMBLE_CLI_ZIP_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct zip_entry {
    const char *name;  // not zero-terminated
    size_t name_bytes;
    const uint8_t *data;  // as stored
    size_t data_bytes, plain_bytes;
    int method;  // 0: stored, 8: deflated
} zip_entry;

// Entry number `index` of the archive at the end of `file`. False if there is no such entry or no (sound) archive.
bool zip_find(const uint8_t *file, size_t file_bytes, size_t index, zip_entry *entry);

// The entry's content, newly allocated and followed by a zero byte. False if it is damaged, larger than `limit_bytes`
// or compressed in another way.
bool zip_extract(const zip_entry *entry, size_t limit_bytes, uint8_t **bytes, size_t *byte_count);

#endif
