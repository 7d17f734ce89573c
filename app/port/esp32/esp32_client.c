// esp32_client.c - one HTTP client on its socket, step by step, never waiting.
//
// SPDX-License-Identifier: Apache-2.0
#include "esp32_client.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    BUSY_MS = 1000,  // how long a request waits for another of its kind to end
    LINGER_MS = 1000,
    STEP_PIECES = 8,  // so many pieces are sent or received in a step, so that all clients have their turn
    FRAMING_BYTES = 7,  // "5f9\r\n" before a chunk and "\r\n" behind it
};

// ---- the head of the request ----

typedef struct head_reader {
    const client *client;
    client_world *world;
} head_reader;

static const char *next_text(const char *text) {
    return text + strlen(text) + 1;
}

static const char *head_method(const client *from) {
    return from->head.text;
}

static const char *head_path(const client *from) {
    return next_text(head_method(from));
}

static const char *head_query(const client *from) {
    return next_text(head_path(from));
}

static const char *find_header(void *context, const char *name) {
    const client *from = ((const head_reader *)context)->client;
    const char *end = from->head.text + from->head.used;
    for (const char *at = next_text(head_query(from)); at < end; at = next_text(next_text(at))) {
        if (strcasecmp(at, name) == 0) {
            return next_text(at);
        }
    }
    return NULL;
}

static int hex_digit(char digit) {
    return digit >= '0' && digit <= '9'   ? digit - '0'
           : digit >= 'a' && digit <= 'f' ? digit - 'a' + 10
           : digit >= 'A' && digit <= 'F' ? digit - 'A' + 10
                                          : -1;
}

// Percent-decodes up to '&' or the end into the room for values. NULL: it does not fit.
static const char *decode_value(client_world *world, const char *text) {
    char *decoded = world->values + world->values_used;
    size_t used = world->values_used;
    while (*text != '\0' && *text != '&') {
        const int high = text[0] == '%' ? hex_digit(text[1]) : -1, low = high >= 0 ? hex_digit(text[2]) : -1;
        if (used + 1 >= sizeof world->values) {
            return NULL;
        }
        world->values[used++] = low >= 0 ? (char)(high * 16 + low) : *text == '+' ? ' ' : *text;
        text += low >= 0 ? 3 : 1;
    }
    world->values[used++] = '\0';
    world->values_used = used;
    return decoded;
}

