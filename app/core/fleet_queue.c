// fleet_queue.c - decisions on their way to the broker.
//
//     event in a file    u32 seq | u32 frame | u8 kind | u8 0 | u16 class (0xffff: none) | u32 confidence in millionths |
//                        u32, u32 uptime_ms | u32, u32 unix_ms | u32 0 | label of 48
//
// SPDX-License-Identifier: Apache-2.0
#include "fleet_queue.h"

#include <stdio.h>
#include <string.h>

#include "checksum.h"
#include "little_endian.h"

enum { HEADER_BYTES = 20, CHECKSUM_BYTES = 4, NO_CLASS = 0xffff };
static const uint8_t magic[4] = {'T', 'H', 'B', 'E'};
_Static_assert(36 + CONTRACT_LABEL_BYTES == FLEET_EVENT_BYTES, "file");

// ---- events in files ----

static void put_u64(uint8_t *at, uint64_t value) {
    put_u32(at, (uint32_t)value);
    put_u32(at + 4, (uint32_t)(value >> 32));
}

static uint64_t get_u64(const uint8_t *at) {
    return get_u32(at) | (uint64_t)get_u32(at + 4) << 32;
}

static void encode_event(const fleet_event *from, uint8_t bytes[FLEET_EVENT_BYTES]) {
    memset(bytes, 0, FLEET_EVENT_BYTES);
    put_u32(bytes, from->seq);
    put_u32(bytes + 4, from->frame_number);
    bytes[8] = (uint8_t)from->decision.kind;
    put_u16(bytes + 10, from->decision.class_index < 0 ? NO_CLASS : (uint32_t)from->decision.class_index);
    put_u32(bytes + 12, (uint32_t)(from->decision.confidence * 1e6f));
    put_u64(bytes + 16, from->uptime_ms);
    put_u64(bytes + 24, from->unix_ms);
    memcpy(bytes + 36, from->label, CONTRACT_LABEL_BYTES);
}

static fleet_event decode_event(const uint8_t bytes[FLEET_EVENT_BYTES]) {
    fleet_event event = {.seq = get_u32(bytes), .frame_number = get_u32(bytes + 4)};
    event.decision.kind = bytes[8] <= DECIDE_NOTHING ? (decide_kind)bytes[8] : DECIDE_NOTHING;
    event.decision.class_index = get_u16(bytes + 10) == NO_CLASS ? -1 : get_u16(bytes + 10);
    event.decision.confidence = (float)get_u32(bytes + 12) / 1e6f;
    event.uptime_ms = get_u64(bytes + 16);
    event.unix_ms = get_u64(bytes + 24);
    memcpy(event.label, bytes + 36, CONTRACT_LABEL_BYTES - 1);
    return event;
}

// ---- segments: events seq .. with the same seq / FLEET_SEGMENT_EVENTS ----

static const char *file_name(char room[PORT_NAME_BYTES], uint32_t segment, uint32_t copy) {
    snprintf(room, PORT_NAME_BYTES, "ev%02x.%c", (unsigned)(segment & 0xff), copy % 2 == 0 ? 'a' : 'b');
    return room;
}

static uint32_t file_count(const fleet_queue *from) {
    return from->limit / FLEET_SEGMENT_EVENTS;
}

static void write_newest_segment(fleet_queue *changed) {
    char name[PORT_NAME_BYTES];
    const uint32_t segment = changed->newest_seq / FLEET_SEGMENT_EVENTS;
    uint32_t first_seq = segment * FLEET_SEGMENT_EVENTS, count = 0;
    first_seq = first_seq > 0 ? first_seq : 1;
    for (uint32_t seq = first_seq; seq <= changed->newest_seq; seq++, count++) {
        encode_event(&changed->ring[seq % changed->limit],
                     changed->room + HEADER_BYTES + (size_t)count * FLEET_EVENT_BYTES);
    }
    memcpy(changed->room, magic, sizeof magic);
    put_u32(changed->room + 4, changed->epoch);
    put_u32(changed->room + 8, changed->acknowledged_seq);
    put_u32(changed->room + 12, first_seq);
    put_u32(changed->room + 16, count);
    const size_t used = HEADER_BYTES + (size_t)count * FLEET_EVENT_BYTES;
    put_u32(changed->room + used, checksum_add(0, changed->room, used));
    file_name(name, segment % file_count(changed), changed->next_copy);
    // Where the files fail, the event is still in memory.
    if (changed->port->file_write(changed->port->context, name, changed->room, used + CHECKSUM_BYTES) == PORT_OK) {
        changed->written_acknowledged_seq = changed->acknowledged_seq;
        changed->next_copy ^= 1;
    }
}

// Reads a file into the room; false if it is not there or not sound.
static bool read_segment(fleet_queue *opened, uint32_t file, uint32_t copy) {
    char name[PORT_NAME_BYTES];
    size_t byte_count;
    if (opened->port->file_read(opened->port->context, file_name(name, file, copy), 0, opened->room,
                                FLEET_SEGMENT_BYTES, &byte_count) != PORT_OK ||
        byte_count < HEADER_BYTES + CHECKSUM_BYTES || memcmp(opened->room, magic, sizeof magic) != 0) {
        return false;
    }
    const uint32_t first_seq = get_u32(opened->room + 12), count = get_u32(opened->room + 16);
    return count >= 1 && count <= FLEET_SEGMENT_EVENTS && first_seq >= 1 &&
           byte_count == HEADER_BYTES + (size_t)count * FLEET_EVENT_BYTES + CHECKSUM_BYTES &&
           get_u32(opened->room + byte_count - CHECKSUM_BYTES) ==
               checksum_add(0, opened->room, byte_count - CHECKSUM_BYTES);
}

