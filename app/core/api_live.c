// api_live.c - what is seen and said now: video, events, the latest frame, what the model saw, frames from a client.
//
// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>
#include <string.h>

#include "api.h"
#include "json.h"
#include "little_endian.h"

// ---- video ----

#define STREAM_BOUNDARY "thimble-frame"

// The next frame for this client, if there is one that it has not had: holds it and writes its part's header.
static bool begin_part(http_exchange *exchange) {
    app *with = exchange->app;
    app_lock(with);
    if (with->frames.latest != NULL && with->frames.latest->number != exchange->seen_frame) {
        exchange->frame = frames_hold_latest(&with->frames);
    }
    app_unlock(with);
    if (exchange->frame == NULL) {
        return false;
    }
    exchange->seen_frame = exchange->frame->number;
    exchange->sent = 0;
    snprintf(exchange->text, exchange->text_limit,
             "--" STREAM_BOUNDARY "\r\nContent-Type: image/jpeg\r\nContent-Length: %lu\r\nX-Frame: %lu\r\n\r\n",
             (unsigned long)exchange->frame->jpeg_bytes, (unsigned long)exchange->frame->number);
    exchange->text_used = strlen(exchange->text);
    return true;
}

static void end_part(http_exchange *exchange) {
    app_lock(exchange->app);
    frames_release(exchange->frame);
    app_unlock(exchange->app);
    exchange->frame = NULL;
}

// A part is header, JPEG, line end; `sent` counts through all three.
static int64_t produce_stream(http_exchange *exchange, uint8_t *room, size_t room_bytes) {
    size_t filled = 0;
    if (exchange->frame == NULL && !begin_part(exchange)) {
        return 0;
    }
    const struct {
        const void *bytes;
        size_t byte_count;
    } parts[3] = {
        {exchange->text, exchange->text_used}, {exchange->frame->jpeg, exchange->frame->jpeg_bytes}, {"\r\n", 2}};
    size_t start = 0;
    for (size_t i = 0; i < 3; i++) {
        const size_t end = start + parts[i].byte_count;
        if (exchange->sent < end && filled < room_bytes) {
            const size_t left = end - exchange->sent, space = room_bytes - filled;
            const size_t taken = left < space ? left : space;
            memcpy(room + filled, (const uint8_t *)parts[i].bytes + (exchange->sent - start), taken);
            exchange->sent += taken;
            filled += taken;
        }
        start = end;
    }
    if (exchange->sent == start) {
        end_part(exchange);
    }
    return (int64_t)filled;
}

static void answer_stream(http_exchange *exchange, const char *type,
                          int64_t (*produce)(http_exchange *, uint8_t *, size_t)) {
    api_answer_text(exchange, 200, type, 0);
    exchange->answer_bytes = -1;
    exchange->produce = produce;
}

void api_get_stream(http_exchange *exchange) {
    answer_stream(exchange, "multipart/x-mixed-replace; boundary=" STREAM_BOUNDARY, produce_stream);
}

// ---- events ----

// What changed since this client was told: {"what": [...]}, or NULL.
static cJSON *changes_for(http_exchange *exchange) {
    const app *with = exchange->app;
    const struct {
        uint32_t now, *seen;
        const char *word;
    } editions[3] = {{with->settings_edition, &exchange->seen_settings, "settings"},
                     {with->model_edition, &exchange->seen_model, "model"},
                     {with->captures_edition, &exchange->seen_captures, "captures"}};
    cJSON *words = cJSON_CreateArray();
    for (size_t i = 0; i < 3; i++) {
        if (*editions[i].seen != editions[i].now) {
            *editions[i].seen = editions[i].now;
            cJSON_AddItemToArray(words, cJSON_CreateString(editions[i].word));
        }
    }
    if (cJSON_GetArraySize(words) == 0) {
        cJSON_Delete(words);
        return NULL;
    }
    cJSON *json = cJSON_CreateObject();
    cJSON_AddItemToObject(json, "what", words);
    return json;
}