static const char *find_query(void *context, const char *name) {
    const head_reader *reader = context;
    const size_t length = strlen(name);
    for (const char *at = head_query(reader->client); *at != '\0'; at += *at == '&') {
        if (strncmp(at, name, length) == 0 && at[length] == '=') {
            return decode_value(reader->world, at + length + 1);
        }
        at += strcspn(at, "&");
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

// ---- the end of a client ----

static void end_exchange(client *ended, client_world *world) {
    if (ended->exchange != NULL) {
        world->lock();
        http_end(ended->exchange);
        world->unlock();
        ended->exchange = NULL;
    }
    if (world->portal_user == ended) {
        world->portal_user = NULL;
    }
}

static client_need close_client(client *closed, client_world *world) {
    end_exchange(closed, world);
    close(closed->socket);
    atomic_store(&closed->stage, CLIENT_FREE);
    return CLIENT_NEEDS_NOTHING;
}

// Everything is sent.
static client_need finish_client(client *finished, client_world *world, uint64_t now_us) {
    if (!finished->has_unread_body) {
        return close_client(finished, world);
    }
    end_exchange(finished, world);
    shutdown(finished->socket, SHUT_WR);
    finished->progress_us = now_us;
    atomic_store(&finished->stage, CLIENT_LINGERS);
    return CLIENT_NEEDS_ITS_SOCKET;
}

static client_need linger(client *lingers, client_world *world, uint64_t now_us) {
    for (int i = 0; i < STEP_PIECES; i++) {
        const ssize_t got = recv(lingers->socket, world->received, sizeof world->received, MSG_DONTWAIT);
        const bool is_over = got == 0 || (got < 0 && errno != EAGAIN);
        if (is_over || now_us - lingers->progress_us > (uint64_t)LINGER_MS * 1000) {
            return close_client(lingers, world);
        }
        if (got < 0) {
            break;
        }
    }
    return CLIENT_NEEDS_ITS_SOCKET;
}

// Whether the client closed its side, looked up without taking anything.
static bool is_gone(const client *asked) {
    char byte;
    return recv(asked->socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

// ---- the answer ----

#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
static void
add_line(client *to, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const size_t left = CLIENT_OUT_BYTES - to->out_used;
    const int length = vsnprintf(to->out + to->out_used, left, format, arguments);
    va_end(arguments);
    if (length > 0 && (size_t)length < left) {
        to->out_used += (size_t)length;
    }
}

// From here on `head` is overwritten.
static void begin_answer(client *to, int status, int64_t body_bytes) {
    to->out_from = to->out_used = 0;
    to->sends_chunks = body_bytes < 0;
    to->answer_left_bytes = body_bytes > 0 ? (uint64_t)body_bytes : 0;
    to->is_last = body_bytes == 0 || to->is_head;
    add_line(to, "HTTP/1.1 %d %s\r\nConnection: close\r\n", status, http_status_words(status));
    if (body_bytes < 0) {
        add_line(to, "Transfer-Encoding: chunked\r\n");
    } else if (status != 304) {
        add_line(to, "Content-Length: %lld\r\n", (long long)body_bytes);
    }
    atomic_store(&to->stage, CLIENT_ANSWERS);
}

static void answer_busy(client *to) {
    to->is_head = strcmp(head_method(to), "HEAD") == 0;
    to->constant = HTTP_BUSY_TEXT;
    to->constant_left = sizeof HTTP_BUSY_TEXT - 1;
    begin_answer(to, 503, (int64_t)to->constant_left);
    add_line(to, "Content-Type: " HTTP_BUSY_TYPE "\r\nRetry-After: 2\r\n\r\n");
}

static void answer_exchange(client *to, const http_response *response) {
    begin_answer(to, response->status, response->body_bytes);
    for (size_t i = 0; i < response->header_count; i++) {
        add_line(to, "%s: %s\r\n", response->headers[i].name, response->headers[i].value);
    }
    add_line(to, "\r\n");
}

static void answer_portal(client *to, client_world *world) {
    head_reader reader = {to, world};
    const http_request request = {.method = method_of(head_method(to)),
                                  .path = head_path(to),
                                  .body_bytes = (int64_t)to->portal_used,
                                  .context = &reader,
                                  .header = find_header,
                                  .query = find_query};
    esp32_portal_answer answer = {.status = 500};
    world->values_used = 0;
    world->portal->answer(world->portal->context, &request, world->portal_body, to->portal_used, &answer);
    to->constant = answer.body;
    to->constant_left = answer.body_bytes;
    begin_answer(to, answer.status, (int64_t)answer.body_bytes);
    if (answer.type != NULL) {
        add_line(to, "Content-Type: %s\r\n", answer.type);
    }
    if (answer.location != NULL) {
        add_line(to, "Location: %s\r\n", answer.location);
    }
    add_line(to, "Cache-Control: no-store\r\n\r\n");
}

// What comes next of the body, into `room`; as http_produce.
static int64_t produce(client *from, client_world *world, char *room, size_t room_bytes) {
    if (from->exchange != NULL) {
        world->lock();
        const int64_t produced = http_produce(from->exchange, room, room_bytes);
        world->unlock();
        return produced;
    }
    const size_t taken = from->constant_left < room_bytes ? from->constant_left : room_bytes;
    if (taken == 0) {
        return HTTP_DONE;
    }
    memcpy(room, from->constant, taken);
    from->constant += taken;
    from->constant_left -= taken;
    return (int64_t)taken;
}

// Fills `out` with the next piece: 1, or 0 if there is nothing now or never again (is_last), or -1 for an abort. The
// exchange ends before the client has the last byte: what it asks next finds everything done.
static int fill_out(client *changed, client_world *world) {
    char *room = changed->out + (changed->sends_chunks ? FRAMING_BYTES - 2 : 0);
    const int64_t produced =
        produce(changed, world, room, CLIENT_OUT_BYTES - (changed->sends_chunks ? FRAMING_BYTES : 0));
    changed->out_from = 0;
    changed->out_used = produced > 0 ? (size_t)produced : 0;
    if (produced == HTTP_ABORT) {
        return -1;
    }
    if (produced == HTTP_DONE) {
        changed->is_last = true;
        end_exchange(changed, world);
        if (changed->sends_chunks) {
            memcpy(changed->out, "0\r\n\r\n", 5);
            changed->out_used = 5;
        }
        return changed->sends_chunks;
    }
    if (produced > 0 && changed->sends_chunks) {
        char size[8];
        snprintf(size, sizeof size, "%03x\r\n", (unsigned)produced);
        memcpy(changed->out, size, FRAMING_BYTES - 2);
        memcpy(room + produced, "\r\n", 2);
        changed->out_used += FRAMING_BYTES;
    } else if (produced > 0) {
        changed->answer_left_bytes -= (uint64_t)produced;
        if (changed->answer_left_bytes == 0) {
            changed->is_last = true;
            end_exchange(changed, world);
        }
    }
    return produced > 0;
}

static client_need answer(client *to, client_world *world, uint64_t now_us) {
    for (int i = 0; i < STEP_PIECES; i++) {
        if (to->out_from == to->out_used) {
            if (to->is_last) {
                return finish_client(to, world, now_us);
            }
            const int filled = fill_out(to, world);
            if (filled < 0 || (filled == 0 && !to->is_last && is_gone(to))) {
                return close_client(to, world);
            }
            to->progress_us = now_us;
            if (filled == 0 && !to->is_last) {
                return CLIENT_NEEDS_NOTHING;
            }
            continue;
        }
        const ssize_t sent = send(to->socket, to->out + to->out_from, to->out_used - to->out_from, MSG_DONTWAIT);
        if (sent > 0) {
            to->out_from += (size_t)sent;
            to->progress_us = now_us;
        } else if (errno != EAGAIN && errno != ENOMEM && errno != ENOBUFS) {
            return close_client(to, world);
        } else if (now_us - to->progress_us > (uint64_t)HTTP_CLIENT_TIMEOUT_MS * 1000) {
            return close_client(to, world);
        } else {
            break;
        }
    }
    return CLIENT_NEEDS_ITS_SOCKET;
}

static client_need wait_for_answer(client *waits, client_world *world, uint64_t now_us) {
    http_response response;
    if (waits->is_portal) {
        answer_portal(waits, world);
        return answer(waits, world, now_us);
    }
    world->lock();
    const http_readiness readiness = http_respond(waits->exchange, &response);
    world->unlock();
    if (readiness == HTTP_LATER) {
        return is_gone(waits) ? close_client(waits, world) : CLIENT_NEEDS_NOTHING;
    }
    answer_exchange(waits, &response);
    return answer(waits, world, now_us);
}

// ---- the body of the request ----

static bool body_is_complete(const client *asked) {
    return asked->is_chunked ? asked->chunks.place == CHUNK_END : asked->body_left_bytes == 0;
}

static void take_piece(client *changed, client_world *world, const uint8_t *piece, size_t piece_bytes) {
    if (piece_bytes == 0) {
        return;
    }
    if (changed->is_portal) {
        const size_t left = sizeof world->portal_body - changed->portal_used;
        const size_t taken = piece_bytes < left ? piece_bytes : left;
        memcpy(world->portal_body + changed->portal_used, piece, taken);
        changed->portal_used += taken;
        return;
    }
    world->lock();
    http_body(changed->exchange, piece, piece_bytes);
    world->unlock();
}

static void take_bytes(client *changed, client_world *world, size_t byte_count) {
    const uint8_t *bytes = world->received;
    if (!changed->is_chunked) {
        take_piece(changed, world, bytes, byte_count);
        changed->body_left_bytes -= byte_count;
        return;
    }
    while (byte_count > 0 && changed->chunks.place != CHUNK_END && changed->chunks.place != CHUNK_BROKEN) {
        const uint8_t *piece;
        size_t piece_bytes;
        const size_t used = chunk_reader_take(&changed->chunks, bytes, byte_count, &piece, &piece_bytes);
        take_piece(changed, world, piece, piece_bytes);
        bytes += used;
        byte_count -= used;
    }
}

static bool is_refused(const client *asked, client_world *world) {
    if (asked->is_portal) {
        return false;
    }
    world->lock();
    const bool refused = http_is_refused(asked->exchange);
    world->unlock();
    return refused;
}

static bool is_late(const client *asked, uint64_t now_us) {
    return now_us - asked->progress_us > (uint64_t)HTTP_CLIENT_TIMEOUT_MS * 1000 ||
           (asked->exchange != NULL && http_is_late(asked->exchange));
}

static client_need receive(client *from, client_world *world, uint64_t now_us) {
    for (int i = 0; i < STEP_PIECES && !body_is_complete(from); i++) {
        if (is_refused(from, world)) {
            from->has_unread_body = true;
            break;
        }
        size_t most = sizeof world->received;
        most = !from->is_chunked && from->body_left_bytes < most ? (size_t)from->body_left_bytes : most;
        const ssize_t got = recv(from->socket, world->received, most, MSG_DONTWAIT);
        if (got == 0 || (got < 0 && errno != EAGAIN) || is_late(from, now_us)) {
            return close_client(from, world);
        }
        if (got < 0) {
            return CLIENT_NEEDS_ITS_SOCKET;
        }
        from->progress_us = now_us;
        take_bytes(from, world, (size_t)got);
        if (from->is_chunked && from->chunks.place == CHUNK_BROKEN) {
            return close_client(from, world);
        }
    }
    if (!body_is_complete(from) && !from->has_unread_body) {
        return CLIENT_NEEDS_ITS_SOCKET;
    }
    atomic_store(&from->stage, CLIENT_WAITS);
    return wait_for_answer(from, world, now_us);
}

// ---- the beginning ----

void client_take(client *taken, int socket, const request_head *head, uint64_t now_us) {
    taken->socket = socket;
    taken->begun_us = taken->progress_us = now_us;
    taken->exchange = NULL;
    taken->is_head = taken->has_unread_body = taken->is_chunked = taken->is_portal = false;
    taken->chunks = (chunk_reader){0};
    taken->body_left_bytes = 0;
    taken->portal_used = taken->constant_left = taken->out_from = taken->out_used = 0;
    taken->head.used = head->used;
    memcpy(taken->head.text, head->text, head->used);
    atomic_store(&taken->stage, CLIENT_BEGINS);
}

// False: what the head says about the body is wrong (Espressif's parser has looked at it before).
static bool read_length(client *changed, head_reader *reader) {
    const char *length = find_header(reader, "Content-Length"), *encoding = find_header(reader, "Transfer-Encoding");
    changed->is_chunked = encoding != NULL;
    if (encoding != NULL) {
        return strcasecmp(encoding, "chunked") == 0 && length == NULL;
    }
    char *end = NULL;
    changed->body_left_bytes = length != NULL ? strtoull(length, &end, 10) : 0;
    return length == NULL || (length[0] >= '0' && length[0] <= '9' && *end == '\0' && strlen(length) < 12);
}

// The portal's room is one: who comes while it is in use waits.
static bool begin_portal(client *changed, client_world *world, const http_request *request) {
    changed->is_portal = world->portal != NULL && world->portal->takes(world->portal->context, request);
    if (!changed->is_portal || world->portal_user != NULL) {
        return false;
    }
    world->portal_user = changed;
    return true;
}

static client_need begin(client *begun, client_world *world, uint64_t now_us) {
    head_reader reader = {begun, world};
    if (!read_length(begun, &reader)) {
        return close_client(begun, world);
    }
    const http_request request = {.method = method_of(head_method(begun)),
                                  .path = head_path(begun),
                                  .body_bytes = begun->is_chunked ? -1 : (int64_t)begun->body_left_bytes,
                                  .context = &reader,
                                  .header = find_header,
                                  .query = find_query};
    world->values_used = 0;
    const bool has_portal = begin_portal(begun, world, &request);
    if (!begun->is_portal) {
        world->lock();
        begun->exchange = http_begin(world->app, &request);
        world->unlock();
    }
    if (begun->exchange == NULL && !has_portal) {
        if (now_us - begun->begun_us <= (uint64_t)BUSY_MS * 1000) {
            return CLIENT_NEEDS_ITS_SOCKET;
        }
        begun->has_unread_body = !body_is_complete(begun);
        answer_busy(begun);
        return answer(begun, world, now_us);
    }
    begun->is_head = request.method == HTTP_HEAD;
    const char *expected = find_header(&reader, "Expect");
    if (expected != NULL && !body_is_complete(begun) && !is_refused(begun, world)) {
        static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
        send(begun->socket, go_on, sizeof go_on - 1, MSG_DONTWAIT);
    }
    begun->progress_us = now_us;
    atomic_store(&begun->stage, CLIENT_RECEIVES);
    return receive(begun, world, now_us);
}

client_need client_step(client *changed, client_world *world, uint64_t now_us) {
    switch (atomic_load(&changed->stage)) {
    case CLIENT_BEGINS:
        return begin(changed, world, now_us);
    case CLIENT_RECEIVES:
        return receive(changed, world, now_us);
    case CLIENT_WAITS:
        return wait_for_answer(changed, world, now_us);
    case CLIENT_ANSWERS:
        return answer(changed, world, now_us);
    case CLIENT_LINGERS:
        return linger(changed, world, now_us);
    default:
        return CLIENT_NEEDS_NOTHING;
    }
}
