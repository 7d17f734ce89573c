// events.h - the last decisions, numbered, for clients that come back and want what they missed.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_APP_EVENTS_H
#define THIMBLE_APP_EVENTS_H

#include "decide.h"

enum { EVENTS_KEPT = 64 };

typedef struct event {
    uint32_t id, frame_number;
    decision decision;
    uint64_t uptime_ms, unix_ms;
    char label[CONTRACT_LABEL_BYTES];
} event;

typedef struct events {
    event ring[EVENTS_KEPT];  // event number id is at id % EVENTS_KEPT
    uint32_t newest_id;       // 0: there was none
} events;

// Appends; the id is filled in.
void events_add(events *changed, event *added);

// The oldest kept event whose id is above `id`; NULL if there is none.
const event *events_after(const events *from, uint32_t id);

#endif
