// labels.c - finds the names of a model's classes.
//
// SPDX-License-Identifier: Apache-2.0
#include "labels.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "read_file.h"
#include "zip_archive.h"

enum { NAMES_LIMIT_BYTES = 1 << 20, NAME_LIMIT_BYTES = 200, ZIP_ENTRIES_TO_TRY = 64 };

// Appends a copy of text[0 .. byte_count).
static cli_status add(labels *list, const char *text, size_t byte_count) {
    cli_status status = CLI_OK;
    char **names = realloc(list->names, (list->count + 1) * sizeof *names);
    if (names == NULL) {
        return cli_fail(CLI_FAILED, "no memory for labels; close other programs");
    }
    list->names = names;
    char *name = cli_alloc(byte_count + 1, 1, &status);
    if (name != NULL) {
        memcpy(name, text, byte_count);
        list->names[list->count++] = name;
    }
    return status;
}

void labels_free(labels *list) {
    for (size_t i = 0; i < list->count; i++) {
        free(list->names[i]);
    }
    free(list->names);
    *list = (labels){0};
}

// ---- one name per line ----

static cli_status read_lines(labels *list, const char *text, size_t byte_count) {
    cli_status status = CLI_OK;
    const char *end = text + byte_count;
    while (text < end && status == CLI_OK) {
        const char *line_end = memchr(text, '\n', (size_t)(end - text));
        const char *next = line_end != NULL ? line_end + 1 : end;
        if (line_end == NULL) {
            line_end = end;
        }
        while (line_end > text && isspace((unsigned char)line_end[-1])) {
            line_end--;
        }
        // Empty lines at the end of a list are common; a class without a name is not.
        if (line_end > text && line_end - text < NAME_LIMIT_BYTES) {
            status = add(list, text, (size_t)(line_end - text));
        }
        text = next;
    }
    return status;
}

// ---- thimble.json ----

typedef struct json_text {
    const char *at, *end;
} json_text;

static char peek(json_text *json) {
    while (json->at < json->end && strchr(" \t\r\n", *json->at) != NULL && *json->at != 0) {
        json->at++;
    }
    return json->at < json->end ? *json->at : 0;
}

static bool take(json_text *json, char wanted) {
    if (peek(json) != wanted) {
        return false;
    }
    json->at++;
    return true;
}

static bool take_hex4(json_text *json, unsigned *code) {
    *code = 0;
    for (int i = 0; i < 4; i++, json->at++) {
        if (json->at >= json->end || !isxdigit((unsigned char)*json->at)) {
            return false;
        }
        const int digit = tolower((unsigned char)*json->at);
        *code = *code * 16 + (unsigned)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
    }
    return true;
}

