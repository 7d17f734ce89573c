// json_writer.c - writes JSON.
//
// SPDX-License-Identifier: Apache-2.0
#include "json_writer.h"

#include <math.h>

size_t utf8_character_bytes(const char *text) {
    const unsigned char *c = (const unsigned char *)text;
    if (c[0] < 0x80) {
        return c[0] != 0 ? 1 : 0;
    }
    // Lowest and highest second byte rule out overlong forms, surrogates and what is above U+10FFFF.
    size_t byte_count = 0;
    unsigned low = 0x80, high = 0xbf;
    if (c[0] >= 0xc2 && c[0] <= 0xdf) {
        byte_count = 2;
    } else if (c[0] >= 0xe0 && c[0] <= 0xef) {
        byte_count = 3;
        if (c[0] == 0xe0) {
            low = 0xa0;
        }
        if (c[0] == 0xed) {
            high = 0x9f;
        }
    } else if (c[0] >= 0xf0 && c[0] <= 0xf4) {
        byte_count = 4;
        if (c[0] == 0xf0) {
            low = 0x90;
        }
        if (c[0] == 0xf4) {
            high = 0x8f;
        }
    } else {
        return 0;
    }
    if (c[1] < low || c[1] > high) {
        return 0;
    }
    for (size_t i = 2; i < byte_count; i++) {
        if ((c[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    return byte_count;
}

static void write_string(FILE *out, const char *text) {
    fputc('"', out);
    while (*text != 0) {
        const size_t byte_count = utf8_character_bytes(text);
        const unsigned char c = (unsigned char)*text;
        if (byte_count == 0) {
            fputs("\\ufffd", out);
        } else if (c == '"' || c == '\\') {
            fprintf(out, "\\%c", c);
        } else if (c < 0x20 || c == 0x7f) {
            fprintf(out, "\\u%04x", c);
        } else {
            fwrite(text, 1, byte_count, out);
        }
        text += byte_count > 0 ? byte_count : 1;
    }
    fputc('"', out);
}

static void next_item(json_writer *json, const char *key) {
    if (json->has_items) {
        fputc(',', json->out);
    }
    if (json->on_one_line) {
        if (json->has_items) {
            fputc(' ', json->out);
        }
    } else {
        fprintf(json->out, "\n%*s", 2 * json->depth, "");
    }
    json->has_items = true;
    if (key != NULL) {
        write_string(json->out, key);
        fputs(": ", json->out);
    }
}

static void open_level(json_writer *json, const char *key, char bracket) {
    next_item(json, key);
    fputc(bracket, json->out);
    json->depth++;
    json->has_items = false;
}

static void close_level(json_writer *json, char bracket) {
    json->depth--;
    if (json->has_items && !json->on_one_line) {
        fprintf(json->out, "\n%*s", 2 * json->depth, "");
    }
    fputc(bracket, json->out);
    json->has_items = true;
    json->on_one_line = false;
}

void json_begin(json_writer *json, FILE *out) {
    *json = (json_writer){.out = out, .depth = 1};
    fputc('{', out);
}

void json_end(json_writer *json) {
    close_level(json, '}');
    fputc('\n', json->out);
}

void json_object(json_writer *json, const char *key) {
    open_level(json, key, '{');
}

void json_object_end(json_writer *json) {
    close_level(json, '}');
}

void json_array(json_writer *json, const char *key) {
    open_level(json, key, '[');
}

void json_array_end(json_writer *json) {
    close_level(json, ']');
}

void json_row(json_writer *json, const char *key) {
    open_level(json, key, '[');
    json->on_one_line = true;
}

void json_row_end(json_writer *json) {
    close_level(json, ']');
}

void json_text(json_writer *json, const char *key, const char *value) {
    next_item(json, key);
    if (value == NULL) {
        fputs("null", json->out);
    } else {
        write_string(json->out, value);
    }
}

void json_integer(json_writer *json, const char *key, int64_t value) {
    next_item(json, key);
    fprintf(json->out, "%lld", (long long)value);
}

void json_count(json_writer *json, const char *key, uint64_t value) {
    next_item(json, key);
    fprintf(json->out, "%llu", (unsigned long long)value);
}

void json_real(json_writer *json, const char *key, double value) {
    next_item(json, key);
    if (isfinite(value)) {
        fprintf(json->out, "%.9g", value);
    } else {
        fputs("null", json->out);
    }
}

void json_bool(json_writer *json, const char *key, bool value) {
    next_item(json, key);
    fputs(value ? "true" : "false", json->out);
}
