// provision.h - which Wi-Fi the device is in: a state machine without a radio. link_wifi.c does what it orders.
//
//                  no credentials ┌─────────────┐
//     start ─────────────────────►│   ASKS      │  own access point, captive portal
//       │                         └──┬──────────┘
//       │ credentials                │ entered ▲ wrong, and none were kept
//       ▼                            ▼         │
//     JOINS ◄──── after a pause ── TRIES ──────┘  the access point stays until the new ones have worked
//       │  ▲ lost                    │ an address: kept
//       ▼  │                         ▼
//      JOINED ◄──────────────────────┘
//
// Pauses between attempts double from 1 second to 60. After five failures in a row the access point opens too, so that
// somebody can enter other credentials; attempts go on, but not while somebody is connected to it (the radio would
// change its channel under them). It closes a minute after an address was there.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_PROVISION_H
#define THIMBLE_PROVISION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PROVISION_SSID_BYTES = 33,
    PROVISION_PASSWORD_BYTES = 65,
    PROVISION_FIRST_PAUSE_MS = 1000,
    PROVISION_LONGEST_PAUSE_MS = 60000,
    PROVISION_ATTEMPT_MS = 20000,  // an attempt that says nothing for so long has failed
    PROVISION_FAILURES_UNTIL_OPEN = 5,
    PROVISION_CLOSE_MS = 60000,
};

typedef struct provision_credentials {
    char ssid[PROVISION_SSID_BYTES];  // "": none
    char password[PROVISION_PASSWORD_BYTES];  // "": an open network
} provision_credentials;

typedef enum provision_state {
    PROVISION_ASKS,
    PROVISION_TRIES,
    PROVISION_JOINS,
    PROVISION_PAUSES,
    PROVISION_JOINED,
} provision_state;

// What to do now, in this order; a set.
typedef enum provision_order {
    PROVISION_LEAVE = 1,   // break off, or end, what there is with the other network
    PROVISION_OPEN = 2,    // start the access point
    PROVISION_CLOSE = 4,   // end it
    PROVISION_JOIN = 8,    // one attempt with `current`
    PROVISION_KEEP = 16,   // `current` is good: into NVS
    PROVISION_FORGET = 32, // nothing is kept any more
} provision_order;

typedef struct provision {
    provision_state state;
    provision_credentials current, kept;
    bool is_open;  // the access point
    bool has_failed;  // what was entered last did not work; until something else is entered
    unsigned failures;  // in a row
    unsigned guests;  // connected to the access point
    uint64_t since_ms;  // when this state began
} provision;

// Each of these gives the orders that follow from what happened; 0: none.

unsigned provision_start(provision *started, const provision_credentials *kept, uint64_t now_ms);
unsigned provision_entered(provision *changed, const provision_credentials *wanted, uint64_t now_ms);
unsigned provision_forgotten(provision *changed, uint64_t now_ms);
unsigned provision_has_address(provision *changed, uint64_t now_ms);
// The attempt failed, or the connection is lost.
unsigned provision_lost(provision *changed, uint64_t now_ms);
unsigned provision_guests(provision *changed, unsigned guests, uint64_t now_ms);
// Time goes by: to be called at least once a second.
unsigned provision_tick(provision *changed, uint64_t now_ms);

// How long the pause after so many failures is.
uint32_t provision_pause_ms(unsigned failures);

// Whether these can be credentials: NULL, or what is wrong, in words for the one who entered them.
const char *provision_check(const provision_credentials *credentials);

#endif
