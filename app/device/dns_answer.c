// dns_answer.c - a name server that knows one address (RFC 1035).
//
//     0 id | 2 flags | 4 questions | 6 answers | 8 authorities | 10 additional | 12 name, type, class ...
//
// SPDX-License-Identifier: Apache-2.0
#include "dns_answer.h"

#include <stdbool.h>
#include <string.h>

enum {
    HEADER_BYTES = 12,
    TYPE_A = 1,
    CLASS_IN = 1,
    LABEL_MAX_BYTES = 63,
    NAME_MAX_BYTES = 255,
    RECORD_BYTES = 16,
    LIFE_SECONDS = 10,  // short: the same names lead elsewhere as soon as the phone is in another network
};

static uint32_t get_big16(const uint8_t *at) {
    return (uint32_t)at[0] << 8 | at[1];
}

static void put_big16(uint8_t *at, uint32_t value) {
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

// Where the first question ends, or 0 if it is not well-formed. Compression has no place in a question.
static size_t question_end(const uint8_t *query, size_t query_bytes) {
    size_t at = HEADER_BYTES;
    while (at < query_bytes && query[at] != 0) {
        if (query[at] > LABEL_MAX_BYTES || at - HEADER_BYTES > NAME_MAX_BYTES) {
            return 0;
        }
        at += 1 + (size_t)query[at];
    }
    return at + 5 <= query_bytes ? at + 5 : 0;  // the end of the name, type, class
}

size_t dns_answer(const uint8_t *query, size_t query_bytes, const uint8_t address[4], uint8_t *room) {
    if (query_bytes < HEADER_BYTES || query_bytes > DNS_MESSAGE_BYTES - RECORD_BYTES) {
        return 0;
    }
    const bool is_response = (query[2] & 0x80) != 0;
    const bool is_standard = (query[2] & 0x78) == 0;
    const size_t end = question_end(query, query_bytes);
    if (is_response || !is_standard || get_big16(query + 4) != 1 || end == 0) {
        return 0;
    }
    const bool wants_address = get_big16(query + end - 4) == TYPE_A && get_big16(query + end - 2) == CLASS_IN;
    memset(room, 0, HEADER_BYTES);
    memcpy(room, query, 2);
    room[2] = (uint8_t)(0x84 | (query[2] & 0x01));  // a response, authoritative; recursion desired as asked
    put_big16(room + 4, 1);
    put_big16(room + 6, wants_address ? 1 : 0);
    memcpy(room + HEADER_BYTES, query + HEADER_BYTES, end - HEADER_BYTES);
    if (!wants_address) {
        return end;
    }
    uint8_t *record = room + end;
    put_big16(record, 0xc000 | HEADER_BYTES);  // the name of the question
    put_big16(record + 2, TYPE_A);
    put_big16(record + 4, CLASS_IN);
    put_big16(record + 6, 0);
    put_big16(record + 8, LIFE_SECONDS);
    put_big16(record + 10, 4);
    memcpy(record + 12, address, 4);
    return end + RECORD_BYTES;
}
