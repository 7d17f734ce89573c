// broken_files_test.c - `broken_files_test FOLDER...` breaks .tflite files by rule, and takes each broken file through
// fuzz_run. None may crash, and every refusal has a status and a text. Of each folder it takes a few files, evenly
// chosen by name: the vectors of one op are much alike.
//
//   - cut short: at each of the first 64 bytes, and at every 16th byte
//   - each byte of its tables, vtables, references, counts and shapes, one at a time: 0, 0xff, one more; of the
//     thousands of places in a large model, which takes long to run, about a hundred, evenly spread
//   - the same for all of the first 64 bytes and all of the last 64
//
// Prints how far the files got.
//
// SPDX-License-Identifier: Apache-2.0
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz_run.h"
#include "model_map.h"

enum { FILES_PER_FOLDER = 4, ENDS = 64, CUT = 16, MOST_CUTS = 2048, LARGE_BYTES = 8192, LARGE_PLACES = 100 };

static unsigned long counts[FUZZ_STAGES];
static model_map map;

static void try(const uint8_t *file, size_t file_bytes) {
    counts[fuzz_run(file, file_bytes)]++;
}

static void try_byte(uint8_t *file, size_t file_bytes, size_t at) {
    const uint8_t right = file[at], wrong[] = {0, 0xff, (uint8_t)(right + 1)};
    for (size_t i = 0; i < sizeof wrong; i++) {
        if (wrong[i] != right) {
            file[at] = wrong[i];
            try(file, file_bytes);
        }
    }
    file[at] = right;
}

static void break_file(uint8_t *file, size_t file_bytes) {
    size_t step = CUT;
    while (file_bytes / step > MOST_CUTS) {
        step *= 2;
    }
    for (size_t cut = 0; cut < file_bytes; cut += cut < ENDS ? 1 : step) {
        try(file, cut);
    }
    for (size_t at = 0; at < file_bytes; at += at == ENDS && file_bytes > 2 * ENDS ? file_bytes - 2 * ENDS : 1) {
        try_byte(file, file_bytes, at);
    }
    map_model(&map, file, file_bytes);
    const uint32_t place_step = file_bytes > LARGE_BYTES ? map.count / LARGE_PLACES + 1 : 1;
    for (uint32_t i = 0; i < map.count; i += place_step) {
        if (map.places[i].kind != PLACE_DATA) {
            for (uint32_t b = 0; b < place_bytes(map.places[i].kind); b++) {
                try_byte(file, file_bytes, map.places[i].position + b);
            }
        }
    }
}

static bool read_and_break(const char *path) {
    FILE *stream = fopen(path, "rb");
    if (stream == NULL) {
        return false;
    }
    fseek(stream, 0, SEEK_END);
    const long file_bytes = ftell(stream);
    rewind(stream);
    uint8_t *file = malloc((size_t)file_bytes + 1);
    const bool whole =
        file_bytes > 0 && file != NULL && fread(file, 1, (size_t)file_bytes, stream) == (size_t)file_bytes;
    fclose(stream);
    if (whole) {
        break_file(file, (size_t)file_bytes);
    }
    free(file);
    return whole;
}

static int is_model(const struct dirent *entry) {
    const char *dot = strrchr(entry->d_name, '.');
    return dot != NULL && strcmp(dot, ".tflite") == 0;
}

static unsigned break_folder(const char *folder) {
    struct dirent **entries = NULL;
    const int entry_count = scandir(folder, &entries, is_model, alphasort);
    unsigned file_count = 0;
    for (int i = 0, next = 0; i < entry_count; i++) {
        char path[4096];
        if (i * FILES_PER_FOLDER >= next * entry_count) {
            snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
            file_count += read_and_break(path);
            next++;
        }
        free(entries[i]);
    }
    free(entries);
    return file_count;
}

int main(int argument_count, char *arguments[]) {
    unsigned file_count = 0;
    for (int i = 1; i < argument_count; i++) {
        file_count += break_folder(arguments[i]);
    }
    printf("%u files, broken: %lu refused, %lu only opened, %lu only initialised, %lu ran\n", file_count,
           counts[FUZZ_REFUSED], counts[FUZZ_OPENED], counts[FUZZ_INITIALISED], counts[FUZZ_RAN]);
    return file_count == 0;
}
