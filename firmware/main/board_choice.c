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

const esp32_board *board_chosen(void) {
    char words[WORDS_BYTES];
    size_t word_bytes = sizeof words;
    nvs_handle_t handle;
    bool is_there = false;
    if (nvs_open("thimble", NVS_READONLY, &handle) == ESP_OK) {
        is_there = nvs_get_str(handle, "board", words, &word_bytes) == ESP_OK && read_words(words, &chosen);
        nvs_close(handle);
    }
    if (!is_there && !read_words(CONFIG_THIMBLE_BOARD_NAME, &chosen)) {
        read_words("none", &chosen);
    }
    return &chosen;
}

const char *board_choose(const char *words) {
    esp32_board board;
    nvs_handle_t handle;
    if (strlen(words) >= WORDS_BYTES || !read_words(words, &board)) {
        return "no such board for this chip, nor sixteen pins (`board` lists them)";
    }
    if (nvs_open("thimble", NVS_READWRITE, &handle) != ESP_OK) {
        return "NVS does not work; erase the flash and start again";
    }
    const bool kept = nvs_set_str(handle, "board", words) == ESP_OK && nvs_commit(handle) == ESP_OK;
    nvs_close(handle);
    return kept ? NULL : "NVS does not take it; erase the flash and start again";
}

const char *board_probe(void) {
    const char *found = NULL;
    esp32_camera_close();
    for (size_t i = 0; i < board_count && found == NULL; i++) {
        const board_entry *entry = &board_table[i];
        esp32_camera camera;
        if (entry->board.has_camera && strcmp(entry->chip, CONFIG_IDF_TARGET) == 0 &&
            esp32_camera_open(&camera, &entry->board) == NULL) {
            found = entry->id;
            esp32_camera_close();
        }
    }
    return found;
}
