// board_choice.c - the board that the user chose, in NVS; else the one of the build.
//
// SPDX-License-Identifier: Apache-2.0
#include "board_choice.h"

#include <nvs.h>
#include <sdkconfig.h>
#include <string.h>

enum { WORDS_BYTES = 80 };

static esp32_board chosen;

static bool read_words(const char *words, esp32_board *board) {
    const board_entry *entry = board_find(words, CONFIG_IDF_TARGET);
    if (entry != NULL) {
        *board = entry->board;
        return true;
    }
    return board_parse_pins(words, board);
}

static bool keep_words(const char *words) {
    nvs_handle_t handle;
    if (nvs_open("thimble", NVS_READWRITE, &handle) != ESP_OK) {
        return false;
    }
    const bool kept = nvs_set_str(handle, "board", words) == ESP_OK && nvs_commit(handle) == ESP_OK;
    nvs_close(handle);
    return kept;
}

static const char *find_board(void) {
    for (size_t i = 0; i < board_count; i++) {
        const board_entry *entry = &board_table[i];
        esp32_camera camera;
        if (entry->board.has_camera && strcmp(entry->chip, CONFIG_IDF_TARGET) == 0 &&
            esp32_camera_open(&camera, &entry->board) == NULL) {
            esp32_camera_close();
            return entry->id;
        }
    }
    return "none";
}

const esp32_board *board_chosen(void) {
    static bool is_known;
    char words[WORDS_BYTES] = CONFIG_THIMBLE_BOARD_NAME;
    size_t word_bytes = sizeof words;
    nvs_handle_t handle;
    if (is_known) {
        return &chosen;
    }
    is_known = true;
    if (nvs_open("thimble", NVS_READONLY, &handle) == ESP_OK) {
        if (nvs_get_str(handle, "board", words, &word_bytes) != ESP_OK) {
            strcpy(words, CONFIG_THIMBLE_BOARD_NAME);
        }
        nvs_close(handle);
    }
    if (strcmp(words, "find") == 0) {
        strcpy(words, find_board());
        keep_words(words);
    }
    if (!read_words(words, &chosen)) {
        read_words("none", &chosen);
    }
    return &chosen;
}

const char *board_choose(const char *words) {
    esp32_board board;
    if (strlen(words) >= WORDS_BYTES || (strcmp(words, "find") != 0 && !read_words(words, &board))) {
        return "no such board for this chip, nor sixteen pins (`board` lists them)";
    }
    return keep_words(words) ? NULL : "NVS does not take it; erase the flash and start again";
}
