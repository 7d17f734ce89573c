// fleet_queue.h - decisions on their way to the broker: numbered without gaps, in order, kept until acknowledged.
//
//     acknowledged_seq     sent_seq          newest_seq
//          v                  v                  v
//     .....|  in flight ......|  waits ..........|        at most `limit`; then the oldest is given up, and counted
//
// Numbers (`seq`) count from 1 within an *epoch*, a random number. Kept over a restart (`is_kept`), the epoch goes on; else
// a new one begins. On files, sixteen events share one, which is written anew with each of them, under two names in turn:
//
//     evNN.a, evNN.b    "THBE" | u32 epoch | u32 acknowledged_seq | u32 first seq | u32 count | events | u32 CRC-32
//
// So a power cut loses at most the event it interrupted, and that one was not sent yet. What was sent after the last write
// is sent again after a restart, with its old number: consumers drop what they have.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_APP_FLEET_QUEUE_H
#define THIMBLE_APP_FLEET_QUEUE_H

#include "decide.h"
#include "port.h"

enum {
    FLEET_SEGMENT_EVENTS = 16,
    FLEET_EVENT_BYTES = 84,  // of one in a file
    FLEET_SEGMENT_BYTES = 24 + FLEET_SEGMENT_EVENTS * FLEET_EVENT_BYTES,
    FLEET_MAX_EVENTS = 256,
    FLEET_IN_FLIGHT = 8,
};

typedef struct fleet_event {
    uint32_t seq, frame_number;
    decision decision;
    uint64_t uptime_ms, unix_ms;
    char label[CONTRACT_LABEL_BYTES];
} fleet_event;

typedef struct fleet_flight {
    uint32_t seq;
    int32_t message_id;
    bool is_acknowledged;
} fleet_flight;

typedef struct fleet_queue {
    const port *port;
    bool is_kept;
    fleet_event *ring;  // event number seq is at seq % limit
    uint32_t limit;  // a multiple of FLEET_SEGMENT_EVENTS
    uint8_t *room;  // of FLEET_SEGMENT_BYTES, for files
    uint32_t epoch, newest_seq, acknowledged_seq, sent_seq;
    uint32_t written_acknowledged_seq;  // as the newest file says
    uint32_t next_copy;  // which of the two names is written next: never the newest sound file's
    uint32_t lost_count;
    fleet_flight flights[FLEET_IN_FLIGHT];  // oldest first
    size_t flight_count;
} fleet_queue;

// Reads what is kept if `is_kept`, and removes it if not.
void fleet_queue_open(fleet_queue *opened, const port *world, fleet_event *ring, uint32_t limit, uint8_t *room,
                      bool is_kept);

// Appends; the seq is filled in. It is on the files when this returns, if they work.
void fleet_queue_add(fleet_queue *changed, const fleet_event *added);

// The next event to send; NULL if there is none, or as many as may be are in flight.
const fleet_event *fleet_queue_next(const fleet_queue *from);

// What fleet_queue_next gave was sent as this message.
void fleet_queue_sent(fleet_queue *changed, int32_t message_id);
void fleet_queue_acknowledge(fleet_queue *changed, int32_t message_id);

// The connection is gone: all that was not acknowledged is sent again.
void fleet_queue_rewind(fleet_queue *changed);

// Notes on the files what was acknowledged, so that a restart repeats nothing. Worth it when it is quiet.
void fleet_queue_note(fleet_queue *changed);

// Keeps from now on, or no more.
void fleet_queue_keep(fleet_queue *changed, bool is_kept);

static inline uint32_t fleet_queue_count(const fleet_queue *from) {
    return from->newest_seq - from->acknowledged_seq;
}

#endif
