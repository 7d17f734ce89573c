// actions.h - what the device does with a decision: pins that follow a label. No hardware here; watch.c sets the pins.
//
//     Trouser=12            the pin is on as long as trousers are shown
//     Bag=13,500            on for 500 ms when a bag comes, then off until another label was shown (a sorting gate)
//     Coat=14,low           on is low, for relays that switch so
//
// "other" is the label for what the model does not know, "nothing" for an empty picture. Rules are separated by ';'. Several labels may share a pin, if their form is the same.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_ACTIONS_H
#define THIMBLE_ACTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ACTIONS_LIMIT = 12, ACTIONS_LABEL_BYTES = 48, ACTIONS_TEXT_BYTES = 400, ACTIONS_LONGEST_PULSE_MS = 60000 };

typedef struct action {
    char label[ACTIONS_LABEL_BYTES];
    int pin;
    uint32_t pulse_ms;  // 0: as long as the label is shown
    bool is_low;  // on is low
} action;

typedef struct actions {
    action list[ACTIONS_LIMIT];
    size_t count;
    char shown[ACTIONS_LABEL_BYTES];  // the label at the last step
    uint64_t since_ms;
} actions;

// Whether a pin may be used: not the camera's, the flash's, the console's.
typedef bool actions_pin_is_free(void *context, int pin);

// Reads rules; "" for none. NULL, or what is wrong (nothing is changed then).
const char *actions_read(actions *changed, const char *text, actions_pin_is_free *is_free, void *context);

// A label is shown ("" for none). Call it at least every 100 ms or so.
void actions_step(actions *changed, const char *label, uint64_t now_ms);

// The level of list[index]'s pin now. A pin that several rules name is on if one of them says so.
bool actions_level(const actions *from, size_t index, uint64_t now_ms);

#endif