// The next message for this client into exchange->text, under the lock: decisions first, then changes, then the newest
// sample, then a heartbeat if it is time for one. False if there is nothing.
static bool next_message(http_exchange *exchange) {
    app *with = exchange->app;
    char *text = exchange->text;
    const size_t limit = exchange->text_limit;
    const event *told = events_after(&with->events, exchange->last_event_id);
    cJSON *changes = told == NULL ? changes_for(exchange) : NULL;
    size_t used = 0;
    if (told != NULL) {
        exchange->last_event_id = told->id;
        used = (size_t)snprintf(text, limit, "id: %lu\nevent: decision\ndata: ", (unsigned long)told->id);
        used += json_print(app_decision_json(told), text + used, limit - used);
    } else if (changes != NULL) {
        used = (size_t)snprintf(text, limit, "event: changed\ndata: ");
        used += json_print(changes, text + used, limit - used);
    } else if (exchange->seen_sample != with->sample_count && with->sample_text_bytes > 0) {
        exchange->seen_sample = with->sample_count;
        used = (size_t)snprintf(text, limit, "event: sample\ndata: ");
        memcpy(text + used, with->sample_text, with->sample_text_bytes);
        used += with->sample_text_bytes;
    } else if (app_now_us(with) - exchange->last_sent_us >= (uint64_t)APP_HEARTBEAT_MS * 1000) {
        used = (size_t)snprintf(text, limit, ": here");
    } else {
        return false;
    }
    memcpy(text + used, "\n\n", 2);
    exchange->text_used = used + 2;
    return true;
}

static int64_t produce_events(http_exchange *exchange, uint8_t *room, size_t room_bytes) {
    app *with = exchange->app;
    if (exchange->sent == exchange->text_used) {
        app_lock(with);
        const bool has_message = next_message(exchange);
        app_unlock(with);
        if (!has_message) {
            return 0;
        }
        exchange->sent = 0;
    }
    const size_t left = exchange->text_used - exchange->sent;
    const size_t taken = left < room_bytes ? left : room_bytes;
    memcpy(room, exchange->text + exchange->sent, taken);
    exchange->sent += taken;
    exchange->last_sent_us = app_now_us(with);
    return (int64_t)taken;
}

void api_get_events(http_exchange *exchange) {
    app *with = exchange->app;
    answer_stream(exchange, "text/event-stream", produce_events);
    app_lock(with);
    const uint32_t newest_id = with->events.newest_id;
    exchange->seen_settings = with->settings_edition;
    exchange->seen_model = with->model_edition;
    exchange->seen_captures = with->captures_edition;
    app_unlock(with);
    // A newcomer gets the newest decision; so does one that remembers a number from before a restart.
    if (!exchange->has_last_event_id || exchange->last_event_id > newest_id) {
        exchange->last_event_id = newest_id > 0 ? newest_id - 1 : 0;
    }
    exchange->last_sent_us = app_now_us(with);
    exchange->text_used = (size_t)snprintf(exchange->text, exchange->text_limit, "retry: 2000\n\n");
}

// ---- the latest frame ----

static void note_frame_number(http_exchange *exchange, uint32_t number) {
    snprintf(exchange->line, sizeof exchange->line, "%lu", (unsigned long)number);
    api_add_header(exchange, "X-Frame", exchange->line);
}

void api_get_frame(http_exchange *exchange) {
    app *with = exchange->app;
    app_lock(with);
    exchange->frame = frames_hold_latest(&with->frames);
    app_unlock(with);
    if (exchange->frame == NULL) {
        api_answer_problem(exchange, 503, NULL, "The camera has given no frame yet; try again in 2 seconds.");
        return;
    }
    api_answer_bytes(exchange, "image/jpeg", exchange->frame->jpeg, exchange->frame->jpeg_bytes);
    note_frame_number(exchange, exchange->frame->number);
}

// ---- what the model saw ----

enum { BMP_HEADER_BYTES = 54 };

