// http.c - requests and responses piece by piece: finds the route, checks who asks, takes the body, hands out the answer.
//
// SPDX-License-Identifier: Apache-2.0
#include "http.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api.h"
#include "guard.h"
#include "json.h"
#include "web_files.h"

enum { LARGEST_JSON_REQUEST = 4096 };

static const api_route routes[] = {
    {HTTP_GET, "/stream", API_NO_BODY, false, api_get_stream, API_STREAM},
    {HTTP_GET, "/events", API_NO_BODY, false, api_get_events, API_EVENTS},
    {HTTP_GET, "/metrics", API_NO_BODY, false, api_get_metrics, API_REQUEST},
    {HTTP_GET, "/api/frame.jpg", API_NO_BODY, false, api_get_frame, API_REQUEST},
    {HTTP_GET, "/api/seen.bmp", API_NO_BODY, false, api_get_seen, API_REQUEST},
    {HTTP_GET, "/api/status", API_NO_BODY, false, api_get_status, API_REQUEST},
    {HTTP_GET, "/api/profile", API_NO_BODY, false, api_get_profile, API_REQUEST},
    {HTTP_POST, "/api/frames", API_JPEG, true, api_post_frame, API_REQUEST},
    {HTTP_POST, "/api/classify", API_ANY_PICTURE, false, api_post_classify, API_REQUEST},
    {HTTP_GET, "/api/settings", API_NO_BODY, false, api_get_settings, API_REQUEST},
    {HTTP_PATCH, "/api/settings", API_JSON, true, api_patch_settings, API_REQUEST},
    {HTTP_GET, "/api/fleet", API_NO_BODY, false, api_get_fleet, API_REQUEST},
    {HTTP_PATCH, "/api/fleet", API_JSON, true, api_patch_fleet, API_REQUEST},
    {HTTP_GET, "/api/model", API_NO_BODY, false, api_get_model, API_REQUEST},
    {HTTP_PUT, "/api/model", API_MODEL, true, api_put_model, API_REQUEST},
    {HTTP_POST, "/api/model/rollback", API_NO_BODY, true, api_roll_back_model, API_REQUEST},
    {HTTP_GET, "/api/captures", API_NO_BODY, false, api_list_captures, API_REQUEST},
    {HTTP_POST, "/api/captures", API_JSON_OR_JPEG, true, api_post_capture, API_REQUEST},
    {HTTP_GET, "/api/captures.zip", API_NO_BODY, false, api_get_captures_zip, API_REQUEST},
    {HTTP_GET, "/api/captures/{id}", API_NO_BODY, false, api_get_capture, API_REQUEST},
    {HTTP_PATCH, "/api/captures/{id}", API_JSON, true, api_patch_capture, API_REQUEST},
    {HTTP_DELETE, "/api/captures/{id}", API_NO_BODY, true, api_delete_capture, API_REQUEST},
    {HTTP_GET, "/api/captures/{id}.jpg", API_NO_BODY, false, api_get_capture_picture, API_REQUEST},
};
enum { ROUTE_COUNT = sizeof routes / sizeof routes[0] };
static const api_route file_route = {HTTP_GET, "", API_NO_BODY, false, api_get_file, API_REQUEST};

static const char *const method_words[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "?"};

// ---- answers ----

const char *http_status_words(int status) {
    static const struct {
        int status;
        const char *title;
    } titles[] = {
        {200, "OK"},
        {201, "Created"},
        {202, "Accepted"},
        {204, "No Content"},
        {302, "Found"},
        {304, "Not Modified"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {408, "Request Timeout"},
        {409, "Conflict"},
        {411, "Length Required"},
        {413, "Content Too Large"},
        {415, "Unsupported Media Type"},
        {421, "Misdirected Request"},
        {422, "Unprocessable Content"},
        {500, "Internal Server Error"},
        {503, "Service Unavailable"},
        {507, "Insufficient Storage"},
    };
    for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++) {
        if (titles[i].status == status) {
            return titles[i].title;
        }
    }
    return "Error";
}

static int64_t produce_text(http_exchange *exchange, uint8_t *room, size_t room_bytes) {
    const size_t left = exchange->text_used - exchange->sent;
    const size_t taken = left < room_bytes ? left : room_bytes;
    if (taken == 0) {
        return HTTP_DONE;
    }
    memcpy(room, exchange->text + exchange->sent, taken);
    exchange->sent += taken;
    return (int64_t)taken;
}

