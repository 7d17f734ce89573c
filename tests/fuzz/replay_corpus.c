// replay_corpus.c - `replay_corpus FILE|FOLDER...` takes each file through fuzz_run, without libFuzzer: once found, a
// file that broke the engine is tried with every compiler. Folders are searched for .tflite files, not recursively.
//
// Exit status 0: no promise broken (else it aborts), 2: nothing to replay.
//
// SPDX-License-Identifier: Apache-2.0
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz_run.h"

static unsigned counts[FUZZ_STAGES];

static bool replay_file(const char *path) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return false;
    }
    fseek(file, 0, SEEK_END);
    const long file_bytes = ftell(file);
    rewind(file);
    uint8_t *bytes = malloc((size_t)file_bytes + 1);
    const bool whole =
        file_bytes >= 0 && bytes != NULL && fread(bytes, 1, (size_t)file_bytes, file) == (size_t)file_bytes;
    fclose(file);
    if (whole) {
        fprintf(stderr, "%s\n", path);  // the last line names the file that broke it
        counts[fuzz_run(bytes, (size_t)file_bytes)]++;
    }
    free(bytes);
    return whole;
}

static bool is_model(const char *name) {
    const char *dot = strrchr(name, '.');
    return dot != NULL && strcmp(dot, ".tflite") == 0;
}

int main(int argument_count, char *arguments[]) {
    for (int i = 1; i < argument_count; i++) {
        DIR *folder = opendir(arguments[i]);
        if (folder == NULL) {
            if (!replay_file(arguments[i])) {
                fprintf(stderr, "%s: cannot be read\n", arguments[i]);
                return 2;
            }
            continue;
        }
        for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
            char path[4096];
            if (is_model(entry->d_name) &&
                (size_t)snprintf(path, sizeof path, "%s/%s", arguments[i], entry->d_name) < sizeof path) {
                replay_file(path);
            }
        }
        closedir(folder);
    }
    printf("%u refused, %u only opened, %u only initialised, %u ran\n", counts[FUZZ_REFUSED], counts[FUZZ_OPENED],
           counts[FUZZ_INITIALISED], counts[FUZZ_RAN]);
    return counts[FUZZ_REFUSED] + counts[FUZZ_OPENED] + counts[FUZZ_INITIALISED] + counts[FUZZ_RAN] == 0 ? 2 : 0;
}
