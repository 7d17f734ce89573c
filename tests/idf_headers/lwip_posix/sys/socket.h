// socket.h - what is used of BSD sockets, for compilers whose C library has none; on a host the system's own is used.
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_IDF_SYS_SOCKET_H
#define THIMBLE_IDF_SYS_SOCKET_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef uint32_t socklen_t;

#define SOL_SOCKET 0xfff
#define SO_SNDTIMEO 0x1005
#define SO_RCVTIMEO 0x1006
#define MSG_PEEK 0x01
#define MSG_DONTWAIT 0x08
#define SHUT_WR 1

int setsockopt(int socket, int level, int option, const void *value, socklen_t value_bytes);
ssize_t recv(int socket, void *room, size_t room_bytes, int flags);
ssize_t send(int socket, const void *bytes, size_t byte_count, int flags);
int shutdown(int socket, int how);

#endif
