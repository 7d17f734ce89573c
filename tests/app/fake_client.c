// fake_client.c - an application on a fake port, and a client that calls http.h as a server does.
//
// SPDX-License-Identifier: Apache-2.0
#include "fake_client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "scenes.h"
#include "thimble/thimble_ops.h"

static fake_answer answer;

const uint8_t *sample_model;
size_t sample_model_bytes;

static void *allocate(size_t byte_count) {
    void *room = aligned_alloc(16, (byte_count + 15) / 16 * 16);
    if (room == NULL) {
        abort();
    }
    return room;
}

static void open_app(fake_app *opened, bool has_fleet) {
    memset(opened, 0, sizeof *opened);
    if (sample_model == NULL) {
        sample_model = read_test_file("models/fashion_64k.tflite", &sample_model_bytes);
    }
    fake_port_open(&opened->world);
    if (has_fleet) {
        fake_port_add_network(&opened->world);
    }
    opened->world.frame = scenes[1].bytes;
    opened->world.frame_bytes = scenes[1].byte_count;
    opened->world.camera_result = PORT_OK;
    opened->config = (app_config){
        .port = &opened->world.port,
        .ops = thimble_all_ops,
        .built_in_model = sample_model,
        .built_in_model_bytes = sample_model_bytes,
        .built_in_name = "fashion_64k",
        .token = FAKE_TOKEN,
        .host_name = "thimble-1234.local",
        .self_test = scenes,
        .self_test_count = 3,
        .stream_limit = 2,
        .event_limit = 3,
        .request_limit = 4,
        .frame_bytes = 16384,
        .frame_count = APP_FRAME_COUNT(2, 4),
        .text_bytes = 8192,
        .picture_bytes = CONTRACT_MAX_PICTURE_BYTES,
        .mac_limit = 1000000000,
        .body_bytes = 32768,
        .body_count = 2,
        .capture_limit_count = 5,
        .capture_limit_bytes = 30000,
        .fleet_event_limit = 64,
        .fleet_text_bytes = 8192,
        .arena_bytes = 32768,
        .scratch_bytes = VISION_MAX_SCRATCH_BYTES,
        .pixels_bytes = 320 * 240 * 3,
    };
    opened->config.memory_bytes = app_memory_bytes(&opened->config);
    opened->memory[0] = opened->config.arena = allocate(opened->config.arena_bytes);
    opened->memory[1] = opened->config.scratch = allocate(opened->config.scratch_bytes);
    opened->memory[2] = opened->config.pixels = allocate(opened->config.pixels_bytes);
    opened->memory[3] = opened->config.memory = allocate(opened->config.memory_bytes);
    fake_app_start(opened, false);
}

void fake_app_open(fake_app *opened) {
    open_app(opened, false);
}

void fake_app_open_with_fleet(fake_app *opened) {
    open_app(opened, true);
}

void fake_app_start(fake_app *started, bool after_crash) {
    char problem[400];
    started->config.after_crash = after_crash;
    fake_port_power_on(&started->world);
    if (started->world.net != NULL) {
        started->world.net->is_started = started->world.net->is_connected = false;
    }
    if (!app_start(&started->app, &started->config, problem, sizeof problem)) {
        printf("the application does not start: %s\n", problem);
        exit(1);
    }
}

void fake_app_close(fake_app *closed) {
    for (size_t i = 0; i < 4; i++) {
        free(closed->memory[i]);
    }
    fake_port_close(&closed->world);
}

// ---- requests ----

typedef struct request_texts {
    const fake_request *request;
    char values[8][256];  // of the last headers and parameters that were asked for
    size_t next;
} request_texts;

static const char *keep(request_texts *texts, const char *value, size_t length) {
    char *room = texts->values[texts->next++ % 8];
    snprintf(room, sizeof texts->values[0], "%.*s", (int)length, value);
    return room;
}

