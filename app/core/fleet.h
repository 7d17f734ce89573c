// fleet.h - one device among many: what it tells a message broker, and what it is told there (MQTT 3.1.1).
//
//     decisions ──► queue ──► <base>/<id>/event        QoS 1, seq without gaps, in order, at least once
//     now and then ─────────► <base>/<id>/state        retained; also info, image, update, result (docs/fleet.md)
//     last will ────────────► <base>/<id>/availability "online" or "offline", retained
//     <base>/{<id>, all, group/<name>}/cmd/... ──► inbox ──► done by the loop
//
// All work is done by the loop, one small step per turn, and none of it waits for the network. The broker's callbacks only
// fill the inbox, under the lock.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_APP_FLEET_H
#define THIMBLE_APP_FLEET_H

#include "fleet_queue.h"
#include "fleet_settings.h"
#include "fleet_update.h"

struct app;

enum {
    FLEET_TOPIC_BYTES = PORT_TOPIC_BYTES,
    FLEET_LEAST_TEXT_BYTES = FLEET_PEM_BYTES * FLEET_PEM_COUNT,  // the three PEMs, or the largest message
    FLEET_DETAIL_BYTES = 200,
    FLEET_FIRST_BACKOFF_MS = 4000,  // doubled with each failure; then a random part of it
    FLEET_MOST_BACKOFF_MS = 120000,
    FLEET_CONNECT_MS = 30000,  // an attempt that takes longer has failed
    FLEET_KEEP_ALIVE_S = 30,
    FLEET_ACKNOWLEDGE_MS = 20000,  // a broker that does not acknowledge for so long is left
    FLEET_NOTE_MS = 30000,  // after so much quiet, what was acknowledged is noted on the files
    FLEET_ACKNOWLEDGEMENTS = 64,
};

typedef enum fleet_link { FLEET_OFF, FLEET_WAITS, FLEET_CONNECTS, FLEET_CONNECTED } fleet_link;

enum {  // what is to be published, in this order
    FLEET_DUE_SUBSCRIBE = 1,
    FLEET_DUE_AVAILABILITY = 2,
    FLEET_DUE_INFO = 4,
    FLEET_DUE_HOME = 8,
    FLEET_DUE_HOME_REMOVAL = 16,
    FLEET_DUE_STATE = 32,
    FLEET_DUE_UPDATE = 64,
    FLEET_DUE_RESULT = 128,
    FLEET_DUE_IMAGE = 256,
    FLEET_DUE_RESTART = 512,
};

// What the broker's callbacks leave for the loop: under the lock.
typedef struct fleet_inbox {
    bool is_connected, has_ended, has_overflown;
    char reason[80];
    int32_t acknowledged[FLEET_ACKNOWLEDGEMENTS];
    size_t acknowledged_count;
    uint8_t *messages;  // u16 topic bytes | u16 message bytes | u8 is retained | topic with its zero | message
    size_t messages_used, messages_limit;
    uint32_t dropped_count;
} fleet_inbox;

typedef struct fleet_result {  // of the last command
    char command[12], ref[24], detail[FLEET_DETAIL_BYTES];
    bool is_done;
} fleet_result;

typedef struct fleet_counters {
    uint32_t connections, published, not_taken, commands;
} fleet_counters;

typedef struct fleet {
    struct app *app;
    const port *port;
    // Shared: under the lock.
    fleet_settings settings;
    bool has_pem[FLEET_PEM_COUNT];
    fleet_inbox inbox;
    fleet_link link;
    char problem[80];  // why it is not connected; "": no problem
    fleet_counters counters;
    // The loop's own.
    fleet_queue queue;
    fleet_update update;
    char *text;  // a message while it is written or read, the PEMs while it connects
    size_t text_bytes;
    uint32_t due;
    uint32_t seen_event_id, seen_model, seen_settings;
    uint32_t failure_count;
    uint64_t retry_us, attempt_us, state_us, home_us, progress_us;  // when
    fleet_result result;
} fleet;

// Bytes of `memory` for these limits.
size_t fleet_memory_bytes(uint32_t event_limit, size_t text_bytes);

// `event_limit`: a multiple of FLEET_SEGMENT_EVENTS, at most FLEET_MAX_EVENTS. `text_bytes`: at least FLEET_LEAST_TEXT_BYTES.
void fleet_start(fleet *started, struct app *with, void *memory, uint32_t event_limit, size_t text_bytes);

// One step, by the loop.
void fleet_step(fleet *changed);

// The application ends as wanted: says goodbye and writes down what is acknowledged.
void fleet_end(fleet *ended);

// Takes other settings; false if the files failed. `patch` has the PEMs. By the loop.
bool fleet_use_settings(fleet *changed, const fleet_settings *wanted, const cJSON *patch);

// Settings, connection and queue as openapi.yaml says. By the loop.
cJSON *fleet_to_json(const fleet *from);

// ---- among the fleet's own files ----

typedef enum fleet_topic {
    FLEET_AVAILABILITY,
    FLEET_STATE,
    FLEET_EVENT,
    FLEET_INFO,
    FLEET_IMAGE,
    FLEET_UPDATE,
    FLEET_RESULT,
} fleet_topic;

// <base>/<id>/<word>, into `room` of FLEET_TOPIC_BYTES.
const char *fleet_topic_name(const fleet *from, fleet_topic topic, char *room);

// Writes a message into from->text; its bytes, or 0 if it does not fit.
size_t fleet_write_event(fleet *from, const fleet_event *told);
size_t fleet_write_state(fleet *from);
size_t fleet_write_info(fleet *from);
size_t fleet_write_update(fleet *from);
size_t fleet_write_result(fleet *from);
size_t fleet_write_home(fleet *from);  // Home Assistant's discovery

// Publishes; false if the port did not take it.
bool fleet_publish(fleet *from, const char *topic, const void *bytes, size_t byte_count, int qos, bool is_retained);

// Does what one message asks.
void fleet_do_command(fleet *changed, const char *topic, const char *message, size_t byte_count, bool is_retained);

// Notes the outcome of a command, to be published.
#if defined(__GNUC__)
__attribute__((format(printf, 3, 4)))
#endif
void fleet_tell(fleet *changed, bool is_done, const char *format, ...);

#endif
