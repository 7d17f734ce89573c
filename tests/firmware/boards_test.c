// boards_test.c - the table of boards: each pin once, pins that the chip has; own pins are read.
//
// SPDX-License-Identifier: Apache-2.0
#include "boards.h"

#include "check.h"

static void each_pin_is_used_once(void) {
    for (size_t i = 0; i < board_count; i++) {
        const esp32_board *board = &board_table[i].board;
        checks.about = board_table[i].id;
        unsigned used = 0;
        for (int pin = 0; pin < 64; pin++) {
            used += board_uses_pin(board, pin);
        }
        // Camera pins: eight for data, three for control, two for SCCB, the clock; perhaps power-down and reset.
        CHECK_EQUAL(used, board->has_camera ? 14 + (board->power_down >= 0) + (board->reset >= 0) : 0);
        const bool is_small_chip = strcmp(board_table[i].chip, "esp32") == 0;
        for (int pin = is_small_chip ? 40 : 49; pin < 64; pin++) {
            CHECK(!board_uses_pin(board, pin));
        }
        for (int pin = 6; is_small_chip && pin <= 11; pin++) {
            CHECK(!board_uses_pin(board, pin));  // of the flash
        }
    }
    checks.about = "";
}

static void boards_are_found_by_name_and_chip(void) {
    CHECK(board_find("ai-thinker", "esp32") != NULL);
    CHECK(board_find("ai-thinker", "esp32s3") == NULL);
    CHECK(board_find("none", "esp32c3") != NULL);
    CHECK(board_find("toaster", "esp32") == NULL);
    for (size_t i = 0; i < board_count; i++) {
        CHECK(board_find(board_table[i].id, board_table[i].chip) == &board_table[i]);
    }
}

static void own_pins_are_read(void) {
    esp32_board board;
    CHECK(board_parse_pins("32,-1,0,26,27,5,18,19,21,36,39,34,35,25,23,22", &board));
    const esp32_board *known = &board_find("ai-thinker", "esp32")->board;
    CHECK(board.has_camera && board.pclk == known->pclk && board.xclk == known->xclk);
    CHECK(memcmp(board.data, known->data, sizeof board.data) == 0);
    CHECK(!board_parse_pins("", &board));
    CHECK(!board_parse_pins("32,-1,0,26,27,5,18,19,21,36,39,34,35,25,23", &board));
    CHECK(!board_parse_pins("32,-1,0,26,27,5,18,19,21,36,39,34,35,25,23,22,1", &board));
    CHECK(!board_parse_pins("32,-1,0,26,27,5,18,19,21,36,39,34,35,25,23,23", &board));  // twice
    CHECK(!board_parse_pins("32,-1,0,26,27,5,18,19,21,36,39,34,35,25,23,49", &board));
    CHECK(!board_parse_pins("32,-1,0,-1,27,5,18,19,21,36,39,34,35,25,23,22", &board));
}

int main(void) {
    RUN(each_pin_is_used_once);
    RUN(boards_are_found_by_name_and_chip);
    RUN(own_pins_are_read);
    return check_result();
}
