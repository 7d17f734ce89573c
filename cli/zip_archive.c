// zip_archive.c - reads small files from a zip archive in memory.
//
//     [anything] local header, data | local header, data ... | directory entries | end record
//
// The end record is found from behind. Offsets in it count from the start of the archive; where something stands in
// front of it, writers differ in whether they count that too, so the start is derived from where the directory is.
//
// SPDX-License-Identifier: Apache-2.0
#include "zip_archive.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { END_BYTES = 22, ENTRY_BYTES = 46, LOCAL_BYTES = 30, LONGEST_COMMENT_BYTES = 65535 };

static uint32_t u16(const uint8_t *at) {
    return (uint32_t)at[0] | (uint32_t)at[1] << 8;
}

static uint32_t u32(const uint8_t *at) {
    return u16(at) | u16(at + 2) << 16;
}

static bool has_mark(const uint8_t *at, char third, char fourth) {
    return at[0] == 'P' && at[1] == 'K' && at[2] == (uint8_t)third && at[3] == (uint8_t)fourth;
}

// Position of the end record, 0 if there is none.
static size_t find_end(const uint8_t *file, size_t file_bytes) {
    for (size_t back = END_BYTES; back <= file_bytes && back <= END_BYTES + LONGEST_COMMENT_BYTES; back++) {
        if (has_mark(file + file_bytes - back, 5, 6)) {
            return file_bytes - back;
        }
    }
    return 0;
}

bool zip_find(const uint8_t *file, size_t file_bytes, size_t index, zip_entry *entry) {
    const size_t end = find_end(file, file_bytes);
    if (end == 0 || index >= u16(file + end + 10)) {
        return false;
    }
    const size_t directory_bytes = u32(file + end + 12), directory_offset = u32(file + end + 16);
    if (directory_bytes > end || directory_offset > end - directory_bytes) {
        return false;
    }
    size_t at = end - directory_bytes;
    const size_t archive_start = at - directory_offset;
    for (size_t i = 0;; i++) {
        if (end - at < ENTRY_BYTES || !has_mark(file + at, 1, 2)) {
            return false;
        }
        const size_t name_bytes = u16(file + at + 28);
        const size_t entry_bytes = ENTRY_BYTES + name_bytes + u16(file + at + 30) + u16(file + at + 32);
        if (entry_bytes > end - at) {
            return false;
        }
        if (i < index) {
            at += entry_bytes;
            continue;
        }
        const size_t local_offset = u32(file + at + 42);
        *entry = (zip_entry){.name = (const char *)file + at + ENTRY_BYTES,
                             .name_bytes = name_bytes,
                             .data_bytes = u32(file + at + 20),
                             .plain_bytes = u32(file + at + 24),
                             .method = (int)u16(file + at + 10)};
        if (local_offset > end - archive_start || end - archive_start - local_offset < LOCAL_BYTES) {
            return false;
        }
        const size_t local = archive_start + local_offset;
        const size_t data = local + LOCAL_BYTES + u16(file + local + 26) + u16(file + local + 28);
        if (!has_mark(file + local, 3, 4) || data > end || entry->data_bytes > end - data) {
            return false;
        }
        entry->data = file + data;
        return true;
    }
}

bool zip_extract(const zip_entry *entry, size_t limit_bytes, uint8_t **bytes, size_t *byte_count) {
    const bool stored = entry->method == 0 && entry->data_bytes == entry->plain_bytes;
    if (entry->plain_bytes > limit_bytes || (!stored && entry->method != 8)) {
        return false;
    }
    uint8_t *plain = calloc(entry->plain_bytes + 1, 1);
    if (plain == NULL) {
        return false;
    }
    bool good = stored;
    if (stored) {
        memcpy(plain, entry->data, entry->plain_bytes);
    } else {
        z_stream stream = {.next_in = (z_const Bytef *)(uintptr_t)entry->data,
                           .avail_in = (uInt)entry->data_bytes,
                           .next_out = plain,
                           .avail_out = (uInt)entry->plain_bytes};
        if (inflateInit2(&stream, -MAX_WBITS) == Z_OK) {
            good = inflate(&stream, Z_FINISH) == Z_STREAM_END && stream.total_out == entry->plain_bytes;
            inflateEnd(&stream);
        }
    }
    if (!good) {
        free(plain);
        return false;
    }
    *bytes = plain;
    *byte_count = entry->plain_bytes;
    return true;
}
