// esp32_server.h - the clients of the HTTP server: one task for all of them, which waits for none.
//
//     esp_http_server ──head of a request──► esp32_front ──socket and head──► esp32_server ──► http.h
//
// Espressif's server accepts connections and reads heads; then it lets go of the socket (esp32_front.c), and the task
// "serve" does all else: bodies, answers, streams, each as far as it goes without waiting. So it takes one stack for all
// clients, and a client that stalls has only itself to wait for. Each answer ends its connection.
//
// This header knows no http.h, whose names are those of Espressif's too.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_ESP32_SERVER_H
#define THIMBLE_ESP32_SERVER_H

#include <stdbool.h>
#include <stddef.h>

// The head of a request as texts one after another, each with its zero: method, path, query, name, value, name, value ...
enum { REQUEST_HEAD_BYTES = 1024 };
typedef struct request_head {
    size_t used;
    char text[REQUEST_HEAD_BYTES];
} request_head;

bool request_head_add(request_head *changed, const char *text, size_t length);  // false: no room

// Takes over a socket with a request whose body is not read yet. False: there is no room for another client, and the
// socket stays the caller's. From the task of Espressif's server.
bool esp32_server_take(int socket, const request_head *head);

// What a client is told for which there is no room: a whole response.
extern const char esp32_server_busy[];

// How many clients have a socket now.
size_t esp32_server_client_count(void);

// Starts Espressif's server at port 80 for esp32_server_take. NULL, or what is wrong.
const char *esp32_front_start(size_t connection_limit);

#endif
