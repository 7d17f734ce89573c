// esp32_front.c - Espressif's HTTP server as far as the head of a request; then the socket goes to esp32_server.c.
//
// That server has one task, in which a handler that waits makes all clients wait; handlers that go on elsewhere exist since
// ESP-IDF 5.2 only. What works in all versions: a handler that fails makes the server forget the connection, and whether
// its socket is closed then is for close_fn to say. Sockets that were taken over stay open.
//
// Heads are read from the socket by us (recv override), for two reasons: a head has to be complete within HEAD_MS, or else
// the task would wait for a client that sends letter by letter; and nothing of a body is read, which would be lost with the
// connection. The parser asks for the first byte of a body before it calls a handler: it gets one that we made up.
//
// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <esp_http_server.h>
#include <esp_log.h>
#include <esp_timer.h>
#include <freertos/FreeRTOS.h>
#include <freertos/task.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "esp32_server.h"

enum {
    HEAD_MS = 500,  // from a head's first byte to its last
    SESSION_LIMIT = 2,  // connections that have not sent a head yet
    FULL_MS = 300,  // how long a new one waits for another to end where all sockets are in use
    FRONT_STACK_BYTES = 4096,
};

typedef struct session {
    int socket;  // -1: free
    bool is_taken;  // by esp32_server.c
    uint64_t begun_us;  // of the head; 0: nothing of it came
    enum { BEFORE_HEAD, IN_LINE, AFTER_LINE, HEAD_COMPLETE } place;
    size_t made_up;  // bytes of the body that the parser got
} session;

// Used by the task of Espressif's server alone.
static session sessions[SESSION_LIMIT + 1];
static size_t session_count, most_connections;

static session *session_of(int socket) {
    for (size_t i = 0; i < sizeof sessions / sizeof sessions[0]; i++) {
        if (sessions[i].socket == socket) {
            return &sessions[i];
        }
    }
    return NULL;
}

// ---- reading heads ----

// How many of these bytes belong to the head.
static size_t scan_head(session *scanned, const char *bytes, size_t byte_count) {
    for (size_t i = 0; i < byte_count; i++) {
        const char byte = bytes[i];
        if (byte == '\r') {
            continue;
        }
        if (byte != '\n') {
            scanned->place = IN_LINE;
        } else if (scanned->place == IN_LINE) {
            scanned->place = AFTER_LINE;
        } else if (scanned->place == AFTER_LINE) {
            scanned->place = HEAD_COMPLETE;
            return i + 1;
        }
    }
    return byte_count;
}

static int receive_head(httpd_handle_t server, int socket, char *room, size_t room_bytes, int flags) {
    static const char body[] = "1\r\n.";  // of length 1 as well as in chunks
    session *from = session_of(socket);
    (void)server;
    (void)flags;
    if (from == NULL || room_bytes == 0) {
        return HTTPD_SOCK_ERR_INVALID;
    }
    if (from->place == HEAD_COMPLETE) {
        if (from->made_up >= sizeof body - 1) {
            return HTTPD_SOCK_ERR_FAIL;
        }
        room[0] = body[from->made_up++];
        return 1;
    }
    const uint64_t now_us = (uint64_t)esp_timer_get_time();
    if (from->begun_us == 0) {
        from->begun_us = now_us + 1;
    } else if (now_us > from->begun_us + (uint64_t)HEAD_MS * 1000) {
        return HTTPD_SOCK_ERR_TIMEOUT;
    }
    const ssize_t seen = recv(socket, room, room_bytes, MSG_PEEK);  // for HEAD_MS at most (SO_RCVTIMEO)
    if (seen <= 0) {
        return seen == 0 ? 0 : errno == EAGAIN || errno == EINTR ? HTTPD_SOCK_ERR_TIMEOUT : HTTPD_SOCK_ERR_FAIL;
    }
    return (int)recv(socket, room, scan_head(from, room, (size_t)seen), 0);
}

// ---- connections ----

// Sockets are scarce, and others than clients need some.
static bool too_many_connections(void) {
    return session_count + esp32_server_client_count() > most_connections;
}

static esp_err_t open_session(httpd_handle_t server, int socket) {
    session *opened = session_of(-1);
    if (opened == NULL) {
        return ESP_FAIL;
    }
    *opened = (session){.socket = socket};
    session_count++;
    for (int waited_ms = 0; too_many_connections() && waited_ms < FULL_MS; waited_ms += 10) {
        vTaskDelay(pdMS_TO_TICKS(10));
    }
    if (too_many_connections()) {
        send(socket, esp32_server_busy, strlen(esp32_server_busy), MSG_DONTWAIT);
        shutdown(socket, SHUT_WR);
        return ESP_FAIL;
    }
    const struct timeval patience = {.tv_usec = HEAD_MS * 1000};
    const int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    return httpd_sess_set_recv_override(server, socket, receive_head);
}

