// events.c - the last decisions, numbered.
//
// SPDX-License-Identifier: Apache-2.0
#include "events.h"

#include <stddef.h>

void events_add(events *changed, event *added) {
    added->id = ++changed->newest_id;
    changed->ring[added->id % EVENTS_KEPT] = *added;
}

const event *events_after(const events *from, uint32_t id) {
    if (id >= from->newest_id) {
        return NULL;
    }
    const uint32_t oldest_id = from->newest_id > EVENTS_KEPT ? from->newest_id - EVENTS_KEPT + 1 : 1;
    return &from->ring[(id + 1 > oldest_id ? id + 1 : oldest_id) % EVENTS_KEPT];
}
