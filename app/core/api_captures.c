// api_captures.c - captures: list, keep, relabel, delete, show.
//
// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>
#include <string.h>

#include "api.h"
#include "json.h"

static cJSON *capture_json(const capture *from) {
    char place[40];
    snprintf(place, sizeof place, "/api/captures/%lu.jpg", (unsigned long)from->id);
    cJSON *json = cJSON_CreateObject();
    json_add_count(json, "id", from->id);
    cJSON_AddStringToObject(json, "label", from->label);
    cJSON_AddStringToObject(json, "predicted", from->predicted);
    json_add_real(json, "confidence", from->confidence / 1000.0);
    json_add_count(json, "bytes", from->jpeg_bytes);
    json_add_count(json, "unix_ms", from->unix_ms);
    cJSON_AddStringToObject(json, "picture", place);
    return json;
}

static void answer_captures_problem(http_exchange *exchange, captures_result result) {
    switch (result) {
    case CAPTURES_NONE:
        api_answer_problem(exchange, 404, NULL, "There is no capture %lu.", (unsigned long)exchange->id);
        break;
    case CAPTURES_PINNED:
        api_answer_problem(exchange, 409, NULL,
                           "All captures are being downloaded, so they stay as they are; try again when that is done.");
        break;
    case CAPTURES_FULL:
        api_answer_problem(exchange, 507, NULL, "The picture is larger than all the space for captures.");
        break;
    default:
        api_answer_problem(exchange, 500, NULL, "The files of this device could not be written.");
        break;
    }
}

static void note_change(app *with) {
    app_lock(with);
    with->captures_edition++;
    app_unlock(with);
    with->port->wake_server(with->port->context);
}

// ---- list ----

void api_list_captures(http_exchange *exchange) {
    const captures *from = &exchange->app->captures;
    cJSON *json = cJSON_CreateObject();
    cJSON *list = cJSON_AddArrayToObject(json, "captures");
    // As many as certainly fit: at most about 250 characters each, label and prediction escaped.
    const size_t fitting = exchange->text_limit / 512;
    const size_t limit = exchange->limit < fitting ? exchange->limit : fitting;
    size_t count = 0;
    for (size_t i = from->count; i > 0 && count < limit; i--) {
        if (exchange->before == 0 || from->list[i - 1].id < exchange->before) {
            cJSON_AddItemToArray(list, capture_json(&from->list[i - 1]));
            count++;
        }
    }
    json_add_count(json, "count", from->count);
    json_add_count(json, "bytes", from->byte_count);
    json_add_count(json, "limit_count", from->limit_count);
    json_add_count(json, "limit_bytes", from->limit_bytes);
    api_answer_json(exchange, 200, json);
}

void api_get_capture(http_exchange *exchange) {
    const capture *found = captures_find(&exchange->app->captures, exchange->id);
    if (found == NULL) {
        answer_captures_problem(exchange, CAPTURES_NONE);
    } else {
        api_answer_json(exchange, 200, capture_json(found));
    }
}

// ---- keep ----

bool api_read_label(http_exchange *exchange) {
    cJSON *json = api_read_json(exchange);
    if (json == NULL) {
        return false;
    }
    const cJSON *label = cJSON_GetObjectItemCaseSensitive(json, "label");
    const bool good =
        cJSON_GetArraySize(json) == 1 && cJSON_IsString(label) && capture_label_is_good(label->valuestring);
    if (good) {
        snprintf(exchange->label, sizeof exchange->label, "%s", label->valuestring);
    } else {
        api_answer_problem(exchange, 422, "label",
                           "The request has to be {\"label\": TEXT}, with a text of 1 to 47 bytes without control "
                           "characters.");
    }
    cJSON_Delete(json);
    return good;
}

