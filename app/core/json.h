// json.h - cJSON with bounds: any text is parsed in limited stack and memory; numbers are printed short.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_APP_JSON_H
#define THIMBLE_APP_JSON_H

#include <cJSON.h>
#include <stddef.h>
#include <stdint.h>

enum { JSON_MAX_DEPTH = 8, JSON_MAX_ITEMS = 1000 };

// Parses text[0 .. byte_count), which need not end with a zero. NULL if it is not JSON, nests deeper than JSON_MAX_DEPTH
// or has more than about JSON_MAX_ITEMS values. cJSON_Delete frees it. cJSON keeps a global: one call at a time.
cJSON *json_parse(const char *text, size_t byte_count);

// Adds a number rounded to thousandths.
void json_add_real(cJSON *object, const char *name, double value);

// Adds a whole number.
void json_add_count(cJSON *object, const char *name, uint64_t value);

// Prints into `room` without line breaks. The length, or 0 if it does not fit (or `json` is NULL). Deletes `json`.
size_t json_print(cJSON *json, char *room, size_t room_bytes);

#endif
