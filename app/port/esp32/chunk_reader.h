// chunk_reader.h - a body in chunks (RFC 9112, 7.1) as it comes off a socket, in pieces of any size.
//
//     4;extension CRLF  b o d y  CRLF  0 CRLF  trailer: x CRLF  CRLF
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_CHUNK_READER_H
#define THIMBLE_CHUNK_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct chunk_reader {  // all zero at the start
    enum { CHUNK_SIZE, CHUNK_EXTENSION, CHUNK_DATA, CHUNK_AFTER_DATA, CHUNK_TRAILER, CHUNK_END, CHUNK_BROKEN } place;
    uint32_t left_bytes;
    uint32_t digit_count, line_bytes;
} chunk_reader;

// Reads on until there is a piece of the body or no byte is left. Returns how many bytes were used; *piece and
// *piece_bytes (may be 0) are the piece, inside of what was used.
size_t chunk_reader_take(chunk_reader *changed, const uint8_t *bytes, size_t byte_count, const uint8_t **piece,
                         size_t *piece_bytes);

#endif