static void remove_files(const fleet_queue *from) {
    char name[PORT_NAME_BYTES];
    for (uint32_t file = 0; file < file_count(from); file++) {
        for (uint32_t copy = 0; copy < 2; copy++) {
            from->port->file_remove(from->port->context, file_name(name, file, copy));
        }
    }
}

// The events of all files of the newest one's epoch; of those, what follows each other up to the newest.
static void restore(fleet_queue *opened) {
    for (uint32_t file = 0; file < 2 * file_count(opened); file++) {
        if (read_segment(opened, file / 2, file)) {
            const uint32_t newest_seq = get_u32(opened->room + 12) + get_u32(opened->room + 16) - 1;
            if (newest_seq > opened->newest_seq) {
                opened->newest_seq = newest_seq;
                opened->next_copy = (file + 1) % 2;
                opened->epoch = get_u32(opened->room + 4);
                opened->acknowledged_seq = get_u32(opened->room + 8);
            }
        }
    }
    for (uint32_t file = 0; file < 2 * file_count(opened); file++) {
        if (read_segment(opened, file / 2, file) && get_u32(opened->room + 4) == opened->epoch) {
            opened->acknowledged_seq = get_u32(opened->room + 8) > opened->acknowledged_seq ? get_u32(opened->room + 8)
                                                                                            : opened->acknowledged_seq;
            for (uint32_t i = 0; i < get_u32(opened->room + 16); i++) {
                const fleet_event event = decode_event(opened->room + HEADER_BYTES + (size_t)i * FLEET_EVENT_BYTES);
                if (event.seq + opened->limit > opened->newest_seq) {
                    opened->ring[event.seq % opened->limit] = event;
                }
            }
        }
    }
    uint32_t oldest_seq = opened->newest_seq;
    while (oldest_seq > opened->acknowledged_seq && opened->newest_seq - oldest_seq < opened->limit &&
           opened->ring[oldest_seq % opened->limit].seq == oldest_seq) {
        oldest_seq--;
    }
    opened->lost_count = oldest_seq - opened->acknowledged_seq;
    opened->acknowledged_seq = opened->sent_seq = oldest_seq;
    opened->written_acknowledged_seq = opened->acknowledged_seq;
}

// ---- the queue ----

static void begin_epoch(fleet_queue *changed) {
    changed->port->random(changed->port->context, &changed->epoch, sizeof changed->epoch);
    changed->epoch |= 1;  // never 0
}

void fleet_queue_open(fleet_queue *opened, const port *world, fleet_event *ring, uint32_t limit, uint8_t *room,
                      bool is_kept) {
    *opened = (fleet_queue){.port = world, .is_kept = is_kept, .ring = ring, .limit = limit, .room = room};
    memset(ring, 0, limit * sizeof *ring);
    if (is_kept) {
        restore(opened);
    }
    if (opened->newest_seq == 0) {
        begin_epoch(opened);
    }
}

void fleet_queue_keep(fleet_queue *changed, bool is_kept) {
    if (is_kept == changed->is_kept) {
        return;
    }
    remove_files(changed);
    changed->is_kept = is_kept;
    if (is_kept && changed->newest_seq > 0) {
        write_newest_segment(changed);
    }
}

void fleet_queue_add(fleet_queue *changed, const fleet_event *added) {
    const uint32_t seq = ++changed->newest_seq;
    fleet_event *kept = &changed->ring[seq % changed->limit];
    *kept = *added;
    kept->seq = seq;
    if (fleet_queue_count(changed) > changed->limit) {
        changed->acknowledged_seq++;
        changed->lost_count++;
        if (changed->sent_seq < changed->acknowledged_seq) {
            changed->sent_seq = changed->acknowledged_seq;
        }
    }
    if (changed->is_kept) {
        write_newest_segment(changed);
    }
}

const fleet_event *fleet_queue_next(const fleet_queue *from) {
    if (from->sent_seq == from->newest_seq || from->flight_count == FLEET_IN_FLIGHT) {
        return NULL;
    }
    return &from->ring[(from->sent_seq + 1) % from->limit];
}

void fleet_queue_sent(fleet_queue *changed, int32_t message_id) {
    changed->flights[changed->flight_count++] = (fleet_flight){.seq = ++changed->sent_seq, .message_id = message_id};
}

void fleet_queue_acknowledge(fleet_queue *changed, int32_t message_id) {
    size_t done = 0;
    for (size_t i = 0; i < changed->flight_count; i++) {
        if (changed->flights[i].message_id == message_id) {
            changed->flights[i].is_acknowledged = true;
        }
    }
    while (done < changed->flight_count && changed->flights[done].is_acknowledged) {
        const uint32_t seq = changed->flights[done].seq;
        changed->acknowledged_seq = seq > changed->acknowledged_seq ? seq : changed->acknowledged_seq;
        done++;
    }
    changed->flight_count -= done;
    memmove(changed->flights, changed->flights + done, changed->flight_count * sizeof changed->flights[0]);
}

void fleet_queue_rewind(fleet_queue *changed) {
    changed->sent_seq = changed->acknowledged_seq;
    changed->flight_count = 0;
}

void fleet_queue_note(fleet_queue *changed) {
    if (changed->is_kept && changed->written_acknowledged_seq != changed->acknowledged_seq) {
        write_newest_segment(changed);
    }
}