static int64_t produce_constant(http_exchange *exchange, uint8_t *room, size_t room_bytes) {
    const size_t left = (size_t)exchange->answer_bytes - exchange->sent;
    const size_t taken = left < room_bytes ? left : room_bytes;
    if (taken == 0) {
        return HTTP_DONE;
    }
    memcpy(room, exchange->constant + exchange->sent, taken);
    exchange->sent += taken;
    return (int64_t)taken;
}

void api_answer_text(http_exchange *exchange, int status, const char *type, size_t byte_count) {
    exchange->is_answered = true;
    exchange->status = status;
    exchange->type = type;
    exchange->text_used = byte_count;
    exchange->answer_bytes = (int64_t)byte_count;
    exchange->sent = 0;
    exchange->produce = produce_text;
}

void api_answer_bytes(http_exchange *exchange, const char *type, const uint8_t *bytes, size_t byte_count) {
    exchange->is_answered = true;
    exchange->status = 200;
    exchange->type = type;
    exchange->constant = bytes;
    exchange->answer_bytes = (int64_t)byte_count;
    exchange->sent = 0;
    exchange->produce = produce_constant;
}

void api_answer_json(http_exchange *exchange, int status, cJSON *json) {
    const size_t byte_count = json_print(json, exchange->text, exchange->text_limit);
    if (byte_count == 0) {
        api_answer_problem(exchange, 500, NULL, "The answer does not fit into this device's memory.");
        return;
    }
    api_answer_text(exchange, status, "application/json", byte_count);
}

void api_answer_problem(http_exchange *exchange, int status, const char *field, const char *format, ...) {
    char detail[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(detail, sizeof detail, format, arguments);
    va_end(arguments);
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "type", "about:blank");
    cJSON_AddStringToObject(json, "title", http_status_words(status));
    cJSON_AddNumberToObject(json, "status", status);
    cJSON_AddStringToObject(json, "detail", detail);
    if (field != NULL) {
        cJSON_AddStringToObject(json, "field", field);
    }
    api_answer_text(exchange, status, "application/problem+json",
                    json_print(json, exchange->text, exchange->text_limit));
    if (status == 503) {
        api_add_header(exchange, "Retry-After", "2");
    }
    if (status == 401) {
        api_add_header(exchange, "WWW-Authenticate", "Bearer");
    }
}

void api_add_header(http_exchange *exchange, const char *name, const char *value) {
    if (exchange->extra_count < API_EXTRA_HEADERS) {
        exchange->extra[exchange->extra_count++] = (http_header){name, value};
    }
}

void api_get_file(http_exchange *exchange) {
    const web_file *file = (const web_file *)(const void *)exchange->constant;
    if (exchange->etag != NULL) {
        api_answer_bytes(exchange, NULL, NULL, 0);
        exchange->status = 304;
    } else {
        api_answer_bytes(exchange, file->type, file->gzip, file->gzip_bytes);
        api_add_header(exchange, "Content-Encoding", "gzip");
    }
    api_add_header(exchange, "ETag", file->etag);
    api_add_header(exchange, "Permissions-Policy", WEB_PERMISSIONS_POLICY);
}

// ---- jobs ----

void api_queue_job(http_exchange *exchange, void (*job)(http_exchange *), void (*after)(http_exchange *)) {
    app *with = exchange->app;
    exchange->job = job;
    exchange->after_job = after;
    exchange->next_job = NULL;
    app_lock(with);
    exchange->stage = HTTP_STAGE_JOB_WAITS;
    if (with->first_job == NULL) {
        with->first_job = exchange;
    } else {
        with->last_job->next_job = exchange;
    }
    with->last_job = exchange;
    app_unlock(with);
    with->port->wake_loop(with->port->context);
}

// True if the job is not in the loop's hands any more: done, or taken out of the queue.
static bool withdraw_job(http_exchange *exchange) {
    app *with = exchange->app;
    app_lock(with);
    const bool runs = exchange->stage == HTTP_STAGE_JOB_RUNS;
    if (exchange->stage == HTTP_STAGE_JOB_WAITS) {
        http_exchange *before = NULL;
        for (http_exchange *at = with->first_job; at != exchange; at = at->next_job) {
            before = at;
        }
        if (before == NULL) {
            with->first_job = exchange->next_job;
        } else {
            before->next_job = exchange->next_job;
        }
        with->last_job = with->last_job == exchange ? before : with->last_job;
        exchange->stage = HTTP_STAGE_ANSWERS;
    }
    app_unlock(with);
    return !runs;
}

