// fake_httpd.c - esp_http_server on the host's sockets: one thread, sessions, overrides, and what its parser asks for.
//
// As the real one it reads heads in blocks of 128 bytes by the session's recv function, calls a handler when the head and
// the first byte of a body (if there is one) are there, and forgets a session whose handler fails.
//
// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "esp_http_server.h"
#include "fake_idf.h"

enum { SESSION_LIMIT = 16, HANDLER_LIMIT = 8, BLOCK_BYTES = 128, HEAD_LIMIT = 1024 + 512 };

typedef struct session {
    int socket;
    uint64_t used;
    httpd_recv_func_t receive;
} session;

typedef struct httpd {
    httpd_config_t config;
    int listener;
    session sessions[SESSION_LIMIT];
    httpd_uri_t handlers[HANDLER_LIMIT];
    size_t handler_count;
    uint64_t clock;
} httpd;

typedef struct request_aux {
    int socket;
    char head[HEAD_LIMIT + 1];
} request_aux;

static httpd server;

static const struct {
    enum http_method method;
    const char *word;
} methods[] = {{HTTP_GET, "GET"},     {HTTP_HEAD, "HEAD"},     {HTTP_POST, "POST"},      {HTTP_PUT, "PUT"},
               {HTTP_PATCH, "PATCH"}, {HTTP_DELETE, "DELETE"}, {HTTP_OPTIONS, "OPTIONS"}};

const char *http_method_str(enum http_method m) {
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        if (methods[i].method == m) {
            return methods[i].word;
        }
    }
    return "<unknown>";
}

bool httpd_uri_match_wildcard(const char *uri_template, const char *uri_to_match, size_t match_upto) {
    return strcmp(uri_template, "/*") == 0 && match_upto > 0 && uri_to_match[0] == '/';
}

// ---- sessions ----

static session *session_of(int socket) {
    for (size_t i = 0; i < server.config.max_open_sockets; i++) {
        if (server.sessions[i].socket == socket) {
            return &server.sessions[i];
        }
    }
    return NULL;
}

static void forget(session *forgotten) {
    const int socket = forgotten->socket;
    forgotten->socket = -1;
    server.config.close_fn(&server, socket);
}

esp_err_t httpd_sess_set_recv_override(httpd_handle_t hd, int sockfd, httpd_recv_func_t recv_func) {
    session *changed = session_of(sockfd);
    if (hd != &server || changed == NULL) {
        return ESP_ERR_NOT_FOUND;
    }
    changed->receive = recv_func;
    return ESP_OK;
}

static void accept_one(void) {
    session *place = session_of(-1), *oldest = NULL;
    if (place == NULL) {
        for (size_t i = 0; i < server.config.max_open_sockets; i++) {
            oldest = oldest == NULL || server.sessions[i].used < oldest->used ? &server.sessions[i] : oldest;
        }
        forget(oldest);
        place = oldest;
    }
    const int socket = accept(server.listener, NULL, NULL);
    if (socket < 0) {
        return;
    }
    *place = (session){.socket = socket, .used = ++server.clock};
    if (server.config.open_fn(&server, socket) != ESP_OK) {
        forget(place);
    }
}

// ---- requests ----

static bool find_value(const char *head, const char *field, char *value, size_t value_bytes) {
    const size_t length = strlen(field);
    for (const char *line = strstr(head, "\r\n"); line != NULL; line = strstr(line + 2, "\r\n")) {
        if (strncasecmp(line + 2, field, length) == 0 && line[2 + length] == ':') {
            const char *from = line + 3 + length + strspn(line + 3 + length, " ");
            snprintf(value, value_bytes, "%.*s", (int)strcspn(from, "\r"), from);
            return true;
        }
    }
    return false;
}

esp_err_t httpd_req_get_hdr_value_str(httpd_req_t *r, const char *field, char *val, size_t val_size) {
    return find_value(((request_aux *)r->aux)->head, field, val, val_size) ? ESP_OK : ESP_ERR_NOT_FOUND;
}

int httpd_req_to_sockfd(httpd_req_t *r) {
    return ((request_aux *)r->aux)->socket;
}

static void send_status(int socket, const char *words) {
    char text[128];
    const int length = snprintf(text, sizeof text, "HTTP/1.1 %s\r\nContent-Length: 0\r\n\r\n", words);
    send(socket, text, (size_t)length, MSG_NOSIGNAL);
}

esp_err_t httpd_resp_send_err(httpd_req_t *req, httpd_err_code_t error, const char *msg) {
    (void)msg;
    send_status(httpd_req_to_sockfd(req),
                error == HTTPD_431_REQ_HDR_FIELDS_TOO_LARGE ? "431 Too Large" : "400 Bad Request");
    return ESP_OK;
}

// Reads until the head is complete. False: nothing that can be answered came.
static bool read_head(session *from, request_aux *into) {
    size_t used = 0;
    while (used < HEAD_LIMIT) {
        const size_t room = HEAD_LIMIT - used < BLOCK_BYTES ? HEAD_LIMIT - used : BLOCK_BYTES;
        const int got = from->receive(&server, from->socket, into->head + used, room, 0);
        if (got <= 0) {
            if (got == HTTPD_SOCK_ERR_TIMEOUT) {
                send_status(from->socket, "408 Request Timeout");
            }
            return false;
        }
        used += (size_t)got;
        into->head[used] = '\0';
        const char *end = strstr(into->head, "\r\n\r\n");
        if (end != NULL) {
            return end + 4 == into->head + used;  // our recv function gives no byte more
        }
    }
    send_status(from->socket, "431 Request Header Fields Too Large");
    return false;
}

