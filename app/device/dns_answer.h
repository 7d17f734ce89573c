// dns_answer.h - a name server that knows one address: for the captive portal, where every name leads to the device.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_DNS_ANSWER_H
#define THIMBLE_DNS_ANSWER_H

#include <stddef.h>
#include <stdint.h>

enum { DNS_MESSAGE_BYTES = 512 };  // the longest over UDP (RFC 1035, 2.3.4)

// Answers one message. `query` may be anything. The length of the answer in `room` (of DNS_MESSAGE_BYTES), or 0: none is
// sent. Questions for other than IPv4 addresses get an answer without records.
size_t dns_answer(const uint8_t *query, size_t query_bytes, const uint8_t address[4], uint8_t *room);

#endif
