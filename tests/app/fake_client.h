// fake_client.h - an application on a fake port, and a client that calls http.h as a server does.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef FAKE_CLIENT_H
#define FAKE_CLIENT_H

#include "app.h"
#include "fake_port.h"

#define FAKE_TOKEN "fake-token-12345"

typedef struct fake_app {
    fake_port world;
    app app;
    app_config config;
    void *memory[4];
} fake_app;

// The model that is built in, and that tests upload: fashion_64k.
extern const uint8_t *sample_model;
extern size_t sample_model_bytes;

// An application on world (opened by the caller or by fake_app_open) with the built-in model and room for two streams, three
// event clients, four requests and five captures. fake_app_start again is a restart.
void fake_app_open(fake_app *opened);
void fake_app_open_with_fleet(fake_app *opened);  // the same with fake_port_add_network
void fake_app_start(fake_app *started, bool after_crash);
void fake_app_close(fake_app *closed);

enum { FAKE_ANSWER_BYTES = 1 << 17 };

typedef struct fake_answer {
    int status;
    char headers[1200];  // "Name: value\n" each
    char body[FAKE_ANSWER_BYTES];
    size_t body_bytes;
} fake_answer;

typedef struct fake_request {
    const char *method, *path;  // the path with its query
    const char *type;  // Content-Type, or NULL
    const void *body;
    size_t body_bytes;
    const char *headers;  // more of them, "Name: value\n" each, or NULL
    bool without_token, without_host;
} fake_request;

// Begins an exchange; NULL if the application is busy. The body is sent in pieces of a few bytes and more.
http_exchange *fake_begin(fake_app *with, const fake_request *request);

// Sends a request, lets the loop turn until it is answered, and fills the (static) answer. A stream is read until nothing
// new comes.
fake_answer *fake_send(fake_app *with, const fake_request *request);

// The common ones.
fake_answer *fake_get(fake_app *with, const char *path);
fake_answer *fake_send_json(fake_app *with, const char *method, const char *path, const char *json);

// Reads what an open exchange has now. Appends to nothing: the answer holds only what is new.
fake_answer *fake_read(http_exchange *exchange);

#endif
