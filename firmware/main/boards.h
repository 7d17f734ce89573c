// boards.h - camera boards: which pin is what. A table, and what the user chose of it.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_BOARDS_H
#define THIMBLE_BOARDS_H

#include "esp32_port.h"

typedef struct board_entry {
    const char *id;  // "ai-thinker": what is typed and kept
    const char *chip;  // of which it is, as CONFIG_IDF_TARGET says
    esp32_board board;
} board_entry;

extern const board_entry board_table[];
extern const size_t board_count;

// The board of this name for this chip; "none" is for every chip. NULL: there is none.
const board_entry *board_find(const char *id, const char *chip);

// A board by its pins, for those that are in no table: sixteen numbers, separated by commas, in the order of esp32_board:
// power_down, reset, xclk, sda, scl, D0 to D7, vsync, href, pclk. -1: not connected. False: that is not what was given.
bool board_parse_pins(const char *text, esp32_board *board);

// Whether this pin belongs to the board's camera.
bool board_uses_pin(const esp32_board *board, int pin);

#endif
