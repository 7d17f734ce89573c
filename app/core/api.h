// api.h - one request on its way through the API, for the parts that answer it.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_APP_API_H
#define THIMBLE_APP_API_H

#include "app_internal.h"

typedef enum api_client { API_REQUEST, API_EVENTS, API_STREAM } api_client;  // which limit counts

typedef enum api_body {
    API_NO_BODY,
    API_JSON,
    API_JPEG,
    API_ANY_PICTURE,  // JPEG, PNG or the model's input
    API_JSON_OR_JPEG,
    API_MODEL,        // streamed into the store
} api_body;

// Called by the server when the request is complete. Answers, or queues a job.
typedef void api_handler(http_exchange *exchange);

typedef struct api_route {
    http_method method;
    const char *path;  // "{id}" stands for a number
    api_body body;
    bool needs_token;
    api_handler *handler;
    api_client client;
} api_route;

typedef enum http_stage {
    HTTP_STAGE_RECEIVES,
    HTTP_STAGE_JOB_WAITS,  // in the queue
    HTTP_STAGE_JOB_RUNS,
    HTTP_STAGE_JOB_DONE,
    HTTP_STAGE_ANSWERS,
} http_stage;

enum { API_EXTRA_HEADERS = 3 };

typedef struct http_exchange {
    app *app;
    bool in_use, is_abandoned;
    http_stage stage;  // JOB_*: under the lock
    const api_route *route;  // NULL: there is none
    bool is_head;
    bool is_answered;  // early, by an error: the body is dropped
    uint64_t begun_us;

    // The request.
    uint32_t id;  // for {id}
    bool is_jpeg, is_png, is_json;
    char name[STORE_NAME_BYTES];    // ?name=
    char label[CAPTURE_LABEL_BYTES];  // ?label=
    uint8_t sha256[32];             // ?sha256=
    settings_mode mode;             // ?mode=
    bool has_sha256, has_mode, has_bad_query;
    uint32_t before, limit;         // ?before= and ?limit=
    uint32_t last_event_id;
    bool has_last_event_id;
    const char *etag;  // not NULL: the client has this version of the file
    char *text;        // text_limit bytes: the request as JSON, then the answer
    size_t text_limit, text_used;
    uint8_t *body;     // one of the app's, or NULL
    size_t body_used;

    // The job.
    void (*job)(http_exchange *exchange);    // by the loop
    void (*after_job)(http_exchange *exchange);  // by the server, or NULL
    http_exchange *next_job;
    capture capture;  // what a job found out about a picture to be kept
    bool is_model_user;  // has set model_is_busy

    // The answer.
    int status;
    const char *type;
    http_header extra[API_EXTRA_HEADERS];
    size_t extra_count;
    int64_t answer_bytes;  // -1: a stream
    int64_t (*produce)(http_exchange *exchange, uint8_t *room, size_t room_bytes);
    const uint8_t *constant;
    size_t sent;
    frame *frame;  // held
    char line[HTTP_LINE_BYTES];  // values of extra headers; headers of parts

    // Streams.
    uint32_t seen_sample, seen_settings, seen_model, seen_captures, seen_frame;
    uint64_t last_sent_us;
    bool is_counted;  // among the clients of its kind

    // Archives.
    size_t zip_index, zip_part;
    uint32_t zip_offset;
    bool has_zip;
} http_exchange;

// ---- answering ----

// Prints `json` (and deletes it) as the answer.
void api_answer_json(http_exchange *exchange, int status, cJSON *json);

// A problem: `field` is the wrong member of the request, or NULL.
#if defined(__GNUC__)
__attribute__((format(printf, 4, 5)))
#endif
void api_answer_problem(http_exchange *exchange, int status, const char *field, const char *format, ...);

// `text` holds an answer of this many bytes already.
void api_answer_text(http_exchange *exchange, int status, const char *type, size_t byte_count);

// Bytes that stay where they are.
void api_answer_bytes(http_exchange *exchange, const char *type, const uint8_t *bytes, size_t byte_count);

void api_add_header(http_exchange *exchange, const char *name, const char *value);

// Has the loop call `job`, then the server `after` (if it is not NULL).
void api_queue_job(http_exchange *exchange, void (*job)(http_exchange *), void (*after)(http_exchange *));

// The request's JSON, or NULL after answering with a problem. cJSON_Delete frees it.
cJSON *api_read_json(http_exchange *exchange);

// The request's "label" into exchange->label; false after answering with a problem.
bool api_read_label(http_exchange *exchange);

// ---- what answers, by file ----

api_handler api_get_file, api_get_stream, api_get_events, api_get_frame, api_get_seen, api_post_frame;
api_handler api_get_status, api_get_metrics, api_get_profile;
api_handler api_post_classify;
api_handler api_get_settings, api_patch_settings;
api_handler api_get_fleet, api_patch_fleet;
api_handler api_get_model, api_put_model, api_roll_back_model;
api_handler api_list_captures, api_post_capture, api_get_capture, api_patch_capture, api_delete_capture,
    api_get_capture_picture, api_get_captures_zip;

// Before the body of PUT /api/model, and with each piece of it.
void api_begin_model(http_exchange *exchange);
void api_add_to_model(http_exchange *exchange, const void *bytes, size_t byte_count);

// Classifies the JPEG in exchange->body as a job and notes the outcome in exchange->capture.
void api_judge_capture(http_exchange *exchange);

#endif
