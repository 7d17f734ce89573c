// portal.c - the captive portal: pages that ask for a Wi-Fi.
//
// SPDX-License-Identifier: Apache-2.0
#include "portal.h"

#include <stdio.h>
#include <string.h>

#include "guard.h"

static const char *header(const http_request *request, const char *name) {
    return request->header(request->context, name);
}

bool portal_is_page(const http_request *request) {
    return strcmp(request->path, "/wifi") == 0;
}

bool portal_takes(const http_request *request, const char *host_name) {
    return portal_is_page(request) || !guard_host_is_good(header(request, "Host"), host_name);
}

bool portal_may_change(const http_request *request, const char *host_name) {
    const char *host = header(request, "Host");
    return guard_host_is_good(host, host_name) &&
           guard_origin_is_good(host, header(request, "Origin"), header(request, "Sec-Fetch-Site"),
                                header(request, "Sec-Fetch-Mode"));
}

// ---- the form ----

static int hex_value(char letter) {
    return letter >= '0' && letter <= '9'   ? letter - '0'
           : letter >= 'a' && letter <= 'f' ? letter - 'a' + 10
           : letter >= 'A' && letter <= 'F' ? letter - 'A' + 10
                                            : -1;
}

// Decodes text[0 .. byte_count) into `room`. False if it is not well-formed, has a zero in it, or does not fit.
static bool decode(const char *text, size_t byte_count, char *room, size_t room_bytes) {
    size_t used = 0;
    for (size_t i = 0; i < byte_count; i++) {
        char letter = text[i] == '+' ? ' ' : text[i];
        if (letter == '%') {
            const int high = i + 2 < byte_count ? hex_value(text[i + 1]) : -1;
            const int low = high >= 0 ? hex_value(text[i + 2]) : -1;
            if (low < 0) {
                return false;
            }
            letter = (char)(high * 16 + low);
            i += 2;
        }
        if (letter == '\0' || used + 1 >= room_bytes) {
            return false;
        }
        room[used++] = letter;
    }
    room[used] = '\0';
    return true;
}

const char *portal_read_form(const char *body, size_t body_bytes, provision_credentials *read) {
    *read = (provision_credentials){0};
    for (size_t at = 0; at < body_bytes;) {
        const char *end = memchr(body + at, '&', body_bytes - at);
        const size_t stop = end != NULL ? (size_t)(end - body) : body_bytes;
        const char *value = memchr(body + at, '=', stop - at);
        const size_t name_bytes = value != NULL ? (size_t)(value - body) - at : 0;
        const size_t value_bytes = value != NULL ? stop - at - name_bytes - 1 : 0;
        bool is_good = true;
        if (name_bytes == 4 && memcmp(body + at, "ssid", 4) == 0) {
            is_good = decode(value + 1, value_bytes, read->ssid, sizeof read->ssid);
        } else if (name_bytes == 8 && memcmp(body + at, "password", 8) == 0) {
            is_good = decode(value + 1, value_bytes, read->password, sizeof read->password);
        }
        if (!is_good) {
            return "The name has at most 32 bytes, the password 8 to 63.";
        }
        at = stop + 1;
    }
    return provision_check(read);
}

// ---- the page ----

static size_t append(char *room, size_t used, const char *text) {
    const size_t left = PORTAL_PAGE_BYTES - 1 - used, byte_count = strlen(text) < left ? strlen(text) : left;
    memcpy(room + used, text, byte_count);
    room[used + byte_count] = '\0';
    return used + byte_count;
}

// Text of others, with what HTML would understand replaced.
static size_t append_escaped(char *room, size_t used, const char *text) {
    for (; *text != '\0'; text++) {
        char letter[8] = {*text};
        if (*text == '<' || *text == '>' || *text == '&' || *text == '"' || *text == '\'') {
            snprintf(letter, sizeof letter, "&#%d;", *text);
        }
        used = append(room, used, letter);
    }
    return used;
}

static size_t append_state(const provision *from, const char *address, const char *host_name, char *room, size_t used) {
    switch (from->state) {
    case PROVISION_TRIES:
    case PROVISION_JOINS:
        used = append(room, used, "<p role=status>Joining ");
        used = append_escaped(room, used, from->current.ssid);
        return append(room, used, " ... this takes up to 20 seconds.</p>");
    case PROVISION_JOINED:
        used = append(room, used, "<p role=status>Joined. In that Wi-Fi open <b>http://");
        used = append_escaped(room, used, host_name);
        used = append(room, used, "</b> or <b>http://");
        used = append_escaped(room, used, address);
        return append(room, used, "</b>. This network closes in a minute.</p>");
    case PROVISION_ASKS:
    case PROVISION_PAUSES:
        return from->has_failed
                   ? append(room, used,
                            "<p role=alert>That did not work: is the password right, and the network near? "
                            "It has to have 2.4 GHz.</p>")
                   : used;
    }
    return used;
}

size_t portal_write_page(const provision *from, const char *problem, const char *address, const char *host_name,
                         char *room) {
    const bool is_busy = from->state == PROVISION_TRIES || from->state == PROVISION_JOINS;
    size_t used = append(room, 0,
                         "<!doctype html><html lang=en><meta charset=utf-8>"
                         "<meta name=viewport content='width=device-width'>");
    used = append(room, used, is_busy ? "<meta http-equiv=refresh content='3;url=/wifi'>" : "");
    used = append(room, used,
                  "<title>Thimble: Wi-Fi</title><style>body{font:1.1em sans-serif;max-width:26em;margin:2em auto;"
                  "padding:0 1em;color:#222;background:#fff}input,button{font:inherit;display:block;width:100%;"
                  "box-sizing:border-box;padding:.5em;margin:.3em 0 1em}button{background:#b3202c;color:#fff;border:0}"
                  "[role=alert]{color:#b3202c}</style><h1>Which Wi-Fi?</h1>");
    if (problem != NULL) {
        used = append(room, used, "<p role=alert>");
        used = append_escaped(room, used, problem);
        used = append(room, used, "</p>");
    }
    used = append_state(from, address, host_name, room, used);
    if (!is_busy) {
        used = append(room, used,
                      "<form method=post action=/wifi><label>Name<input name=ssid maxlength=32 required "
                      "autocapitalize=none autocomplete=off value=\"");
        used = append_escaped(room, used, from->current.ssid);
        used = append(room, used,
                      "\"></label><label>Password<input name=password type=password maxlength=63></label>"
                      "<button>Join</button></form>");
    }
    return used;
}
