// picture_set_photos.c - labelled photos: a folder with labels.csv and images/.
//
// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>
#include <string.h>

#include "picture_set.h"
#include "read_file.h"

enum { CSV_LIMIT_BYTES = 1 << 26, COLUMN_LIMIT = 64, LEFT_OUT_LIMIT = 16 };

// Labels that the model does not have.
typedef struct left_out {
    const char *labels[LEFT_OUT_LIMIT];
    size_t counts[LEFT_OUT_LIMIT], label_count, photo_count;
} left_out;

// Cuts the next line off *text, without its line end; NULL at the end.
static char *next_line(char **text) {
    char *line = *text;
    if (*line == '\0') {
        return NULL;
    }
    char *end = line + strcspn(line, "\r\n");
    *text = end + strspn(end, "\r\n");
    *end = '\0';
    return line;
}

// Cuts a line into its fields; returns how many.
static size_t split(char *line, char *fields[COLUMN_LIMIT]) {
    size_t count = 0;
    for (char *at = line; at != NULL && count < COLUMN_LIMIT;) {
        fields[count++] = at;
        at = strchr(at, ',');
        if (at != NULL) {
            *at++ = '\0';
        }
    }
    return count;
}

static size_t find_column(char *const fields[], size_t count, const char *name) {
    size_t column = 0;
    while (column < count && strcmp(fields[column], name) != 0) {
        column++;
    }
    return column;
}

static void leave_out(left_out *list, const char *label) {
    size_t at = 0;
    while (at < list->label_count && strcmp(list->labels[at], label) != 0) {
        at++;
    }
    list->photo_count++;
    if (at < LEFT_OUT_LIMIT) {
        list->labels[at] = label;
        list->counts[at]++;
        list->label_count += at == list->label_count;
    }
}

static void report(const left_out *list) {
    char text[512] = "", name[64];
    for (size_t i = 0; i < list->label_count; i++) {
        const size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "%s%s (%zu)", i > 0 ? ", " : "",
                 cli_printable(name, sizeof name, list->labels[i]), list->counts[i]);
    }
    if (list->photo_count > 0) {
        cli_note("note: %zu photos are left out, because the model has no class for: %s", list->photo_count, text);
    }
}

static cli_status add_photo(picture_set *set, const char *folder, const char *file, int class_index) {
    cli_status status = CLI_OK;
    if (set->count % 1024 == 0) {
        char **paths = realloc(set->paths, (set->count + 1024) * sizeof *paths);
        set->paths = paths != NULL ? paths : set->paths;
        uint32_t *classes = realloc(set->classes, (set->count + 1024) * sizeof *classes);
        set->classes = classes != NULL ? classes : set->classes;
        if (paths == NULL || classes == NULL) {
            return cli_fail(CLI_FAILED, "no memory for the photos in '%s'; close other programs", folder);
        }
    }
    const size_t room_bytes = strlen(folder) + strlen("/images/") + strlen(file) + 1;
    char *path = cli_alloc(room_bytes, 1, &status);
    if (status == CLI_OK) {
        snprintf(path, room_bytes, "%s/images/%s", folder, file);
        set->classes[set->count] = (uint32_t)class_index;
        set->paths[set->count++] = path;
    }
    return status;
}

static cli_status read_lines(picture_set *set, const char *folder, char *text, const labels *list) {
    char *fields[COLUMN_LIMIT];
    left_out without = {0};
    char *line = next_line(&text);
    size_t column_count = line != NULL ? split(line, fields) : 0;
    const size_t file = find_column(fields, column_count, "file"), label = find_column(fields, column_count, "label");
    if (file == column_count || label == column_count) {
        return cli_fail(CLI_INPUT, "'%s/labels.csv' has no columns `file` and `label`; name them in its first line",
                        folder);
    }
    cli_status status = CLI_OK;
    for (size_t number = 2; status == CLI_OK && (line = next_line(&text)) != NULL; number++) {
        column_count = split(line, fields);
        if (file >= column_count || label >= column_count || *fields[file] == '\0') {
            return cli_fail(CLI_INPUT, "'%s/labels.csv', line %zu, lacks a file or a label; complete it", folder,
                            number);
        }
        const int class_index = labels_find(list, fields[label]);
        if (class_index < 0) {
            leave_out(&without, fields[label]);
        } else {
            status = add_photo(set, folder, fields[file], class_index);
        }
    }
    report(&without);
    if (status == CLI_OK && set->count == 0) {
        status = cli_fail(CLI_INPUT, "'%s/labels.csv' has no photo of a class of the model; check its labels", folder);
    }
    return status;
}

cli_status picture_set_open_photos(picture_set *set, const char *folder, const labels *list) {
    *set = (picture_set){0};
    cli_status status = CLI_OK;
    const size_t room_bytes = strlen(folder) + strlen("/labels.csv") + 1;
    char *path = cli_alloc(room_bytes, 1, &status);
    uint8_t *bytes = NULL;
    size_t byte_count = 0;
    if (status == CLI_OK) {
        snprintf(path, room_bytes, "%s/labels.csv", folder);
        status = read_file(path, "list of labels", CLI_INPUT, CSV_LIMIT_BYTES, &bytes, &byte_count);
    }
    char *text = status == CLI_OK ? cli_alloc(byte_count + 1, 1, &status) : NULL;
    if (status == CLI_OK) {
        memcpy(text, bytes, byte_count);
        status = read_lines(set, folder, text, list);
    }
    free(text);
    free(bytes);
    free(path);
    return status;
}
