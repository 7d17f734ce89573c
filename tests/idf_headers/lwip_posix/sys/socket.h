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

#define AF_UNSPEC 0
#define AF_INET 2
#define AF_INET6 10
#define SOCK_DGRAM 2
#define IPPROTO_IP 0

struct sockaddr {
    uint8_t sa_len, sa_family;
    char sa_data[14];
};

int socket(int domain, int type, int protocol);
int bind(int socket, const struct sockaddr *name, socklen_t name_bytes);
ssize_t recvfrom(int socket, void *room, size_t room_bytes, int flags, struct sockaddr *from, socklen_t *from_bytes);
ssize_t sendto(int socket, const void *bytes, size_t byte_count, int flags, const struct sockaddr *to,
               socklen_t to_bytes);
int setsockopt(int socket, int level, int option, const void *value, socklen_t value_bytes);
ssize_t recv(int socket, void *room, size_t room_bytes, int flags);
ssize_t send(int socket, const void *bytes, size_t byte_count, int flags);
int shutdown(int socket, int how);

#endif
