// http_server.c - HTTP for the desk by libmicrohttpd.
//
// One thread of libmicrohttpd serves all connections by epoll, so that calls of http.h come one at a time. An exchange
// that has nothing to say is suspended; http_server_wake resumes all of those, and each asks again. A client that takes
// nothing keeps its connection's buffer full and is closed by libmicrohttpd after HTTP_CLIENT_TIMEOUT_MS; one whose machine
// is gone by the kernel (TCP_USER_TIMEOUT); one that sends its request too slowly by close_late.
//
// SPDX-License-Identifier: Apache-2.0
#include "http_server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    CONNECTION_LIMIT = 256,
    CONNECTION_MEMORY_BYTES = 16384,  // headers and what is being sent
    BLOCK_BYTES = 4096,
    SEND_BUFFER_BYTES = 65536,  // in the kernel: a slow client is at most so far behind
    LARGEST_DROPPED_BODY_BYTES = 65536,
};

typedef struct client {  // one connection
    http_server *server;
    struct MHD_Connection *connection;  // NULL: free
    int socket;
    uint64_t idle_since_us;  // no request since then
    http_exchange *exchange;  // of the request at hand, or NULL
    bool is_answered;
    bool waits;  // suspended; under the server's mutex
} client;

struct http_server {
    app *app;
    struct MHD_Daemon *daemon;
    uint16_t port;
    pthread_mutex_t mutex;
    _Atomic uint32_t wake_count;
    atomic_bool stops;
    client clients[CONNECTION_LIMIT];  // connection, socket, exchange: changed by the server's thread under the mutex
};

static uint64_t now_us(const http_server *from) {
    return from->app->port->now_us(from->app->port->context);
}

// ---- connections ----

static void set_option(int socket, int level, int option, int value) {
    // What cannot be set leaves the kernel's default, which works too, but later.
    (void)setsockopt(socket, level, option, &value, sizeof value);
}

static void notify_connection(void *context, struct MHD_Connection *connection, void **connection_context,
                              enum MHD_ConnectionNotificationCode code) {
    http_server *server = context;
    pthread_mutex_lock(&server->mutex);
    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        client *closed = *connection_context;
        if (closed != NULL) {
            closed->connection = NULL;
        }
    } else {
        client *opened = NULL;
        for (size_t i = 0; i < CONNECTION_LIMIT && opened == NULL; i++) {
            opened = server->clients[i].connection == NULL ? &server->clients[i] : NULL;
        }
        *connection_context = opened;
        if (opened != NULL) {
            const union MHD_ConnectionInfo *info =
                MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
            *opened = (client){.server = server,
                               .connection = connection,
                               .socket = info->connect_fd,
                               .idle_since_us = now_us(server)};
            set_option(opened->socket, IPPROTO_TCP, TCP_USER_TIMEOUT, HTTP_CLIENT_TIMEOUT_MS);
            set_option(opened->socket, SOL_SOCKET, SO_SNDBUF, SEND_BUFFER_BYTES);
        }
    }
    pthread_mutex_unlock(&server->mutex);
}