static size_t put_utf8(char *room, unsigned code) {
    if (code < 0x80) {
        room[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        room[0] = (char)(0xc0 | code >> 6);
        room[1] = (char)(0x80 | (code & 0x3f));
        return 2;
    }
    if (code < 0x10000) {
        room[0] = (char)(0xe0 | code >> 12);
        room[1] = (char)(0x80 | (code >> 6 & 0x3f));
        room[2] = (char)(0x80 | (code & 0x3f));
        return 3;
    }
    room[0] = (char)(0xf0 | code >> 18);
    room[1] = (char)(0x80 | (code >> 12 & 0x3f));
    room[2] = (char)(0x80 | (code >> 6 & 0x3f));
    room[3] = (char)(0x80 | (code & 0x3f));
    return 4;
}

// What follows a backslash, as UTF-8. Two \u escapes that form a surrogate pair are one character.
static bool take_escape(json_text *json, char *room, size_t *used) {
    static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    const char letter = json->at < json->end ? *json->at++ : 0;
    const char *found = letter != 0 ? strchr(letters, letter) : NULL;
    if (found != NULL) {
        room[(*used)++] = meanings[found - letters];
        return true;
    }
    unsigned code, low;
    if (letter != 'u' || !take_hex4(json, &code)) {
        return false;
    }
    if (code >= 0xd800 && code < 0xdc00 && json->end - json->at >= 6 && json->at[0] == '\\' && json->at[1] == 'u') {
        json->at += 2;
        if (!take_hex4(json, &low) || low < 0xdc00 || low > 0xdfff) {
            return false;
        }
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    }
    *used += put_utf8(room + *used, code == 0 ? 0xfffd : code);
    return true;
}

// A string into `room` (NAME_LIMIT_BYTES + 8 bytes); what is longer is cut.
static bool take_string(json_text *json, char *room, size_t *used) {
    char ignored[8];
    *used = 0;
    if (!take(json, '"')) {
        return false;
    }
    while (json->at < json->end && *json->at != '"') {
        const bool fits = *used < NAME_LIMIT_BYTES;
        size_t ignored_bytes = 0;
        if (*json->at == '\\') {
            json->at++;
            if (!take_escape(json, fits ? room : ignored, fits ? used : &ignored_bytes)) {
                return false;
            }
        } else {
            if (fits) {
                room[(*used)++] = *json->at;
            }
            json->at++;
        }
    }
    return take(json, '"');
}

// Skips a value of any kind by counting brackets.
static bool skip_value(json_text *json) {
    char room[NAME_LIMIT_BYTES + 8];
    size_t used, depth = 0;
    do {
        const char c = peek(json);
        if (c == '"') {
            if (!take_string(json, room, &used)) {
                return false;
            }
        } else if (c == '{' || c == '[') {
            depth++;
            json->at++;
        } else if (c == '}' || c == ']') {
            if (depth == 0) {
                return false;
            }
            depth--;
            json->at++;
        } else if (c == 0) {
            return false;
        } else if (c == ',' || c == ':') {
            if (depth == 0) {
                return false;
            }
            json->at++;
        } else {
            while (json->at < json->end && strchr(" \t\r\n,:]}\"[{", *json->at) == NULL) {
                json->at++;
            }
        }
    } while (depth > 0);
    return true;
}

// {"labels": ["T-shirt", ...], anything else}. Leaves the list empty if the text is something else.
static cli_status read_json(labels *list, const char *text, size_t byte_count) {
    json_text json = {text, text + byte_count};
    char room[NAME_LIMIT_BYTES + 8];
    size_t used = 0;
    cli_status status = CLI_OK;
    bool good = take(&json, '{');
    while (good && peek(&json) != '}' && status == CLI_OK) {
        good = take_string(&json, room, &used) && take(&json, ':');
        if (good && used == 6 && memcmp(room, "labels", 6) == 0 && list->count == 0 && peek(&json) == '[') {
            json.at++;
            while (good && peek(&json) != ']' && status == CLI_OK) {
                good = take_string(&json, room, &used);
                if (good) {
                    status = add(list, room, used);
                }
                good = good && (take(&json, ',') || peek(&json) == ']');
            }
            good = good && take(&json, ']');
        } else {
            good = good && skip_value(&json);
        }
        good = good && (take(&json, ',') || peek(&json) == '}');
    }
    if (!good) {
        labels_free(list);
    }
    return status;
}

// ---- where to look ----

static cli_status from_zip(labels *list, const model_file *model, size_t class_count) {
    zip_entry entry;
    cli_status status = CLI_OK;
    for (size_t i = 0;
         i < ZIP_ENTRIES_TO_TRY && status == CLI_OK && zip_find(model->file, model->file_bytes, i, &entry); i++) {
        uint8_t *bytes = NULL;
        size_t byte_count = 0;
        if (entry.name_bytes < 4 || memcmp(entry.name + entry.name_bytes - 4, ".txt", 4) != 0 ||
            !zip_extract(&entry, NAMES_LIMIT_BYTES, &bytes, &byte_count)) {
            continue;
        }
        status = read_lines(list, (const char *)bytes, byte_count);
        free(bytes);
        if (status == CLI_OK && list->count == class_count) {
            return CLI_OK;
        }
        labels_free(list);
    }
    return status;
}

static cli_status from_file(labels *list, const char *path, size_t class_count) {
    uint8_t *bytes = NULL;
    size_t byte_count = 0;
    cli_status status = read_file(path, "list of names", CLI_INPUT, NAMES_LIMIT_BYTES, &bytes, &byte_count);
    if (status == CLI_OK) {
        status = read_lines(list, (const char *)bytes, byte_count);
    }
    free(bytes);
    if (status == CLI_OK && list->count != class_count) {
        status = cli_fail(CLI_INPUT, "list of names '%s' has %zu names, the model %zu classes; give one name per line",
                          path, list->count, class_count);
    }
    list->source = "file";
    return status;
}

static cli_status from_numbers(labels *list, size_t class_count) {
    cli_status status = CLI_OK;
    for (size_t i = 0; i < class_count && status == CLI_OK; i++) {
        char name[32];
        const int byte_count = snprintf(name, sizeof name, "class %zu", i);
        status = add(list, name, (size_t)byte_count);
    }
    return status;
}

cli_status labels_load(labels *list, const model_file *model, size_t class_count, const char *names_path) {
    *list = (labels){0};
    if (names_path != NULL) {
        return from_file(list, names_path, class_count);
    }
    cli_status status = CLI_OK;
    const void *text;
    size_t byte_count;
    if (thimble_model_metadata(&model->model, "thimble.json", &text, &byte_count)) {
        status = read_json(list, text, byte_count);
        if (status == CLI_OK && list->count == class_count) {
            list->source = "thimble.json";
            return status;
        }
        labels_free(list);
    }
    if (status == CLI_OK) {
        status = from_zip(list, model, class_count);
    }
    if (status == CLI_OK && list->count == class_count && class_count > 0) {
        list->source = "TFLite metadata";
        return status;
    }
    return status == CLI_OK ? from_numbers(list, class_count) : status;
}

// True if both texts have the same letters and digits, in either case.
static bool same_word(const char *a, const char *b) {
    for (;; a++, b++) {
        while (*a != 0 && (unsigned char)*a < 0x80 && !isalnum((unsigned char)*a)) {
            a++;
        }
        while (*b != 0 && (unsigned char)*b < 0x80 && !isalnum((unsigned char)*b)) {
            b++;
        }
        if (tolower((unsigned char)*a) != tolower((unsigned char)*b)) {
            return false;
        }
        if (*a == 0) {
            return true;
        }
    }
}

int labels_find(const labels *list, const char *text) {
    for (size_t i = 0; i < list->count; i++) {
        if (same_word(list->names[i], text)) {
            return (int)i;
        }
    }
    char *end = NULL;
    const unsigned long number = strtoul(text, &end, 10);
    const bool is_number = text[0] >= '0' && text[0] <= '9' && *end == 0;
    return is_number && number < list->count ? (int)number : -1;
}