// ---- taking and giving back exchanges ----

static void give_body_back(http_exchange *exchange) {
    app *with = exchange->app;
    if (exchange->body != NULL) {
        with->bodies_taken &= ~(1u << ((size_t)(exchange->body - with->bodies) / with->config.body_bytes));
        exchange->body = NULL;
    }
}

static bool take_body(http_exchange *exchange) {
    app *with = exchange->app;
    for (size_t i = 0; i < with->config.body_count; i++) {
        if ((with->bodies_taken & 1u << i) == 0) {
            with->bodies_taken |= 1u << i;
            exchange->body = with->bodies + i * with->config.body_bytes;
            exchange->body_used = 0;
            return true;
        }
    }
    return false;
}

static size_t *client_count(app *with, api_client client) {
    return client == API_STREAM   ? &with->stream_count
           : client == API_EVENTS ? &with->event_count
                                  : &with->request_count;
}

static void release(http_exchange *exchange) {
    app *with = exchange->app;
    if (exchange->frame != NULL) {
        app_lock(with);
        frames_release(exchange->frame);
        app_unlock(with);
    }
    give_body_back(exchange);
    if (exchange->is_model_user) {
        app_lock(with);
        with->model_is_busy = false;
        app_unlock(with);
    }
    if (exchange->has_zip) {
        with->zip_runs = false;
        with->captures.pinned--;
    }
    if (exchange->is_counted) {
        app_lock(with);
        (*client_count(with, exchange->route != NULL ? exchange->route->client : API_REQUEST))--;
        app_unlock(with);
    }
    char *text = exchange->text;
    const size_t text_limit = exchange->text_limit;
    *exchange = (http_exchange){.app = with, .text = text, .text_limit = text_limit};
}

// Those whose client left while the loop was at their job.
static void release_abandoned(app *with) {
    for (size_t i = 0; i < with->exchange_count; i++) {
        http_exchange *exchange = &with->exchanges[i];
        if (exchange->in_use && exchange->is_abandoned && withdraw_job(exchange)) {
            release(exchange);
        }
    }
}

// The exchanges lie in three groups, one for each kind of client: each has its own limit.
static http_exchange *take_exchange(app *with, api_client client) {
    const app_config *config = &with->config;
    const size_t limits[3] = {config->request_limit, config->event_limit, config->stream_limit};
    size_t first = 0;
    for (size_t kind = 0; kind < (size_t)client; kind++) {
        first += limits[kind];
    }
    for (size_t i = first; i < first + limits[client]; i++) {
        if (!with->exchanges[i].in_use) {
            with->exchanges[i].in_use = true;
            return &with->exchanges[i];
        }
    }
    return NULL;
}

// ---- the request ----

// Whether `path` is that of a route; fills *id where it has one.
static bool path_matches(const char *path, const char *pattern, uint32_t *id) {
    for (; *pattern != '\0'; pattern++, path++) {
        if (*pattern != '{') {
            if (*path != *pattern) {
                return false;
            }
            continue;
        }
        uint64_t number = 0;
        size_t digit_count = 0;
        for (; *path >= '0' && *path <= '9' && digit_count < 11; path++, digit_count++) {
            number = number * 10 + (uint64_t)(*path - '0');
        }
        if (digit_count == 0 || digit_count > 10 || number == 0 || number > UINT32_MAX) {
            return false;
        }
        *id = (uint32_t)number;
        pattern = strchr(pattern, '}');
        path--;
    }
    return *path == '\0';
}

static const api_route *find_route(http_method method, const char *path, uint32_t *id) {
    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        if (routes[i].method == method && path_matches(path, routes[i].path, id)) {
            return &routes[i];
        }
    }
    return NULL;
}

// "GET, HEAD, PUT": what a path allows; "" if there is no such path.
static void allowed_methods(const char *path, char *room, size_t room_bytes) {
    uint32_t id;
    room[0] = '\0';
    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        if (path_matches(path, routes[i].path, &id)) {
            const size_t used = strlen(room);
            snprintf(room + used, room_bytes - used, "%s%s", used > 0 ? ", " : "",
                     routes[i].method == HTTP_GET ? "GET, HEAD" : method_words[routes[i].method]);
        }
    }
    if (room[0] == '\0' && web_file_find(path) != NULL) {
        snprintf(room, room_bytes, "GET, HEAD");
    }
}

