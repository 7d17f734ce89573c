// http.h - the HTTP API as the port's server sees it: requests go in piece by piece, responses come out piece by piece.
//
// Neither side ever waits for the other, so one thread can serve all clients, and a slow client is the server's
// business alone:
//
//     exchange = http_begin(app, &request)          headers are complete; NULL: answer 503 with HTTP_BUSY_TEXT
//     http_body(exchange, bytes, count) ...         as the body arrives; also after an error, then it is dropped
//     http_respond(exchange, &response)             body is complete. HTTP_LATER: again after the next wake_server
//     http_produce(exchange, room, room_bytes) ...  the response's body; 0: nothing new, again after wake_server
//     http_end(exchange)                            always, once; also if the client is gone in the middle
//
// Streams are responses that do not end: http_produce gives the latest frame or the next event for this client. A
// client that reads slowly skips frames; one that takes nothing for HTTP_CLIENT_TIMEOUT_MS has to be closed by the
// server. Calls of this header are made one at a time (port.h, "Threads").
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_APP_HTTP_H
#define THIMBLE_APP_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct app;

enum {
    HTTP_CLIENT_TIMEOUT_MS = 10000,  // a client that neither sends nor takes anything is closed
    HTTP_REQUEST_TIMEOUT_MS = 20000,  // from the first byte of a request to its last (a model: HTTP_UPLOAD_TIMEOUT_MS)
    HTTP_UPLOAD_TIMEOUT_MS = 120000,
    HTTP_MAX_HEADERS = 12,
    HTTP_LINE_BYTES = 192,
};

#define HTTP_BUSY_TYPE "application/problem+json"
#define HTTP_BUSY_TEXT                                                            \
    "{\"type\":\"about:blank\",\"title\":\"Service Unavailable\",\"status\":503," \
    "\"detail\":\"All connections are in use. Close a page that shows the video, or try again in 2 seconds.\"}"

typedef enum http_method {
    HTTP_GET,
    HTTP_HEAD,
    HTTP_POST,
    HTTP_PUT,
    HTTP_PATCH,
    HTTP_DELETE,
    HTTP_OTHER,
} http_method;

typedef struct http_request {  // the server's; used during http_begin only
    http_method method;
    const char *path;  // as sent, without the query
    int64_t body_bytes;  // as announced; -1: chunked; 0: none
    void *context;
    const char *(*header)(void *context, const char *name);  // any case; NULL if it is not there
    const char *(*query)(void *context, const char *name);  // percent-decoded; NULL if it is not there
} http_request;

typedef struct http_header {
    const char *name, *value;
} http_header;

typedef struct http_response {  // valid until http_end
    int status;
    int64_t body_bytes;  // -1: until http_produce says HTTP_DONE
    http_header headers[HTTP_MAX_HEADERS];
    size_t header_count;
} http_response;

typedef enum http_readiness { HTTP_LATER, HTTP_READY } http_readiness;

enum { HTTP_DONE = -1, HTTP_ABORT = -2 };  // from http_produce; after HTTP_ABORT the connection has to be closed

typedef struct http_exchange http_exchange;

http_exchange *http_begin(struct app *app, const http_request *request);
void http_body(http_exchange *exchange, const void *bytes, size_t byte_count);
http_readiness http_respond(http_exchange *exchange, http_response *response);
int64_t http_produce(http_exchange *exchange, void *room, size_t room_bytes);
void http_end(http_exchange *exchange);

// What stands beside a status in the first line of a response.
const char *http_status_words(int status);

// Whether the answer is a problem already, before the body: a server may then answer and close instead of reading it.
bool http_is_refused(const http_exchange *exchange);

// Whether the request is not complete although its time, counted from http_begin, is over. From any thread.
bool http_is_late(const http_exchange *exchange);

#endif
