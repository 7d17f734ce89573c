// json_writer.h - writes JSON: commas, indentation and escapes are its business, nesting is the caller's.
//
// Every value takes a key, NULL inside arrays. Text that is not valid UTF-8 is written with U+FFFD in place of the bad
// bytes, numbers that JSON does not know (infinite, not a number) as null: the output always parses.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_CLI_JSON_WRITER_H
#define THIMBLE_CLI_JSON_WRITER_H

#include "cli.h"

typedef struct json_writer {
    FILE *out;
    int depth;
    bool has_items;     // something stands before the next item of the innermost object or array
    bool on_one_line;   // the innermost array
} json_writer;

void json_begin(json_writer *json, FILE *out);  // opens the outermost object
void json_end(json_writer *json);               // closes it, with a line end

void json_object(json_writer *json, const char *key);
void json_object_end(json_writer *json);
void json_array(json_writer *json, const char *key);
void json_array_end(json_writer *json);
void json_row(json_writer *json, const char *key);  // an array of plain values, written on one line
void json_row_end(json_writer *json);

void json_text(json_writer *json, const char *key, const char *value);  // NULL is written as null
void json_integer(json_writer *json, const char *key, int64_t value);
void json_count(json_writer *json, const char *key, uint64_t value);
void json_real(json_writer *json, const char *key, double value);
void json_bool(json_writer *json, const char *key, bool value);

// Length in bytes of the well-formed UTF-8 character at `text`, 0 if there is none.
size_t utf8_character_bytes(const char *text);

#endif