static void answer_no_route(http_exchange *exchange, const char *path) {
    allowed_methods(path, exchange->line, sizeof exchange->line);
    if (exchange->line[0] == '\0') {
        api_answer_problem(exchange, 404, NULL, "There is nothing here; GET /api/openapi.yaml lists what there is.");
        return;
    }
    api_answer_problem(exchange, 405, NULL, "This address takes %s.", exchange->line);
    api_add_header(exchange, "Allow", exchange->line);
}

static bool check_sender(http_exchange *exchange, const http_request *request) {
    const char *host = request->header(request->context, "Host");
    if (host == NULL) {
        api_answer_problem(exchange, 400, NULL, "The request has no Host header.");
        return false;
    }
    if (!guard_host_is_good(host, exchange->app->config.host_name)) {
        api_answer_problem(exchange, 421, NULL,
                           "This device does not go by the name in the Host header; use its IP address, or its own "
                           "name%s%s.",
                           exchange->app->config.host_name != NULL ? ", " : "",
                           exchange->app->config.host_name != NULL ? exchange->app->config.host_name : "");
        return false;
    }
    if (!guard_origin_is_good(host, request->header(request->context, "Origin"),
                              request->header(request->context, "Sec-Fetch-Site"),
                              request->header(request->context, "Sec-Fetch-Mode"))) {
        api_answer_problem(exchange, 403, NULL, "Another site made your browser send this; it was not done.");
        return false;
    }
    if (exchange->route != NULL && exchange->route->needs_token &&
        !guard_token_is_good(request->header(request->context, "Authorization"), exchange->app->token)) {
        api_answer_problem(exchange, 401, NULL,
                           "This changes the device and needs its token: open the address that was printed when it "
                           "started, or send the header Authorization: Bearer TOKEN.");
        return false;
    }
    return true;
}

static bool type_is(const char *type, const char *wanted) {
    const size_t length = strlen(wanted);
    return type != NULL && strncmp(type, wanted, length) == 0 &&
           (type[length] == '\0' || type[length] == ';' || type[length] == ' ');
}

// Whether the body is of a kind that the route takes, and room for it is there.
static void check_body(http_exchange *exchange, const http_request *request) {
    const api_body wanted = exchange->route->body;
    const char *type = request->header(request->context, "Content-Type");
    exchange->is_json = type_is(type, "application/json");
    exchange->is_jpeg = type_is(type, "image/jpeg");
    exchange->is_png = type_is(type, "image/png");
    const bool is_bytes = type_is(type, "application/octet-stream");
    if (wanted == API_NO_BODY) {
        return;
    }
    const bool fits = ((wanted == API_JSON || wanted == API_JSON_OR_JPEG) && exchange->is_json) ||
                      ((wanted == API_JPEG || wanted == API_JSON_OR_JPEG) && exchange->is_jpeg) ||
                      (wanted == API_ANY_PICTURE && (exchange->is_jpeg || exchange->is_png || is_bytes)) ||
                      (wanted == API_MODEL && is_bytes);
    if (!fits) {
        static const char *const wanted_words[] = {"",
                                                   "application/json",
                                                   "image/jpeg",
                                                   "image/jpeg, image/png or application/octet-stream",
                                                   "application/json or image/jpeg",
                                                   "application/octet-stream"};
        api_answer_problem(exchange, 415, NULL, "The Content-Type has to be %s.", wanted_words[wanted]);
        return;
    }
    const app *with = exchange->app;
    const size_t limit = exchange->is_json     ? LARGEST_JSON_REQUEST
                         : wanted == API_MODEL ? store_slot_bytes(&with->store)
                                               : with->config.body_bytes;
    if (request->body_bytes > (int64_t)limit) {
        api_answer_problem(exchange, 413, NULL, "This is %lld bytes long; at most %lu are taken.",
                           (long long)request->body_bytes, (unsigned long)limit);
    } else if (!exchange->is_json && !take_body(exchange)) {
        api_answer_problem(exchange, 503, NULL, "Other pictures are being received; try again in 2 seconds.");
    }
}

