// http_server.h - HTTP for the desk by libmicrohttpd: one thread for all clients, each with bounded memory.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_POSIX_HTTP_SERVER_H
#define THIMBLE_POSIX_HTTP_SERVER_H

#include "app.h"

typedef struct http_server http_server;

// Listens at an IPv4 address ("127.0.0.1", "0.0.0.0") and port; port 0 takes any. Returns NULL and the server, or what is
// wrong; *is_taken says whether the port was in use.
const char *http_server_start(http_server **started, app *with, const char *address, uint16_t port, bool *is_taken);

uint16_t http_server_port(const http_server *from);

// `wake_server` of port.h: asks the exchanges that wait, closes clients that are late. From any thread.
void http_server_wake(void *server);

// Ends all streams, then the server.
void http_server_stop(http_server *stopped);

#endif
