// json.c - cJSON with bounds.
//
// SPDX-License-Identifier: Apache-2.0
#include "json.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

// cJSON recurses for each level and allocates for each value: both are counted first.
static bool is_bounded(const char *text, size_t byte_count) {
    size_t depth = 0, items = 0;
    bool in_string = false;
    for (size_t i = 0; i < byte_count; i++) {
        const char c = text[i];
        if (in_string) {
            if (c == '\\') {
                i++;
            }
            in_string = c != '"';
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            depth++;
            items++;
        } else if ((c == '}' || c == ']') && depth > 0) {
            depth--;
        } else if (c == ',') {
            items++;
        }
        if (depth > JSON_MAX_DEPTH || items > JSON_MAX_ITEMS) {
            return false;
        }
    }
    return true;
}

cJSON *json_parse(const char *text, size_t byte_count) {
    // A zero byte would end a string early, and what follows it would be lost without a word.
    if (memchr(text, 0, byte_count) != NULL || !is_bounded(text, byte_count)) {
        return NULL;
    }
    const char *end = NULL;
    cJSON *json = cJSON_ParseWithLengthOpts(text, byte_count, &end, 0);
    if (json == NULL) {
        return NULL;
    }
    while (end < text + byte_count && strchr(" \t\r\n", *end) != NULL) {
        end++;
    }
    if (end < text + byte_count) {
        cJSON_Delete(json);
        return NULL;
    }
    return json;
}

void json_add_real(cJSON *object, const char *name, double value) {
    cJSON_AddNumberToObject(object, name, round(value * 1000) / 1000);
}

void json_add_count(cJSON *object, const char *name, uint64_t value) {
    cJSON_AddNumberToObject(object, name, (double)value);
}

size_t json_print(cJSON *json, char *room, size_t room_bytes) {
    // cJSON wants some bytes more than it will use.
    const bool printed = json != NULL && room_bytes > 16 && cJSON_PrintPreallocated(json, room, (int)room_bytes, 0);
    cJSON_Delete(json);
    return printed ? strlen(room) : 0;
}