// ---- the query ----

static bool read_number(const char *text, uint32_t most, uint32_t *value) {
    char *end;
    if (text == NULL) {
        return true;
    }
    const unsigned long long number = strtoull(text, &end, 10);
    *value = (uint32_t)number;
    return text[0] >= '0' && text[0] <= '9' && *end == '\0' && strlen(text) <= 10 && number >= 1 && number <= most;
}

static bool read_hex(const char *text, uint8_t *bytes, size_t byte_count) {
    if (strlen(text) != 2 * byte_count || strspn(text, "0123456789abcdefABCDEF") != 2 * byte_count) {
        return false;
    }
    for (size_t i = 0; i < byte_count; i++) {
        const char digits[3] = {text[2 * i], text[2 * i + 1], '\0'};
        bytes[i] = (uint8_t)strtoul(digits, NULL, 16);
    }
    return true;
}

static bool copy_label(const char *text, char *room, size_t room_bytes) {
    if (text != NULL) {
        if (!capture_label_is_good(text) || strlen(text) >= room_bytes) {
            return false;
        }
        snprintf(room, room_bytes, "%s", text);
    }
    return true;
}

static void read_query(http_exchange *exchange, const http_request *request) {
    void *context = request->context;
    const char *sha256 = request->query(context, "sha256"), *last_id = request->query(context, "last_event_id");
    const char *mode = request->query(context, "mode");
    exchange->limit = 50;
    const char *wrong = !copy_label(request->query(context, "name"), exchange->name, STORE_NAME_BYTES)        ? "name"
                        : !copy_label(request->query(context, "label"), exchange->label, CAPTURE_LABEL_BYTES) ? "label"
                        : sha256 != NULL && !read_hex(sha256, exchange->sha256, 32)                           ? "sha256"
                        : mode != NULL && !settings_read_mode(mode, &exchange->mode)                          ? "mode"
                        : !read_number(request->query(context, "before"), UINT32_MAX, &exchange->before)      ? "before"
                        : !read_number(request->query(context, "limit"), 50, &exchange->limit)                ? "limit"
                                                                                                              : NULL;
    exchange->has_sha256 = sha256 != NULL;
    exchange->has_mode = mode != NULL;
    if (wrong != NULL && exchange->route->client == API_REQUEST) {
        api_answer_problem(exchange, 400, wrong,
                           "The value of \"%s\" in the address is not one that /api/openapi.yaml allows.", wrong);
    }
    if (last_id == NULL) {
        last_id = request->header(context, "Last-Event-ID");
    }
    exchange->has_last_event_id = last_id != NULL && read_number(last_id, UINT32_MAX, &exchange->last_event_id);
}

// ---- the calls of http.h ----

http_exchange *http_begin(struct app *with, const http_request *request) {
    release_abandoned(with);
    const bool is_head = request->method == HTTP_HEAD;
    const http_method method = is_head ? HTTP_GET : request->method;
    uint32_t id = 0;
    const api_route *route = find_route(method, request->path, &id);
    const web_file *file = route == NULL && method == HTTP_GET ? web_file_find(request->path) : NULL;
    if (file != NULL) {
        route = &file_route;
    }
    const api_client client = route != NULL ? route->client : API_REQUEST;
    http_exchange *exchange = take_exchange(with, client);
    if (exchange == NULL) {
        app_lock(with);
        with->counters.busy++;
        app_unlock(with);
        return NULL;
    }
    exchange->route = route;
    exchange->is_head = is_head;
    exchange->id = id;
    exchange->begun_us = app_now_us(with);
    exchange->is_counted = true;
    app_lock(with);
    (*client_count(with, client))++;
    app_unlock(with);
    if (!check_sender(exchange, request)) {
        return exchange;
    }
    if (route == NULL) {
        answer_no_route(exchange, request->path);
        return exchange;
    }
    if (file != NULL) {
        const char *known = request->header(request->context, "If-None-Match");
        exchange->constant = (const uint8_t *)(const void *)file;
        exchange->etag = known != NULL && strstr(known, file->etag) != NULL ? file->etag : NULL;
    }
    read_query(exchange, request);
    if (!exchange->is_answered) {
        check_body(exchange, request);
    }
    if (!exchange->is_answered && route->body == API_MODEL) {
        api_begin_model(exchange);
    }
    return exchange;
}

