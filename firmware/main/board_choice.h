// board_choice.h - the board that the user chose, in NVS; else the one of the build.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_BOARD_CHOICE_H
#define THIMBLE_BOARD_CHOICE_H

#include "boards.h"

// The board to start with. If "find" was chosen, tries all boards of this chip, a second for each, and keeps the first whose
// camera answers; "none" if none does. Before the camera is opened; stays as it is until the next start.
const esp32_board *board_chosen(void);

// Keeps a choice for the next start: a name of the table, pins (board_parse_pins), or "find". NULL, or what is wrong.
const char *board_choose(const char *words);

#endif
