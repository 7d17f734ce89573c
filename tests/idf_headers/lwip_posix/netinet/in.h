// in.h - what is used of BSD sockets, for compilers whose C library has none.
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_IDF_NETINET_IN_H
#define THIMBLE_IDF_NETINET_IN_H

#define IPPROTO_TCP 6

#endif
