// esp32_client.h - one HTTP client on its socket: from the head of its request to the last byte of the answer.
//
//     BEGINS ──► RECEIVES ──► WAITS ──► ANSWERS ──► (LINGERS) ──► FREE
//     http_begin  http_body    http_respond  http_produce          http_end
//
// A step does what can be done without waiting, and says when the next one is worth it.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_ESP32_CLIENT_H
#define THIMBLE_ESP32_CLIENT_H

#include <stdatomic.h>

#include "chunk_reader.h"
#include "esp32_port.h"
#include "esp32_server.h"

enum { CLIENT_OUT_BYTES = 1536, CLIENT_VALUES_BYTES = 512 };

typedef enum client_stage {
    CLIENT_FREE,
    CLIENT_BEGINS,
    CLIENT_RECEIVES,
    CLIENT_WAITS,
    CLIENT_ANSWERS,
    CLIENT_LINGERS,  // all is sent, but the client still sends: closing now would take the answer back
} client_stage;

// What all clients share; used by the task "serve" alone.
typedef struct client_world {
    app *app;
    const esp32_portal *portal;  // or NULL
    void (*lock)(void), (*unlock)(void);  // around calls of http.h
    struct client *portal_user;  // whose body is in portal_body; NULL: nobody's
    char portal_body[ESP32_PORTAL_BODY_BYTES];
    char values[CLIENT_VALUES_BYTES];  // of the query that is being read, percent-decoded
    size_t values_used;
    uint8_t received[2048];
} client_world;

typedef struct client {
    atomic_int stage;  // of client_stage; FREE to BEGINS by who hands a socket over, else by the task "serve"
    int socket;
    uint64_t begun_us, progress_us;
    http_exchange *exchange;
    bool is_head, has_unread_body;
    // The request's body.
    bool is_chunked, is_portal;
    chunk_reader chunks;
    uint64_t body_left_bytes;
    size_t portal_used;
    // The answer.
    bool sends_chunks, is_last;
    uint64_t answer_left_bytes;  // that are not produced yet; without chunks
    const char *constant;  // of the portal
    size_t constant_left;
    size_t out_from, out_used;
    union {
        request_head head;  // until the answer begins
        char out[CLIENT_OUT_BYTES];
    };
} client;

// As esp32_server_take: a free client takes the socket.
void client_take(client *taken, int socket, const request_head *head, uint64_t now_us);

typedef enum client_need {
    CLIENT_NEEDS_NOTHING,  // until the next wake-up
    CLIENT_NEEDS_ITS_SOCKET,  // soon again
} client_need;

client_need client_step(client *changed, client_world *world, uint64_t now_us);

#endif