static void keep(http_exchange *exchange, const uint8_t *jpeg, size_t jpeg_bytes) {
    app *with = exchange->app;
    snprintf(exchange->capture.label, sizeof exchange->capture.label, "%s", exchange->label);
    exchange->capture.unix_ms = with->port->unix_ms(with->port->context);
    const captures_result result = captures_add(&with->captures, jpeg, jpeg_bytes, &exchange->capture);
    if (result != CAPTURES_OK) {
        answer_captures_problem(exchange, result);
        return;
    }
    note_change(with);
    api_answer_json(exchange, 201, capture_json(&exchange->capture));
    snprintf(exchange->line, sizeof exchange->line, "/api/captures/%lu", (unsigned long)exchange->capture.id);
    api_add_header(exchange, "Location", exchange->line);
}

static void keep_body(http_exchange *exchange) {
    if (!exchange->is_answered) {
        keep(exchange, exchange->body, exchange->body_used);
    }
}

static void keep_latest_frame(http_exchange *exchange) {
    app *with = exchange->app;
    app_lock(with);
    exchange->frame = frames_hold_latest(&with->frames);
    const event *newest = events_after(&with->events, with->events.newest_id - (with->events.newest_id > 0));
    snprintf(exchange->capture.predicted, CAPTURE_LABEL_BYTES, "%s", newest != NULL ? newest->label : "nothing");
    exchange->capture.confidence = newest != NULL ? (uint16_t)(newest->decision.confidence * 1000 + 0.5f) : 0;
    app_unlock(with);
    if (exchange->frame == NULL) {
        api_answer_problem(exchange, 503, NULL, "The camera has given no frame yet; try again in 2 seconds.");
        return;
    }
    keep(exchange, exchange->frame->jpeg, exchange->frame->jpeg_bytes);
}

void api_post_capture(http_exchange *exchange) {
    if (exchange->is_json) {
        if (api_read_label(exchange)) {
            keep_latest_frame(exchange);
        }
    } else if (exchange->label[0] == '\0') {
        api_answer_problem(exchange, 422, "label", "A picture needs a label: POST /api/captures?label=TEXT.");
    } else {
        api_queue_job(exchange, api_judge_capture, keep_body);
    }
}

// ---- change ----

void api_patch_capture(http_exchange *exchange) {
    app *with = exchange->app;
    if (captures_find(&with->captures, exchange->id) == NULL) {
        answer_captures_problem(exchange, CAPTURES_NONE);
        return;
    }
    if (!api_read_label(exchange)) {
        return;
    }
    const captures_result result = captures_relabel(&with->captures, exchange->id, exchange->label);
    if (result != CAPTURES_OK) {
        answer_captures_problem(exchange, result);
        return;
    }
    note_change(with);
    api_get_capture(exchange);
}

void api_delete_capture(http_exchange *exchange) {
    const captures_result result = captures_remove(&exchange->app->captures, exchange->id);
    if (result != CAPTURES_OK) {
        answer_captures_problem(exchange, result);
        return;
    }
    note_change(exchange->app);
    api_answer_bytes(exchange, NULL, NULL, 0);
    exchange->status = 204;
}

// ---- show ----

static int64_t produce_picture(http_exchange *exchange, uint8_t *room, size_t room_bytes) {
    size_t read_bytes;
    if (exchange->sent == (size_t)exchange->answer_bytes) {
        return HTTP_DONE;
    }
    if (!captures_read(&exchange->app->captures, &exchange->capture, (uint32_t)exchange->sent, room, room_bytes,
                       &read_bytes) ||
        read_bytes == 0) {
        return HTTP_ABORT;
    }
    exchange->sent += read_bytes;
    return (int64_t)read_bytes;
}

void api_get_capture_picture(http_exchange *exchange) {
    const capture *found = captures_find(&exchange->app->captures, exchange->id);
    if (found == NULL) {
        answer_captures_problem(exchange, CAPTURES_NONE);
        return;
    }
    exchange->capture = *found;
    api_answer_bytes(exchange, "image/jpeg", NULL, found->jpeg_bytes);
    exchange->produce = produce_picture;
}