static client *client_of(struct MHD_Connection *connection) {
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

// Suspends, unless there was a wake-up since `seen`: then false, and the caller asks again.
static bool wait_for_wake(client *waiting, uint32_t seen) {
    http_server *server = waiting->server;
    pthread_mutex_lock(&server->mutex);
    const bool waits = atomic_load(&server->wake_count) == seen && !atomic_load(&server->stops);
    if (waits) {
        waiting->waits = true;
        MHD_suspend_connection(waiting->connection);
    }
    pthread_mutex_unlock(&server->mutex);
    return waits;
}

// Requests that trickle in: shut down, which libmicrohttpd notices. Under the mutex, so that the socket is still ours.
static void close_late(client *late, uint64_t now) {
    const bool has_request = late->exchange != NULL;
    const bool is_late =
        has_request ? http_is_late(late->exchange)
                    : !late->is_answered && now - late->idle_since_us > (uint64_t)HTTP_REQUEST_TIMEOUT_MS * 1000;
    if (is_late) {
        shutdown(late->socket, SHUT_RDWR);
    }
}

void http_server_wake(void *context) {
    http_server *server = context;
    pthread_mutex_lock(&server->mutex);
    const uint64_t now = now_us(server);
    atomic_fetch_add(&server->wake_count, 1);
    for (size_t i = 0; i < CONNECTION_LIMIT; i++) {
        client *at = &server->clients[i];
        if (at->connection == NULL) {
            continue;
        }
        if (at->waits) {
            at->waits = false;
            MHD_resume_connection(at->connection);
        } else {
            close_late(at, now);
        }
    }
    pthread_mutex_unlock(&server->mutex);
}

// ---- responses ----

static ssize_t produce(void *context, uint64_t position, char *room, size_t room_bytes) {
    client *with = context;
    (void)position;
    for (;;) {
        const uint32_t seen = atomic_load(&with->server->wake_count);
        const int64_t produced = http_produce(with->exchange, room, room_bytes);
        if (produced > 0) {
            return (ssize_t)produced;
        }
        if (produced == HTTP_DONE || atomic_load(&with->server->stops)) {
            return MHD_CONTENT_READER_END_OF_STREAM;
        }
        if (produced == HTTP_ABORT) {
            return MHD_CONTENT_READER_END_WITH_ERROR;
        }
        if (wait_for_wake(with, seen)) {
            return 0;
        }
    }
}

static enum MHD_Result send_busy(struct MHD_Connection *connection) {
    static const char text[] = HTTP_BUSY_TEXT;
    struct MHD_Response *response =
        MHD_create_response_from_buffer(sizeof text - 1, (void *)(uintptr_t)text, MHD_RESPMEM_PERSISTENT);
    if (response == NULL) {
        return MHD_NO;
    }
    MHD_add_response_header(response, "Content-Type", HTTP_BUSY_TYPE);
    MHD_add_response_header(response, "Retry-After", "2");
    const enum MHD_Result result = MHD_queue_response(connection, 503, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result send_response(client *to, const http_response *described) {
    struct MHD_Response *response =
        described->body_bytes == 0 ? MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT)
                                   : MHD_create_response_from_callback(
                                         described->body_bytes < 0 ? MHD_SIZE_UNKNOWN : (uint64_t)described->body_bytes,
                                         BLOCK_BYTES, produce, to, NULL);
    if (response == NULL) {
        return MHD_NO;
    }
    for (size_t i = 0; i < described->header_count; i++) {
        MHD_add_response_header(response, described->headers[i].name, described->headers[i].value);
    }
    pthread_mutex_lock(&to->server->mutex);
    to->is_answered = true;
    pthread_mutex_unlock(&to->server->mutex);
    const enum MHD_Result result = MHD_queue_response(to->connection, (unsigned)described->status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result respond(client *to) {
    http_response described;
    for (;;) {
        const uint32_t seen = atomic_load(&to->server->wake_count);
        if (http_respond(to->exchange, &described) == HTTP_READY) {
            return send_response(to, &described);
        }
        if (atomic_load(&to->server->stops)) {
            return send_busy(to->connection);
        }
        if (wait_for_wake(to, seen)) {
            return MHD_YES;
        }
    }
}

// ---- requests ----

static const char *find_header(void *context, const char *name) {
    return MHD_lookup_connection_value(context, MHD_HEADER_KIND, name);
}

static const char *find_query(void *context, const char *name) {
    return MHD_lookup_connection_value(context, MHD_GET_ARGUMENT_KIND, name);
}

static http_method method_of(const char *word) {
    static const char *const words[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};
    for (int i = 0; i < HTTP_OTHER; i++) {
        if (strcmp(word, words[i]) == 0) {
            return (http_method)i;
        }
    }
    return HTTP_OTHER;
}

static int64_t announced_bytes(struct MHD_Connection *connection) {
    const char *length = find_header(connection, "Content-Length");
    if (length != NULL) {
        return strtoll(length, NULL, 10);
    }
    return find_header(connection, "Transfer-Encoding") != NULL ? -1 : 0;
}

static enum MHD_Result begin_request(client *from, const char *path, const char *method) {
    const http_request request = {.method = method_of(method),
                                  .path = path,
                                  .body_bytes = announced_bytes(from->connection),
                                  .context = from->connection,
                                  .header = find_header,
                                  .query = find_query};
    http_exchange *exchange = atomic_load(&from->server->stops) ? NULL : http_begin(from->server->app, &request);
    if (exchange == NULL) {
        return send_busy(from->connection);
    }
    pthread_mutex_lock(&from->server->mutex);
    from->exchange = exchange;
    from->is_answered = false;
    pthread_mutex_unlock(&from->server->mutex);
    // A refused body that is long is not read to its end: the connection is closed instead.
    const bool is_long = request.body_bytes < 0 || request.body_bytes > LARGEST_DROPPED_BODY_BYTES;
    return is_long && http_is_refused(exchange) ? respond(from) : MHD_YES;
}

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *path, const char *method,
                              const char *version, const char *body, size_t *body_bytes, void **request_context) {
    client *from = client_of(connection);
    (void)context;
    (void)version;
    if (from == NULL) {
        return send_busy(connection);
    }
    if (*request_context == NULL) {
        *request_context = from;
        return begin_request(from, path, method);
    }
    if (from->is_answered || from->exchange == NULL) {
        *body_bytes = 0;
        return MHD_YES;
    }
    if (*body_bytes > 0) {
        http_body(from->exchange, body, *body_bytes);
        *body_bytes = 0;
        return MHD_YES;
    }
    return respond(from);
}

static void complete(void *context, struct MHD_Connection *connection, void **request_context,
                     enum MHD_RequestTerminationCode code) {
    client *from = *request_context;
    (void)context;
    (void)connection;
    (void)code;
    if (from == NULL) {
        return;
    }
    http_exchange *exchange = from->exchange;
    pthread_mutex_lock(&from->server->mutex);
    from->exchange = NULL;
    from->is_answered = false;
    from->idle_since_us = now_us(from->server);
    pthread_mutex_unlock(&from->server->mutex);
    if (exchange != NULL) {
        http_end(exchange);
    }
    *request_context = NULL;
}

static void log_nothing(void *context, const char *format, va_list arguments) {
    (void)context;
    (void)format;
    (void)arguments;
}

// ---- start and stop ----

const char *http_server_start(http_server **started, app *with, const char *address, uint16_t port_number,
                              bool *is_taken) {
    struct sockaddr_in place = {.sin_family = AF_INET, .sin_port = htons(port_number)};
    *is_taken = false;
    if (inet_pton(AF_INET, address, &place.sin_addr) != 1) {
        return "this is no IPv4 address";
    }
    http_server *server = calloc(1, sizeof *server);
    if (server == NULL) {
        return "no memory";
    }
    server->app = with;
    pthread_mutex_init(&server->mutex, NULL);
    signal(SIGPIPE, SIG_IGN);
    errno = 0;
    server->daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0,
                                      NULL, NULL, handle, server, MHD_OPTION_EXTERNAL_LOGGER, log_nothing, NULL,
                                      MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&place, MHD_OPTION_CONNECTION_LIMIT,
                                      (unsigned)CONNECTION_LIMIT, MHD_OPTION_CONNECTION_TIMEOUT,
                                      (unsigned)(HTTP_CLIENT_TIMEOUT_MS / 1000), MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                                      (size_t)CONNECTION_MEMORY_BYTES, MHD_OPTION_NOTIFY_CONNECTION, notify_connection,
                                      server, MHD_OPTION_NOTIFY_COMPLETED, complete, server, MHD_OPTION_END);
    if (server->daemon == NULL) {
        *is_taken = errno == EADDRINUSE;
        const char *problem = errno != 0 ? strerror(errno) : "the HTTP server could not start";
        pthread_mutex_destroy(&server->mutex);
        free(server);
        return problem;
    }
    server->port = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
    *started = server;
    return NULL;
}

uint16_t http_server_port(const http_server *from) {
    return from->port;
}

void http_server_stop(http_server *stopped) {
    atomic_store(&stopped->stops, true);
    const int listener = MHD_quiesce_daemon(stopped->daemon);
    http_server_wake(stopped);
    MHD_stop_daemon(stopped->daemon);
    if (listener >= 0) {
        close(listener);
    }
    pthread_mutex_destroy(&stopped->mutex);
    free(stopped);
}