static const char *header(void *context, const char *name) {
    request_texts *texts = context;
    const fake_request *request = texts->request;
    for (const char *at = request->headers; at != NULL && *at != '\0';) {
        const char *end = strchr(at, '\n'), *colon = strchr(at, ':');
        if (strlen(name) == (size_t)(colon - at) && strncasecmp(at, name, strlen(name)) == 0) {
            return keep(texts, colon + 2, (size_t)(end - colon - 2));
        }
        at = end + 1;
    }
    if (strcasecmp(name, "Host") == 0 && !request->without_host) {
        return "localhost:8080";
    }
    if (strcasecmp(name, "Content-Type") == 0) {
        return request->type;
    }
    if (strcasecmp(name, "Authorization") == 0 && !request->without_token) {
        return "Bearer " FAKE_TOKEN;
    }
    return NULL;
}

static const char *query(void *context, const char *name) {
    request_texts *texts = context;
    const char *at = strchr(texts->request->path, '?');
    const size_t length = strlen(name);
    while (at != NULL) {
        at++;
        if (strncmp(at, name, length) == 0 && at[length] == '=') {
            return keep(texts, at + length + 1, strcspn(at + length + 1, "&"));
        }
        at = strchr(at, '&');
    }
    return NULL;
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

http_exchange *fake_begin(fake_app *with, const fake_request *request) {
    static request_texts texts;
    char path[256];
    texts.request = request;
    snprintf(path, sizeof path, "%.*s", (int)strcspn(request->path, "?"), request->path);
    const http_request begun = {.method = method_of(request->method),
                                .path = path,
                                .body_bytes = (int64_t)request->body_bytes,
                                .context = &texts,
                                .header = header,
                                .query = query};
    http_exchange *exchange = http_begin(&with->app, &begun);
    size_t piece = 1;
    for (size_t done = 0; exchange != NULL && done < request->body_bytes; piece = piece * 7 % 4001) {
        const size_t left = request->body_bytes - done, taken = left < piece ? left : piece;
        http_body(exchange, (const char *)request->body + done, taken);
        done += taken;
    }
    return exchange;
}

fake_answer *fake_read(http_exchange *exchange) {
    int64_t produced = 1;
    size_t room = 1;
    answer.body_bytes = 0;
    while (produced > 0 && answer.body_bytes < FAKE_ANSWER_BYTES - 1) {
        const size_t left = FAKE_ANSWER_BYTES - 1 - answer.body_bytes;
        room = room * 5 % 1999;
        produced = http_produce(exchange, answer.body + answer.body_bytes, room < left ? room : left);
        answer.body_bytes += produced > 0 ? (size_t)produced : 0;
    }
    answer.body[answer.body_bytes] = '\0';
    return &answer;
}

fake_answer *fake_send(fake_app *with, const fake_request *request) {
    memset(&answer, 0, sizeof answer);
    http_exchange *exchange = fake_begin(with, request);
    if (exchange == NULL) {
        answer.status = 503;
        return &answer;
    }
    http_response response;
    int turns = 0;
    while (http_respond(exchange, &response) == HTTP_LATER && turns++ < 10) {
        app_step(&with->app);
    }
    answer.status = response.status;
    size_t used = 0;
    for (size_t i = 0; i < response.header_count; i++) {
        used += (size_t)snprintf(answer.headers + used, sizeof answer.headers - used, "%s: %s\n",
                                 response.headers[i].name, response.headers[i].value);
    }
    fake_read(exchange);
    http_end(exchange);
    return &answer;
}

fake_answer *fake_get(fake_app *with, const char *path) {
    return fake_send(with, &(fake_request){.method = "GET", .path = path, .without_token = true});
}

fake_answer *fake_send_json(fake_app *with, const char *method, const char *path, const char *json) {
    return fake_send(
        with,
        &(fake_request){
            .method = method, .path = path, .type = "application/json", .body = json, .body_bytes = strlen(json)});
}
