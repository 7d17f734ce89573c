// board_choice.h - the board that the user chose, in NVS; else the one of the build.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_BOARD_CHOICE_H
#define THIMBLE_BOARD_CHOICE_H

#include "boards.h"

// Stays as it is until the next start.
const esp32_board *board_chosen(void);

// Keeps a choice for the next start: a name of the table, or pins (board_parse_pins). NULL, or what is wrong.
const char *board_choose(const char *words);

// Tries all boards of this chip, one after the other, and gives the name of the first whose camera answers, or NULL.
// Takes a second for each; the camera in use is closed, so the device starts again afterwards.
const char *board_probe(void);

#endif