void http_body(http_exchange *exchange, const void *bytes, size_t byte_count) {
    if (exchange->is_answered || exchange->route->body == API_NO_BODY) {
        return;
    }
    if (exchange->route->body == API_MODEL) {
        api_add_to_model(exchange, bytes, byte_count);
        return;
    }
    const bool is_text = exchange->is_json;
    const size_t text_limit =
        exchange->text_limit < LARGEST_JSON_REQUEST ? exchange->text_limit : (size_t)LARGEST_JSON_REQUEST;
    const size_t limit = is_text ? text_limit : exchange->app->config.body_bytes;
    size_t *used = is_text ? &exchange->text_used : &exchange->body_used;
    if (byte_count > limit - *used) {
        api_answer_problem(exchange, 413, NULL, "This is too long; at most %lu bytes are taken.", (unsigned long)limit);
        return;
    }
    memcpy((is_text ? (uint8_t *)exchange->text : exchange->body) + *used, bytes, byte_count);
    *used += byte_count;
}

static http_stage stage_of(http_exchange *exchange) {
    app_lock(exchange->app);
    const http_stage stage = exchange->stage;
    app_unlock(exchange->app);
    return stage;
}

static void set_stage(http_exchange *exchange, http_stage stage) {
    app_lock(exchange->app);
    exchange->stage = stage;
    app_unlock(exchange->app);
}

static void describe(http_exchange *exchange, http_response *response) {
    *response = (http_response){.status = exchange->status, .body_bytes = exchange->answer_bytes};
    http_header *at = response->headers;
    if (exchange->type != NULL) {
        *at++ = (http_header){"Content-Type", exchange->type};
    }
    *at++ = (http_header){"Cache-Control", exchange->route == &file_route ? "no-cache" : "no-store"};
    *at++ = (http_header){"X-Content-Type-Options", "nosniff"};
    *at++ = (http_header){"Referrer-Policy", "no-referrer"};
    *at++ = (http_header){"Cross-Origin-Resource-Policy", "same-origin"};
    *at++ = (http_header){"Content-Security-Policy", WEB_CONTENT_POLICY};
    for (size_t i = 0; i < exchange->extra_count; i++) {
        *at++ = exchange->extra[i];
    }
    response->header_count = (size_t)(at - response->headers);
}

http_readiness http_respond(http_exchange *exchange, http_response *response) {
    http_stage stage = stage_of(exchange);
    if (stage == HTTP_STAGE_RECEIVES) {
        set_stage(exchange, HTTP_STAGE_ANSWERS);
        if (!exchange->is_answered) {
            exchange->route->handler(exchange);
        }
        stage = stage_of(exchange);
    }
    if (stage == HTTP_STAGE_JOB_WAITS || stage == HTTP_STAGE_JOB_RUNS) {
        return HTTP_LATER;
    }
    if (stage == HTTP_STAGE_JOB_DONE) {
        set_stage(exchange, HTTP_STAGE_ANSWERS);
        if (exchange->after_job != NULL) {
            exchange->after_job(exchange);
        }
    }
    describe(exchange, response);
    return HTTP_READY;
}

int64_t http_produce(http_exchange *exchange, void *room, size_t room_bytes) {
    return exchange->is_head ? HTTP_DONE : exchange->produce(exchange, room, room_bytes);
}

void http_end(http_exchange *exchange) {
    if (exchange->route != NULL && exchange->route->body == API_MODEL && exchange->is_model_user &&
        exchange->stage == HTTP_STAGE_RECEIVES) {
        store_upload_abort(&exchange->app->store);
    }
    if (withdraw_job(exchange)) {
        release(exchange);
    } else {
        exchange->is_abandoned = true;
    }
}

bool http_is_refused(const http_exchange *exchange) {
    return exchange->is_answered;
}

bool http_is_late(const http_exchange *exchange) {
    app_lock(exchange->app);
    const bool receives = exchange->stage == HTTP_STAGE_RECEIVES;
    app_unlock(exchange->app);
    const bool is_upload = exchange->route != NULL && exchange->route->body == API_MODEL;
    const uint64_t limit_ms = is_upload ? HTTP_UPLOAD_TIMEOUT_MS : HTTP_REQUEST_TIMEOUT_MS;
    return receives && app_now_us(exchange->app) - exchange->begun_us > limit_ms * 1000;
}
