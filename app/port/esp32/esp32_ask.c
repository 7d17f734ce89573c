// esp32_ask.c - a request to the API from within: no socket, the same rules, the device's own token.
//
// SPDX-License-Identifier: Apache-2.0
#include <freertos/FreeRTOS.h>
#include <freertos/task.h>
#include <stdio.h>
#include <string.h>

#include "esp32_parts.h"

enum { ASK_MS = 30000, ASK_POLL_MS = 10, PATH_LIMIT = 64, VALUE_LIMIT = 64 };

typedef struct question {
    const char *type;
    const char *query;  // of the path; "" if there is none
    char authorization[8 + APP_TOKEN_BYTES];
    char values[4][VALUE_LIMIT];
    size_t value_count;
} question;

static const char *find_header(void *context, const char *name) {
    const question *from = context;
    return strcmp(name, "Host") == 0            ? "localhost"
           : strcmp(name, "Authorization") == 0 ? from->authorization
           : strcmp(name, "Content-Type") == 0  ? from->type
                                                : NULL;
}

// Values as they are: the console writes no percent signs.
static const char *find_query(void *context, const char *name) {
    question *from = context;
    const size_t length = strlen(name);
    for (const char *at = from->query; *at != '\0'; at += *at == '&') {
        const size_t part = strcspn(at, "&");
        if (strncmp(at, name, length) == 0 && at[length] == '=' && from->value_count < 4 &&
            part - length - 1 < VALUE_LIMIT) {
            char *value = from->values[from->value_count++];
            snprintf(value, VALUE_LIMIT, "%.*s", (int)(part - length - 1), at + length + 1);
            return value;
        }
        at += part;
    }
    return NULL;
}

static http_method method_of(const char *word) {
    return strcmp(word, "GET") == 0      ? HTTP_GET
           : strcmp(word, "POST") == 0   ? HTTP_POST
           : strcmp(word, "PUT") == 0    ? HTTP_PUT
           : strcmp(word, "PATCH") == 0  ? HTTP_PATCH
           : strcmp(word, "DELETE") == 0 ? HTTP_DELETE
                                         : HTTP_OTHER;
}

static const char *type_of(const void *body, size_t body_bytes) {
    const uint8_t *bytes = body;
    return body_bytes == 0                      ? NULL
           : bytes[0] == '{'                    ? "application/json"
           : bytes[0] == 0xFF && body_bytes > 3 ? "image/jpeg"
                                                : "application/octet-stream";
}

static bool respond(http_exchange *exchange, http_response *response) {
    for (int waited_ms = 0; waited_ms < ASK_MS; waited_ms += ASK_POLL_MS) {
        esp32_server_lock();
        const http_readiness readiness = http_respond(exchange, response);
        esp32_server_unlock();
        if (readiness == HTTP_READY) {
            return true;
        }
        vTaskDelay(pdMS_TO_TICKS(ASK_POLL_MS));
    }
    return false;
}

static void read_answer(http_exchange *exchange, char *room, size_t room_bytes) {
    size_t used = 0;
    int64_t produced = 0;
    while (produced >= 0 && used + 1 < room_bytes) {
        esp32_server_lock();
        produced = http_produce(exchange, room + used, room_bytes - 1 - used);
        esp32_server_unlock();
        used += produced > 0 ? (size_t)produced : 0;
        if (produced == 0) {
            vTaskDelay(pdMS_TO_TICKS(ASK_POLL_MS));
        }
    }
    room[used] = '\0';
}

int esp32_ask(const char *method, const char *path, const void *body, size_t body_bytes, char *room,
              size_t room_bytes) {
    question asked = {.type = type_of(body, body_bytes)};
    char plain_path[PATH_LIMIT];
    const size_t path_length = strcspn(path, "?");
    app *with = esp32_app();
    room[0] = '\0';
    if (with == NULL || path_length >= PATH_LIMIT || strcmp(path, "/stream") == 0 || strcmp(path, "/events") == 0) {
        return 404;
    }
    snprintf(plain_path, sizeof plain_path, "%.*s", (int)path_length, path);
    asked.query = path[path_length] == '?' ? path + path_length + 1 : "";
    snprintf(asked.authorization, sizeof asked.authorization, "Bearer %s", with->token);
    const http_request request = {.method = method_of(method),
                                  .path = plain_path,
                                  .body_bytes = (int64_t)body_bytes,
                                  .context = &asked,
                                  .header = find_header,
                                  .query = find_query};
    esp32_server_lock();
    http_exchange *exchange = http_begin(with, &request);
    if (exchange != NULL && body_bytes > 0) {
        http_body(exchange, body, body_bytes);
    }
    esp32_server_unlock();
    if (exchange == NULL) {
        return 503;
    }
    http_response response = {.status = 503};
    if (respond(exchange, &response)) {
        read_answer(exchange, room, room_bytes);
    }
    esp32_server_lock();
    http_end(exchange);
    esp32_server_unlock();
    return response.status;
}
