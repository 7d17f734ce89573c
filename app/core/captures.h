// captures.h - pictures kept with a label: on the port's files, within a quota, whole or not at all.
//
//     00000012.jpg   the picture, never changed
//     00000012.a     its card as JSON {"label", "predicted", "confidence", "bytes", "crc32", "unix_ms", "edition"};
//     00000012.b     a new label goes to the other of the two, with the next edition
//
// The picture is written before its first card: a picture with a sound card is whole. At start, pictures without one (the
// power went), and cards without a picture, are removed; the newest picture is read through as well. A card that was torn
// leaves the one before.
//
// All calls are made by the server.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_APP_CAPTURES_H
#define THIMBLE_APP_CAPTURES_H

#include "port.h"

enum { CAPTURE_LABEL_BYTES = 48 };

typedef struct capture {
    uint32_t id;  // counts from 1; higher is newer
    uint32_t jpeg_bytes, crc32, edition;
    uint64_t unix_ms;
    uint16_t confidence;  // thousandths
    char label[CAPTURE_LABEL_BYTES], predicted[CAPTURE_LABEL_BYTES];
} capture;

typedef struct captures {
    const port *port;
    capture *list;  // by id, rising
    size_t count, limit_count;
    uint64_t byte_count, limit_bytes;  // of the pictures
    uint32_t last_id;
    unsigned pinned;  // downloads of all of them that are running: nothing may be removed
} captures;

typedef enum captures_result {
    CAPTURES_OK = 0,
    CAPTURES_NONE,  // no such capture
    CAPTURES_PINNED,  // a download of all of them is running
    CAPTURES_FULL,  // this picture alone is larger than the quota
    CAPTURES_FAILED,  // the files failed
} captures_result;

// Reads what is there and removes what is torn. `list` has room for `limit_count`; what is more than that, or than the
// quota, is removed, oldest first. `room` is working memory.
void captures_open(captures *opened, const port *world, capture *list, size_t limit_count, uint64_t limit_bytes,
                   uint8_t *room, size_t room_bytes);

// NULL if there is none.
const capture *captures_find(const captures *from, uint32_t id);

// Keeps a picture; oldest ones make room. `wanted` has label, predicted, confidence and unix_ms, the rest is filled in.
captures_result captures_add(captures *changed, const uint8_t *jpeg, size_t jpeg_bytes, capture *wanted);
captures_result captures_relabel(captures *changed, uint32_t id, const char *label);
captures_result captures_remove(captures *changed, uint32_t id);

// Reads a part of the picture; false if the files failed.
bool captures_read(const captures *from, const capture *picture, uint32_t offset, void *room, size_t room_bytes,
                   size_t *read_bytes);

// Whether a text may be a label: 1 to 47 bytes of UTF-8 without control characters.
bool capture_label_is_good(const char *label);

#endif