// One row of pixels as BMP wants it: blue, green, red, filled up to a multiple of four bytes.
static void write_bmp_row(uint8_t *row, const uint8_t *pixels, int32_t width, int32_t channels) {
    for (int32_t x = 0; x < width; x++) {
        for (int32_t c = 0; c < 3; c++) {
            row[3 * x + c] = pixels[channels == 1 ? x : 3 * x + 2 - c];
        }
    }
}

void api_get_seen(http_exchange *exchange) {
    app *with = exchange->app;
    const size_t body_limit = with->config.body_bytes;
    bool has_room = false;
    for (size_t i = 0; i < with->config.body_count && exchange->body == NULL; i++) {
        if ((with->bodies_taken & 1u << i) == 0) {
            with->bodies_taken |= 1u << i;
            exchange->body = with->bodies + i * body_limit;
        }
    }
    app_lock(with);
    const contract *model = &with->classifier.contract;
    const int32_t height = model->height, width = model->width, channels = model->channels;
    const size_t row_bytes = ((size_t)width * 3 + 3) / 4 * 4, picture_bytes = row_bytes * (size_t)height;
    const uint32_t number = with->seen_frame_number;
    has_room = exchange->body != NULL && BMP_HEADER_BYTES + picture_bytes <= body_limit;
    if (has_room && number > 0) {
        memset(exchange->body, 0, BMP_HEADER_BYTES + picture_bytes);
        for (int32_t y = 0; y < height; y++) {
            write_bmp_row(exchange->body + BMP_HEADER_BYTES + (size_t)(height - 1 - y) * row_bytes,
                          with->seen + (size_t)y * (size_t)(width * channels), width, channels);
        }
    }
    app_unlock(with);
    if (!has_room || number == 0) {
        api_answer_problem(exchange, 503, NULL, "%s; try again in 2 seconds.",
                           has_room ? "The model has seen nothing yet" : "Other pictures are being received");
        return;
    }
    uint8_t *header = exchange->body;
    header[0] = 'B';
    header[1] = 'M';
    put_u32(header + 2, (uint32_t)(BMP_HEADER_BYTES + picture_bytes));
    put_u32(header + 10, BMP_HEADER_BYTES);
    put_u32(header + 14, 40);  // the rest of the header
    put_u32(header + 18, (uint32_t)width);
    put_u32(header + 22, (uint32_t)height);
    put_u16(header + 26, 1);   // planes
    put_u16(header + 28, 24);  // bits per pixel
    put_u32(header + 34, (uint32_t)picture_bytes);
    api_answer_bytes(exchange, "image/bmp", exchange->body, BMP_HEADER_BYTES + picture_bytes);
    note_frame_number(exchange, number);
}

// ---- frames from a client ----

void api_post_frame(http_exchange *exchange) {
    app *with = exchange->app;
    const uint8_t *jpeg = exchange->body;
    if (exchange->body_used < 4 || jpeg[0] != 0xff || jpeg[1] != 0xd8) {
        api_answer_problem(exchange, 422, NULL, "This is not a JPEG; send one of at most %lu bytes.",
                           (unsigned long)with->config.frame_bytes);
        return;
    }
    if (exchange->body_used > with->config.frame_bytes) {
        api_answer_problem(exchange, 413, NULL, "Frames may have %lu bytes; make it smaller (320x240).",
                           (unsigned long)with->config.frame_bytes);
        return;
    }
    app_lock(with);
    frame *filled = frames_reserve(&with->frames);
    app_unlock(with);
    if (filled == NULL) {
        api_answer_problem(exchange, 503, NULL, "All frames are in use; try again in 2 seconds.");
        return;
    }
    memcpy(filled->jpeg, jpeg, exchange->body_used);
    filled->jpeg_bytes = exchange->body_used;
    app_lock(with);
    if (with->pushed != NULL) {
        frames_release(with->pushed);
    }
    with->pushed = filled;
    with->pushed_us = app_now_us(with);
    with->has_pushed = true;
    app_unlock(with);
    with->port->wake_loop(with->port->context);
    cJSON *json = cJSON_CreateObject();
    cJSON_AddBoolToObject(json, "taken", true);
    api_answer_json(exchange, 202, json);
}