static void close_session(httpd_handle_t server, int socket) {
    session *closed = session_of(socket);
    (void)server;
    if (closed == NULL || !closed->is_taken) {
        close(socket);
    }
    if (closed != NULL) {
        closed->socket = -1;
        session_count--;
    }
}

// ---- requests ----

// The headers that somebody asks for (http.h, esp32_client.c).
static const char *const header_names[] = {
    "Host",          "Origin",        "Sec-Fetch-Site", "Sec-Fetch-Mode",    "Authorization", "Content-Type",
    "If-None-Match", "Last-Event-ID", "Content-Length", "Transfer-Encoding", "Expect"};

static bool copy_headers(request_head *to, httpd_req_t *request) {
    static char value[REQUEST_HEAD_BYTES];
    for (size_t i = 0; i < sizeof header_names / sizeof header_names[0]; i++) {
        const esp_err_t result = httpd_req_get_hdr_value_str(request, header_names[i], value, sizeof value);
        if (result == ESP_ERR_NOT_FOUND) {
            continue;
        }
        if (result != ESP_OK || !request_head_add(to, header_names[i], strlen(header_names[i])) ||
            !request_head_add(to, value, strlen(value))) {
            return false;
        }
    }
    return true;
}

static bool copy_head(request_head *to, httpd_req_t *request) {
    const char *method = http_method_str((enum http_method)request->method);
    const size_t path_length = strcspn(request->uri, "?");
    const char *query = request->uri + path_length + (request->uri[path_length] == '?');
    to->used = 0;
    return request_head_add(to, method, strlen(method)) && request_head_add(to, request->uri, path_length) &&
           request_head_add(to, query, strlen(query)) && copy_headers(to, request);
}

static esp_err_t hand_over(httpd_req_t *request) {
    static request_head head;
    const int socket = httpd_req_to_sockfd(request);
    session *from = session_of(socket);
    if (from == NULL || !copy_head(&head, request)) {
        httpd_resp_send_err(request, HTTPD_431_REQ_HDR_FIELDS_TOO_LARGE, NULL);
        return ESP_FAIL;
    }
    from->is_taken = esp32_server_take(socket, &head);
    if (!from->is_taken) {
        send(socket, esp32_server_busy, strlen(esp32_server_busy), MSG_DONTWAIT);
    }
    return ESP_FAIL;  // forget this connection
}

const char *esp32_front_start(size_t connection_limit) {
    static const httpd_method_t methods[] = {HTTP_GET,   HTTP_HEAD,   HTTP_POST,   HTTP_PUT,
                                             HTTP_PATCH, HTTP_DELETE, HTTP_OPTIONS};
    enum { METHOD_COUNT = sizeof methods / sizeof methods[0] };
    httpd_handle_t server;
    httpd_config_t config = HTTPD_DEFAULT_CONFIG();
    for (size_t i = 0; i < sizeof sessions / sizeof sessions[0]; i++) {
        sessions[i].socket = -1;
    }
    most_connections = connection_limit;
    config.stack_size = FRONT_STACK_BYTES;
    config.core_id = 0;
    config.max_open_sockets = SESSION_LIMIT;
    config.max_uri_handlers = METHOD_COUNT;
    config.lru_purge_enable = true;
    config.open_fn = open_session;
    config.close_fn = close_session;
    config.uri_match_fn = httpd_uri_match_wildcard;
    // That a handler fails is how sockets are taken over, and clients that break off are nothing to report.
    esp_log_level_set("httpd_uri", ESP_LOG_ERROR);
    esp_log_level_set("httpd_txrx", ESP_LOG_ERROR);
    esp_log_level_set("httpd_parse", ESP_LOG_ERROR);
    if (httpd_start(&server, &config) != ESP_OK) {
        return "the HTTP server cannot start: no memory, or no sockets (CONFIG_LWIP_MAX_SOCKETS has to be 16)";
    }
    for (size_t i = 0; i < METHOD_COUNT; i++) {
        const httpd_uri_t all = {.uri = "/*", .method = methods[i], .handler = hand_over};
        if (httpd_register_uri_handler(server, &all) != ESP_OK) {
            httpd_stop(server);
            return "the HTTP server cannot start: no memory";
        }
    }
    return NULL;
}
