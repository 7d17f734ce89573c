// frames.c - the latest frame, shared.
//
// SPDX-License-Identifier: Apache-2.0
#include "frames.h"

void frames_start(frames *started, frame *slots, size_t slot_count, uint8_t *memory, size_t slot_bytes) {
    *started = (frames){.slots = slots, .slot_count = slot_count, .slot_bytes = slot_bytes};
    for (size_t i = 0; i < slot_count; i++) {
        slots[i] = (frame){.jpeg = memory + i * slot_bytes};
    }
}

frame *frames_reserve(frames *from) {
    for (size_t i = 0; i < from->slot_count; i++) {
        if (from->slots[i].holders == 0) {
            from->slots[i].holders = 1;
            return &from->slots[i];
        }
    }
    return NULL;
}

void frames_publish(frames *changed, frame *filled) {
    if (changed->latest != NULL) {
        changed->latest->holders--;
    }
    changed->latest = filled;
    filled->holders++;
}

frame *frames_hold_latest(frames *from) {
    if (from->latest != NULL) {
        from->latest->holders++;
    }
    return from->latest;
}

void frames_release(frame *held) {
    held->holders--;
}
