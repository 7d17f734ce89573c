// watch.h - what happens with decisions outside the network: lines on the console, pins, sleep; and the app confirms itself.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_WATCH_H
#define THIMBLE_WATCH_H

#include "boards.h"

// Reads what is kept in NVS and starts the task. After esp32_start. NULL, or what is wrong.
const char *watch_start(const esp32_board *board);

// A line of JSON for each decision, until the next start.
void watch_print_json(bool wanted);

// Other rules (actions.h), kept. NULL, or what is wrong. `room` gets those in use.
const char *watch_set_actions(const char *rules);
void watch_actions(char *room, size_t room_bytes);

// Deep sleep between looks from the next start on, kept; 0: no more. NULL, or what is wrong.
const char *watch_set_sleep(uint32_t seconds, bool keeps_pictures);

#endif
