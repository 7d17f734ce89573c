// tcp.h - what is used of BSD sockets, for compilers whose C library has none.
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_IDF_NETINET_TCP_H
#define THIMBLE_IDF_NETINET_TCP_H

#define TCP_NODELAY 0x01

#endif
