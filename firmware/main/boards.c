// boards.c - camera boards: which pin is what.
//
// WROVER-KIT, AI-Thinker and XIAO agree with Espressif's camera example. The others, and most pins of LEDs, were
// compared with no maker's document yet: HARDWARE.md says what was run.
//
// SPDX-License-Identifier: Apache-2.0
#include "boards.h"

#include <stdlib.h>
#include <string.h>

enum { XCLK_HZ = 20000000, PIN_COUNT = 16, LAST_PIN = 48 };

const board_entry board_table[] = {
    {"none",
     "",
     {.name = "no camera",
      .power_down = -1,
      .reset = -1,
      .xclk = -1,
      .sda = -1,
      .scl = -1,
      .data = {-1, -1, -1, -1, -1, -1, -1, -1},
      .vsync = -1,
      .href = -1,
      .pclk = -1,
      .flash_led = -1,
      .status_led = -1}},
    {"ai-thinker",
     "esp32",
     {.name = "AI-Thinker ESP32-CAM",
      .has_camera = true,
      .power_down = 32,
      .reset = -1,
      .xclk = 0,
      .sda = 26,
      .scl = 27,
      .data = {5, 18, 19, 21, 36, 39, 34, 35},
      .vsync = 25,
      .href = 23,
      .pclk = 22,
      .xclk_hz = XCLK_HZ,
      .flash_led = 4,
      .status_led = 33,
      .status_led_is_low = true}},
    {"esp-eye",
     "esp32",
     {.name = "ESP-EYE",
      .has_camera = true,
      .power_down = -1,
      .reset = -1,
      .xclk = 4,
      .sda = 18,
      .scl = 23,
      .data = {34, 13, 14, 35, 39, 38, 37, 36},
      .vsync = 5,
      .href = 27,
      .pclk = 25,
      .xclk_hz = XCLK_HZ,
      .flash_led = 22,
      .status_led = 21}},
    {"wrover-kit",
     "esp32",
     {.name = "ESP-WROVER-KIT",
      .has_camera = true,
      .power_down = -1,
      .reset = -1,
      .xclk = 21,
      .sda = 26,
      .scl = 27,
      .data = {4, 5, 18, 19, 36, 39, 34, 35},
      .vsync = 25,
      .href = 23,
      .pclk = 22,
      .xclk_hz = XCLK_HZ,
      .flash_led = -1,
      .status_led = 2}},
    {"m5stack-psram",
     "esp32",
     {.name = "M5Stack camera with PSRAM",
      .has_camera = true,
      .power_down = -1,
      .reset = 15,
      .xclk = 27,
      .sda = 25,
      .scl = 23,
      .data = {32, 35, 34, 5, 39, 18, 36, 19},
      .vsync = 22,
      .href = 26,
      .pclk = 21,
      .xclk_hz = XCLK_HZ,
      .flash_led = -1,
      .status_led = 14,
      .status_led_is_low = true}},
    {"m5stack-wide",
     "esp32",
     {.name = "M5Stack camera, wide angle",
      .has_camera = true,
      .power_down = -1,
      .reset = 15,
      .xclk = 27,
      .sda = 22,
      .scl = 23,
      .data = {32, 35, 34, 5, 39, 18, 36, 19},
      .vsync = 25,
      .href = 26,
      .pclk = 21,
      .xclk_hz = XCLK_HZ,
      .flash_led = -1,
      .status_led = 2}},
    {"s3-eye",
     "esp32s3",
     {.name = "ESP32-S3-EYE",
      .has_camera = true,
      .power_down = -1,
      .reset = -1,
      .xclk = 15,
      .sda = 4,
      .scl = 5,
      .data = {11, 9, 8, 10, 12, 18, 17, 16},
      .vsync = 6,
      .href = 7,
      .pclk = 13,
      .xclk_hz = XCLK_HZ,
      .flash_led = -1,
      .status_led = 3}},
    {"xiao-s3",
     "esp32s3",
     {.name = "XIAO ESP32S3 Sense",
      .has_camera = true,
      .power_down = -1,
      .reset = -1,
      .xclk = 10,
      .sda = 40,
      .scl = 39,
      .data = {15, 17, 18, 16, 14, 12, 11, 48},
      .vsync = 38,
      .href = 47,
      .pclk = 13,
      .xclk_hz = XCLK_HZ,
      .flash_led = -1,
      .status_led = 21,
      .status_led_is_low = true}},
    {"freenove-s3",
     "esp32s3",
     {.name = "Freenove ESP32-S3 WROOM",
      .has_camera = true,
      .power_down = -1,
      .reset = -1,
      .xclk = 15,
      .sda = 4,
      .scl = 5,
      .data = {11, 9, 8, 10, 12, 18, 17, 16},
      .vsync = 6,
      .href = 7,
      .pclk = 13,
      .xclk_hz = XCLK_HZ,
      .flash_led = -1,
      .status_led = 2}},
};
const size_t board_count = sizeof board_table / sizeof board_table[0];

const board_entry *board_find(const char *id, const char *chip) {
    for (size_t i = 0; i < board_count; i++) {
        const board_entry *entry = &board_table[i];
        if (strcmp(entry->id, id) == 0 && (!entry->board.has_camera || strcmp(entry->chip, chip) == 0)) {
            return entry;
        }
    }
    return NULL;
}

bool board_parse_pins(const char *text, esp32_board *board) {
    esp32_board wanted = {
        .name = "own pins", .has_camera = true, .xclk_hz = XCLK_HZ, .flash_led = -1, .status_led = -1};
    int8_t *const pins[PIN_COUNT] = {&wanted.power_down, &wanted.reset,   &wanted.xclk,    &wanted.sda,
                                     &wanted.scl,        &wanted.data[0], &wanted.data[1], &wanted.data[2],
                                     &wanted.data[3],    &wanted.data[4], &wanted.data[5], &wanted.data[6],
                                     &wanted.data[7],    &wanted.vsync,   &wanted.href,    &wanted.pclk};
    for (size_t i = 0; i < PIN_COUNT; i++) {
        char *end;
        const long pin = strtol(text, &end, 10);
        const bool may_be_missing = i < 3;  // a camera may have an oscillator of its own
        if (end == text || pin < (may_be_missing ? -1 : 0) || pin > LAST_PIN ||
            *end != (i + 1 < PIN_COUNT ? ',' : '\0')) {
            return false;
        }
        *pins[i] = (int8_t)pin;
        text = end + 1;
    }
    for (size_t i = 0; i < PIN_COUNT; i++) {
        for (size_t k = 0; k < i; k++) {
            if (*pins[i] >= 0 && *pins[i] == *pins[k]) {
                return false;
            }
        }
    }
    *board = wanted;
    return true;
}

bool board_uses_pin(const esp32_board *board, int pin) {
    const int8_t others[] = {board->power_down, board->reset, board->xclk, board->sda,
                             board->scl,        board->vsync, board->href, board->pclk};
    bool uses = false;
    for (size_t i = 0; i < sizeof others; i++) {
        uses |= others[i] == pin;
    }
    for (size_t i = 0; i < sizeof board->data; i++) {
        uses |= board->data[i] == pin;
    }
    return board->has_camera && pin >= 0 && uses;
}
