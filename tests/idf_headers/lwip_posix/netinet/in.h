// in.h - what is used of BSD sockets, for compilers whose C library has none.
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_IDF_NETINET_IN_H
#define THIMBLE_IDF_NETINET_IN_H

#include <stdint.h>

#define IPPROTO_TCP 6

struct in_addr {
    uint32_t s_addr;
};
struct sockaddr_in {
    uint8_t sin_len, sin_family;
    uint16_t sin_port;
    struct in_addr sin_addr;
    char sin_zero[8];
};

#endif
