// chunk_reader.c - a body in chunks as it comes off a socket: one byte of syntax at a time, data by the piece.
//
// SPDX-License-Identifier: Apache-2.0
#include "chunk_reader.h"

enum { LARGEST_LINE = 256 };

static int digit_of(uint8_t byte) {
    return byte >= '0' && byte <= '9'   ? byte - '0'
           : byte >= 'a' && byte <= 'f' ? byte - 'a' + 10
           : byte >= 'A' && byte <= 'F' ? byte - 'A' + 10
                                        : -1;
}

static void end_size_line(chunk_reader *changed) {
    changed->place = changed->digit_count == 0 ? CHUNK_BROKEN : changed->left_bytes == 0 ? CHUNK_TRAILER : CHUNK_DATA;
    changed->line_bytes = 0;
    changed->digit_count = 0;
}

static void take_size(chunk_reader *changed, uint8_t byte) {
    const int digit = digit_of(byte);
    if (digit >= 0 && changed->digit_count < 7) {
        changed->left_bytes = changed->left_bytes * 16 + (uint32_t)digit;
        changed->digit_count++;
    } else if (byte == '\n') {
        end_size_line(changed);
    } else {
        changed->place = digit >= 0 ? CHUNK_BROKEN : CHUNK_EXTENSION;
    }
}

static void take_syntax(chunk_reader *changed, uint8_t byte) {
    if (++changed->line_bytes > LARGEST_LINE) {
        changed->place = CHUNK_BROKEN;
        return;
    }
    switch (changed->place) {
    case CHUNK_SIZE:
        take_size(changed, byte);
        break;
    case CHUNK_EXTENSION:
        if (byte == '\n') {
            end_size_line(changed);
        }
        break;
    case CHUNK_AFTER_DATA:
        if (byte == '\n') {
            *changed = (chunk_reader){.place = CHUNK_SIZE};
        } else if (byte != '\r') {
            changed->place = CHUNK_BROKEN;
        }
        break;
    case CHUNK_TRAILER:  // lines until an empty one; digit_count counts what is in this line
        if (byte == '\n') {
            changed->place = changed->digit_count == 0 ? CHUNK_END : CHUNK_TRAILER;
            changed->digit_count = 0;
        } else if (byte != '\r') {
            changed->digit_count++;
        }
        break;
    default:
        changed->place = CHUNK_BROKEN;
        break;
    }
}

size_t chunk_reader_take(chunk_reader *changed, const uint8_t *bytes, size_t byte_count, const uint8_t **piece,
                         size_t *piece_bytes) {
    size_t used = 0;
    *piece_bytes = 0;
    *piece = bytes;
    while (used < byte_count && changed->place != CHUNK_END && changed->place != CHUNK_BROKEN) {
        if (changed->place != CHUNK_DATA) {
            take_syntax(changed, bytes[used++]);
            continue;
        }
        const size_t left = byte_count - used;
        *piece = bytes + used;
        *piece_bytes = left < changed->left_bytes ? left : changed->left_bytes;
        changed->left_bytes -= (uint32_t)*piece_bytes;
        used += *piece_bytes;
        if (changed->left_bytes == 0) {
            changed->place = CHUNK_AFTER_DATA;
        }
        break;
    }
    return used;
}
