// frames.h - the latest frame, shared by the loop and any number of readers, without copies and without waiting.
//
// A pool of slots. One is the latest; a reader holds the one it is sending; the loop fills one that nobody holds. With
// two slots more than holders there is always one: frames are dropped for a slow reader, never for the others.
//
// All calls are made under the port's lock; bytes of a slot are read and filled outside it.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_APP_FRAMES_H
#define THIMBLE_APP_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct frame {
    uint8_t *jpeg;
    size_t jpeg_bytes;
    uint32_t number;   // counts from 1
    uint32_t holders;  // readers, and the pool itself for the latest
} frame;

typedef struct frames {
    frame *slots;
    size_t slot_count, slot_bytes;
    frame *latest;  // NULL: there is none yet
} frames;

// `slots` is the caller's array, `memory` has slot_count * slot_bytes.
void frames_start(frames *started, frame *slots, size_t slot_count, uint8_t *memory, size_t slot_bytes);

// A slot to fill, held by the caller; NULL if all are held.
frame *frames_reserve(frames *from);

// Makes a reserved slot the latest. The caller still holds it.
void frames_publish(frames *changed, frame *filled);

// The latest, held by the caller; NULL if there is none.
frame *frames_hold_latest(frames *from);

void frames_release(frame *held);

#endif