// The parser calls on_message_complete or on_body: with a body not before its first byte, and by what its length says.
static bool read_first_of_body(session *from, const char *head) {
    char value[32] = "0", byte[2];
    const bool is_chunked = find_value(head, "Transfer-Encoding", value, sizeof value);
    if (!is_chunked) {
        find_value(head, "Content-Length", value, sizeof value);
        return strcmp(value, "0") == 0 || from->receive(&server, from->socket, byte, 1, 0) == 1;
    }
    char line[8];
    size_t used = 0;
    while (used < sizeof line - 1 && from->receive(&server, from->socket, line + used, 1, 0) == 1) {
        line[++used] = '\0';
        if (strstr(line, "\r\n") != NULL) {
            return strtoul(line, NULL, 16) > 0 && from->receive(&server, from->socket, byte, 1, 0) == 1;
        }
    }
    return false;
}

static esp_err_t call_handler(int socket, request_aux *aux) {
    char word[16], uri[CONFIG_HTTPD_MAX_URI_LEN + 1];
    if (sscanf(aux->head, "%15s %512s", word, uri) != 2) {
        return ESP_FAIL;
    }
    struct {  // uri is constant to handlers
        httpd_handle_t handle;
        int method;
        char uri[CONFIG_HTTPD_MAX_URI_LEN + 1];
        size_t content_len;
        void *aux;
        void *user_ctx;
    } request = {.handle = &server, .aux = aux, .method = -1};
    _Static_assert(sizeof request == sizeof(httpd_req_t), "the same, but for a const");
    aux->socket = socket;
    memcpy(request.uri, uri, sizeof uri);
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        request.method = strcmp(methods[i].word, word) == 0 ? (int)methods[i].method : request.method;
    }
    for (size_t i = 0; i < server.handler_count; i++) {
        if ((int)server.handlers[i].method == request.method &&
            server.config.uri_match_fn(server.handlers[i].uri, uri, strcspn(uri, "?"))) {
            return server.handlers[i].handler((httpd_req_t *)(void *)&request);
        }
    }
    send_status(socket, "405 Method Not Allowed");
    return ESP_FAIL;
}

static void process(session *from) {
    static request_aux aux;
    from->used = ++server.clock;
    if (!read_head(from, &aux) || !read_first_of_body(from, aux.head) || call_handler(from->socket, &aux) != ESP_OK) {
        forget(from);
    }
}

static void *serve(void *argument) {
    (void)argument;
    for (;;) {
        struct pollfd watched[SESSION_LIMIT + 1] = {{.fd = server.listener, .events = POLLIN}};
        for (size_t i = 0; i < SESSION_LIMIT; i++) {
            const bool is_used = i < server.config.max_open_sockets;
            watched[i + 1] = (struct pollfd){.fd = is_used ? server.sessions[i].socket : -1, .events = POLLIN};
        }
        poll(watched, SESSION_LIMIT + 1, -1);
        for (size_t i = 0; i < server.config.max_open_sockets; i++) {
            if (watched[i + 1].fd >= 0 && watched[i + 1].revents != 0) {
                process(&server.sessions[i]);
            }
        }
        if (watched[0].revents != 0) {
            accept_one();
        }
    }
    return NULL;
}

// ---- start ----

esp_err_t httpd_start(httpd_handle_t *handle, const httpd_config_t *config) {
    struct sockaddr_in place = {.sin_family = AF_INET, .sin_port = htons(fake.http_port)};
    socklen_t place_bytes = sizeof place;
    const int yes = 1;
    pthread_t thread;
    signal(SIGPIPE, SIG_IGN);  // lwIP has none
    server.config = *config;
    for (size_t i = 0; i < SESSION_LIMIT; i++) {
        server.sessions[i].socket = -1;
    }
    inet_pton(AF_INET, "127.0.0.1", &place.sin_addr);
    server.listener = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(server.listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (config->max_open_sockets > SESSION_LIMIT || config->max_open_sockets + 3 > CONFIG_LWIP_MAX_SOCKETS ||
        bind(server.listener, (struct sockaddr *)&place, sizeof place) != 0 || listen(server.listener, 5) != 0 ||
        getsockname(server.listener, (struct sockaddr *)&place, &place_bytes) != 0) {
        return ESP_FAIL;
    }
    fake.http_port = ntohs(place.sin_port);
    *handle = &server;
    return pthread_create(&thread, NULL, serve, NULL) == 0 ? ESP_OK : ESP_FAIL;
}

esp_err_t httpd_stop(httpd_handle_t handle) {
    return handle == &server ? ESP_OK : ESP_FAIL;
}

esp_err_t httpd_register_uri_handler(httpd_handle_t handle, const httpd_uri_t *uri_handler) {
    if (handle != &server || server.handler_count == HANDLER_LIMIT ||
        server.handler_count == server.config.max_uri_handlers) {
        return ESP_FAIL;
    }
    server.handlers[server.handler_count++] = *uri_handler;
    return ESP_OK;
}
