// fleet.c - the connection: when to try, what to send next, what came in.
//
//     OFF ──enabled──► WAITS ──after a random part of the backoff──► CONNECTS ──► CONNECTED
//                        ▲──────────────── ended, not acknowledged, too slow ─────────┘
//
// After a broker's restart all devices come back at once, so each waits a random time, at most 4 s, then 8, 16 .. 120 s
// (exponential backoff with full jitter).
//
// SPDX-License-Identifier: Apache-2.0
#include "fleet.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "app_internal.h"
#include "little_endian.h"

static const char *const topic_words[] = {"availability", "state", "event", "info", "image", "update", "result"};

enum {
    MESSAGE_HEAD_BYTES = 5,
    HOME_SPREAD_MS = 5000,
    START_SPREAD_MS = 1000,
    STATE_LEAST_MS = 1000,
    STEADY_MS = 10000
};

const char *fleet_topic_name(const fleet *from, fleet_topic topic, char *room) {
    snprintf(room, FLEET_TOPIC_BYTES, "%s/%s/%s", from->settings.base, from->settings.id, topic_words[topic]);
    return room;
}

static const char *home_topic(const fleet_settings *by, char *room) {
    snprintf(room, FLEET_TOPIC_BYTES, "%s/device/%s/config", by->home_prefix, by->id);
    return room;
}

static uint64_t random_ms(const fleet *from, uint32_t most_ms) {
    uint32_t random;
    from->port->random(from->port->context, &random, sizeof random);
    return (uint64_t)random * most_ms >> 32;
}

// ---- the broker's callbacks: threads of the port ----

static void on_connected(void *context) {
    fleet *told = context;
    app_lock(told->app);
    told->inbox.is_connected = true;
    app_unlock(told->app);
    told->port->wake_loop(told->port->context);
}

static void on_ended(void *context, const char *reason) {
    fleet *told = context;
    app_lock(told->app);
    told->inbox.has_ended = true;
    snprintf(told->inbox.reason, sizeof told->inbox.reason, "%s", reason);
    app_unlock(told->app);
    told->port->wake_loop(told->port->context);
}

static void on_acknowledged(void *context, int32_t message_id) {
    fleet *told = context;
    app_lock(told->app);
    fleet_inbox *inbox = &told->inbox;
    if (inbox->acknowledged_count < FLEET_ACKNOWLEDGEMENTS) {
        inbox->acknowledged[inbox->acknowledged_count++] = message_id;
    } else {
        inbox->has_overflown = true;
    }
    app_unlock(told->app);
    told->port->wake_loop(told->port->context);
}

static void on_received(void *context, const char *topic, const void *bytes, size_t byte_count, bool is_retained) {
    fleet *told = context;
    const size_t topic_bytes = strlen(topic) + 1;
    app_lock(told->app);
    fleet_inbox *inbox = &told->inbox;
    if (topic_bytes <= PORT_TOPIC_BYTES && byte_count <= PORT_MESSAGE_BYTES &&
        MESSAGE_HEAD_BYTES + topic_bytes + byte_count <= inbox->messages_limit - inbox->messages_used) {
        uint8_t *at = inbox->messages + inbox->messages_used;
        put_u16(at, (uint32_t)topic_bytes);
        put_u16(at + 2, (uint32_t)byte_count);
        at[4] = is_retained;
        memcpy(at + MESSAGE_HEAD_BYTES, topic, topic_bytes);
        if (byte_count > 0) {
            memcpy(at + MESSAGE_HEAD_BYTES + topic_bytes, bytes, byte_count);
        }
        inbox->messages_used += MESSAGE_HEAD_BYTES + topic_bytes + byte_count;
    } else {
        inbox->dropped_count++;
    }
    app_unlock(told->app);
    told->port->wake_loop(told->port->context);
}

// ---- connecting ----

static void set_link(fleet *changed, fleet_link link, const char *problem) {
    changed->link = link;
    snprintf(changed->problem, sizeof changed->problem, "%s", problem);
}

static void forget_connection(fleet *changed) {
    app_lock(changed->app);
    fleet_inbox *inbox = &changed->inbox;
    inbox->is_connected = inbox->has_ended = inbox->has_overflown = false;
    inbox->acknowledged_count = inbox->messages_used = 0;
    app_unlock(changed->app);
    fleet_queue_rewind(&changed->queue);
}

static void connect(fleet *changed) {
    static const char *const offline = "offline";
    const fleet_settings *set = &changed->settings;
    const port *world = changed->port;
    char will_topic[FLEET_TOPIC_BYTES];
    const char *pems[FLEET_PEM_COUNT] = {NULL};
    for (fleet_pem which = 0; set->tls && which < FLEET_PEM_COUNT; which++) {
        pems[which] = fleet_pem_read(world, which, changed->text + (size_t)which * FLEET_PEM_BYTES, FLEET_PEM_BYTES);
    }
    const bool has_pair = pems[FLEET_PEM_CERTIFICATE] != NULL && pems[FLEET_PEM_KEY] != NULL;
    const port_broker how = {
        .host = set->host,
        .tcp_port = (uint16_t)set->tcp_port,
        .uses_tls = set->tls,
        .ca_pem = pems[FLEET_PEM_CA],
        .certificate_pem = has_pair ? pems[FLEET_PEM_CERTIFICATE] : NULL,
        .key_pem = has_pair ? pems[FLEET_PEM_KEY] : NULL,
        .user = set->user[0] != '\0' ? set->user : NULL,
        .password = set->password[0] != '\0' ? set->password : NULL,
        .client_id = set->client_id[0] != '\0' ? set->client_id : set->id,
        .keep_alive_seconds = FLEET_KEEP_ALIVE_S,
        .will_topic = fleet_topic_name(changed, FLEET_AVAILABILITY, will_topic),
        .will_text = offline,
    };
    const port_broker_listener listener = {changed, on_connected, on_ended, on_acknowledged, on_received};
    forget_connection(changed);
    changed->attempt_us = app_now_us(changed->app);
    if (world->broker_start(world->context, &how, &listener)) {
        changed->link = FLEET_CONNECTS;  // what the last problem was still stands
    } else {
        on_ended(changed, "the connection could not be begun");
        changed->link = FLEET_CONNECTS;
    }
    memset(changed->text, 0, changed->text_bytes);  // a private key was there
}

static void leave(fleet *changed, const char *problem) {
    const uint64_t now_us = app_now_us(changed->app);
    const bool was_steady =
        changed->link == FLEET_CONNECTED && now_us - changed->attempt_us > (uint64_t)STEADY_MS * 1000;
    changed->port->broker_stop(changed->port->context);
    forget_connection(changed);
    set_link(changed, FLEET_WAITS, problem);
    changed->failure_count = was_steady ? 0 : changed->failure_count + (changed->failure_count < 16);
    uint32_t backoff_ms = FLEET_FIRST_BACKOFF_MS;
    for (uint32_t i = 1; i < changed->failure_count && backoff_ms < FLEET_MOST_BACKOFF_MS; i++) {
        backoff_ms *= 2;
    }
    backoff_ms = backoff_ms < FLEET_MOST_BACKOFF_MS ? backoff_ms : FLEET_MOST_BACKOFF_MS;
    changed->retry_us = now_us + random_ms(changed, backoff_ms) * 1000;
}

static void greet(fleet *changed) {
    set_link(changed, FLEET_CONNECTED, "");
    changed->counters.connections++;
    changed->attempt_us = changed->progress_us = app_now_us(changed->app);
    changed->due |= FLEET_DUE_SUBSCRIBE | FLEET_DUE_AVAILABILITY | FLEET_DUE_INFO | FLEET_DUE_STATE | FLEET_DUE_UPDATE;
    if (changed->settings.home_assistant) {
        changed->due |= FLEET_DUE_HOME;
        changed->home_us = 0;
    }
}

// ---- the inbox ----

// What the callbacks left, but for the messages. False if the connection is over.
static bool read_inbox(fleet *changed) {
    char reason[sizeof changed->inbox.reason];
    int32_t acknowledged[FLEET_ACKNOWLEDGEMENTS];
    fleet_inbox *inbox = &changed->inbox;
    app_lock(changed->app);
    const bool is_connected = inbox->is_connected, has_ended = inbox->has_ended || inbox->has_overflown;
    const size_t count = inbox->acknowledged_count;
    memcpy(acknowledged, inbox->acknowledged, count * sizeof acknowledged[0]);
    snprintf(reason, sizeof reason, "%s", inbox->has_ended ? inbox->reason : "more acknowledgements than messages");
    inbox->acknowledged_count = 0;
    inbox->is_connected = false;
    app_unlock(changed->app);
    for (size_t i = 0; i < count; i++) {
        fleet_queue_acknowledge(&changed->queue, acknowledged[i]);
        changed->progress_us = app_now_us(changed->app);
    }
    if (has_ended) {
        leave(changed, reason);
    } else if (is_connected) {
        greet(changed);
    }
    return !has_ended;
}

static void check_time(fleet *changed) {
    const uint64_t now_us = app_now_us(changed->app);
    if (changed->link == FLEET_CONNECTS && now_us - changed->attempt_us > (uint64_t)FLEET_CONNECT_MS * 1000) {
        leave(changed, "no answer from the broker");
    } else if (changed->link == FLEET_CONNECTED && changed->queue.flight_count > 0 &&
               now_us - changed->progress_us > (uint64_t)FLEET_ACKNOWLEDGE_MS * 1000) {
        leave(changed, "the broker does not acknowledge events");
    }
}

static bool is_home_birth(const fleet *from, const char *topic, const char *message) {
    const size_t length = strlen(from->settings.home_prefix);
    return from->settings.home_assistant && strncmp(topic, from->settings.home_prefix, length) == 0 &&
           strcmp(topic + length, "/status") == 0 && strcmp(message, "online") == 0;
}

// One message per step: commands may take their time.
static void read_message(fleet *changed) {
    fleet_inbox *inbox = &changed->inbox;
    char topic[PORT_TOPIC_BYTES];
    app_lock(changed->app);
    if (inbox->messages_used == 0) {
        app_unlock(changed->app);
        return;
    }
    const uint8_t *at = inbox->messages;
    const size_t topic_bytes = get_u16(at), byte_count = get_u16(at + 2);
    const size_t taken = MESSAGE_HEAD_BYTES + topic_bytes + byte_count;
    const bool is_retained = at[4] != 0;
    memcpy(topic, at + MESSAGE_HEAD_BYTES, topic_bytes);
    memcpy(changed->text, at + MESSAGE_HEAD_BYTES + topic_bytes, byte_count);
    changed->text[byte_count] = '\0';
    inbox->messages_used -= taken;
    memmove(inbox->messages, inbox->messages + taken, inbox->messages_used);
    app_unlock(changed->app);
    if (is_home_birth(changed, topic, changed->text)) {
        // All devices hear this at once.
        changed->due |= FLEET_DUE_HOME | FLEET_DUE_STATE;
        changed->home_us = app_now_us(changed->app) + random_ms(changed, HOME_SPREAD_MS) * 1000;
        return;
    }
    fleet_do_command(changed, topic, changed->text, byte_count, is_retained);
}

// ---- publishing ----

bool fleet_publish(fleet *from, const char *topic, const void *bytes, size_t byte_count, int qos, bool is_retained) {
    const int32_t result = from->port->broker_publish(from->port->context, topic, bytes, byte_count, qos, is_retained);
    from->counters.published += result >= 0;
    from->counters.not_taken += result < 0;
    return result >= 0;
}

static bool publish_text(fleet *from, fleet_topic topic, size_t byte_count, int qos, bool is_retained) {
    char name[FLEET_TOPIC_BYTES];
    // A message that does not fit is not sent, rather than tried for ever.
    return byte_count == 0 ||
           fleet_publish(from, fleet_topic_name(from, topic, name), from->text, byte_count, qos, is_retained);
}

static bool subscribe(fleet *from) {
    const fleet_settings *set = &from->settings;
    char filters[4][FLEET_TOPIC_BYTES];
    size_t count = 0;
    snprintf(filters[count++], FLEET_TOPIC_BYTES, "%s/%s/cmd/+", set->base, set->id);
    snprintf(filters[count++], FLEET_TOPIC_BYTES, "%s/all/cmd/+", set->base);
    if (set->group[0] != '\0') {
        snprintf(filters[count++], FLEET_TOPIC_BYTES, "%s/group/%s/cmd/+", set->base, set->group);
    }
    if (set->home_assistant) {
        snprintf(filters[count++], FLEET_TOPIC_BYTES, "%s/status", set->home_prefix);
    }
    for (size_t i = 0; i < count; i++) {
        if (!from->port->broker_subscribe(from->port->context, filters[i])) {
            return false;
        }
    }
    return true;
}

static bool publish_image(fleet *from) {
    char name[FLEET_TOPIC_BYTES];
    app_lock(from->app);
    frame *latest = frames_hold_latest(&from->app->frames);
    app_unlock(from->app);
    if (latest == NULL) {
        return true;
    }
    const bool done =
        fleet_publish(from, fleet_topic_name(from, FLEET_IMAGE, name), latest->jpeg, latest->jpeg_bytes, 0, true);
    app_lock(from->app);
    frames_release(latest);
    app_unlock(from->app);
    return done;
}

static bool publish_home(fleet *from) {
    char name[FLEET_TOPIC_BYTES];
    const size_t byte_count = fleet_write_home(from);
    return byte_count == 0 || fleet_publish(from, home_topic(&from->settings, name), from->text, byte_count, 1, true);
}

static bool publish_one(fleet *changed, uint32_t what) {
    char name[FLEET_TOPIC_BYTES];
    switch (what) {
    case FLEET_DUE_SUBSCRIBE:
        return subscribe(changed);
    case FLEET_DUE_AVAILABILITY:
        return fleet_publish(changed, fleet_topic_name(changed, FLEET_AVAILABILITY, name), "online", 6, 1, true);
    case FLEET_DUE_INFO:
        return publish_text(changed, FLEET_INFO, fleet_write_info(changed), 0, true);
    case FLEET_DUE_HOME:
        return publish_home(changed);
    case FLEET_DUE_HOME_REMOVAL:
        return fleet_publish(changed, home_topic(&changed->settings, name), "", 0, 1, true);
    case FLEET_DUE_STATE:
        changed->state_us = app_now_us(changed->app);
        return publish_text(changed, FLEET_STATE, fleet_write_state(changed), 0, true);
    case FLEET_DUE_UPDATE:
        return publish_text(changed, FLEET_UPDATE, fleet_write_update(changed), 0, true);
    case FLEET_DUE_RESULT:
        return publish_text(changed, FLEET_RESULT, fleet_write_result(changed), 1, false);
    case FLEET_DUE_IMAGE:
        return publish_image(changed);
    default:
        return true;
    }
}

static bool is_time_for(const fleet *from, uint32_t what) {
    const uint64_t now_us = app_now_us(from->app);
    return what == FLEET_DUE_STATE  ? from->state_us == 0 || now_us - from->state_us >= (uint64_t)STATE_LEAST_MS * 1000
           : what == FLEET_DUE_HOME ? now_us >= from->home_us
                                    : true;
}

static void publish_due(fleet *changed) {
    for (uint32_t what = 1; what <= FLEET_DUE_IMAGE; what <<= 1) {
        if ((changed->due & what) != 0 && is_time_for(changed, what)) {
            if (!publish_one(changed, what)) {
                return;
            }
            changed->due &= ~what;
        }
    }
}

static void publish_events(fleet *changed) {
    char name[FLEET_TOPIC_BYTES];
    fleet_topic_name(changed, FLEET_EVENT, name);
    for (const fleet_event *next = fleet_queue_next(&changed->queue); next != NULL;
         next = fleet_queue_next(&changed->queue)) {
        const size_t byte_count = fleet_write_event(changed, next);
        const int32_t message_id =
            changed->port->broker_publish(changed->port->context, name, changed->text, byte_count, 1, false);
        if (message_id < 0) {
            changed->counters.not_taken++;
            return;
        }
        if (changed->queue.flight_count == 0) {
            changed->progress_us = app_now_us(changed->app);
        }
        changed->counters.published++;
        fleet_queue_sent(&changed->queue, message_id);
    }
}

// ---- what happens on the device ----

// Decisions since the last step go into the queue.
static void take_decisions(fleet *changed) {
    const events *from = &changed->app->events;
    for (const event *next = events_after(from, changed->seen_event_id); next != NULL;
         next = events_after(from, changed->seen_event_id)) {
        fleet_event added = {.frame_number = next->frame_number,
                             .decision = next->decision,
                             .uptime_ms = next->uptime_ms,
                             .unix_ms = next->unix_ms};
        memcpy(added.label, next->label, sizeof added.label);
        changed->seen_event_id = next->id;
        fleet_queue_add(&changed->queue, &added);
        changed->due |= FLEET_DUE_STATE | (changed->settings.send_images ? FLEET_DUE_IMAGE : 0);
    }
}

static void note_changes(fleet *changed) {
    const app *with = changed->app;
    if (with->model_edition != changed->seen_model) {
        changed->seen_model = with->model_edition;
        changed->due |= FLEET_DUE_INFO | FLEET_DUE_STATE | FLEET_DUE_UPDATE |
                        (changed->settings.home_assistant ? FLEET_DUE_HOME : 0);  // labels, list of models
    }
    if (with->settings_edition != changed->seen_settings) {
        changed->seen_settings = with->settings_edition;
        changed->due |= FLEET_DUE_STATE;
    }
    if (app_now_us(with) - changed->state_us >= (uint64_t)changed->settings.interval_s * 1000000) {
        changed->due |= FLEET_DUE_STATE;
    }
}

static void step_update(fleet *changed) {
    fleet_update *update = &changed->update;
    const update_phase before = update->phase;
    if (before != UPDATE_DOWNLOADS && before != UPDATE_RETRIES) {
        return;
    }
    if (fleet_update_step(update, changed->app)) {
        changed->due |= FLEET_DUE_UPDATE;
    }
    if (update->phase == UPDATE_DONE || update->phase == UPDATE_FAILED) {
        snprintf(changed->result.command, sizeof changed->result.command, "model");
        snprintf(changed->result.ref, sizeof changed->result.ref, "%s", update->ref);
        if (update->phase == UPDATE_DONE) {
            fleet_tell(changed, true, "%s, version %lu, is in use.", update->manifest.name,
                       (unsigned long)update->manifest.version);
        } else {
            fleet_tell(changed, false, "%.150s The model in use stays.", update->problem);
        }
    }
}

static void talk(fleet *changed) {
    note_changes(changed);
    if ((changed->due & FLEET_DUE_RESULT) == 0) {
        read_message(changed);
    }
    publish_due(changed);
    if ((changed->due & FLEET_DUE_SUBSCRIBE) == 0) {
        publish_events(changed);
    }
    if ((changed->due & (FLEET_DUE_RESTART | FLEET_DUE_RESULT)) == FLEET_DUE_RESTART) {
        changed->due &= ~(uint32_t)FLEET_DUE_RESTART;
        fleet_end(changed);
        changed->port->restart(changed->port->context);
    }
    if (fleet_queue_count(&changed->queue) == 0 &&
        app_now_us(changed->app) - changed->progress_us > (uint64_t)FLEET_NOTE_MS * 1000) {
        fleet_queue_note(&changed->queue);
    }
}

void fleet_step(fleet *changed) {
    step_update(changed);
    if (changed->link == FLEET_OFF) {
        changed->seen_event_id = changed->app->events.newest_id;
        return;
    }
    take_decisions(changed);
    if (changed->link == FLEET_WAITS) {
        if (app_now_us(changed->app) >= changed->retry_us) {
            connect(changed);
        }
    } else if (read_inbox(changed)) {
        check_time(changed);
    }
    if (changed->link == FLEET_CONNECTED) {
        talk(changed);
    }
}

// ---- start, end, settings ----

static size_t rounded(size_t byte_count) {
    return (byte_count + 15) / 16 * 16;
}

size_t fleet_memory_bytes(uint32_t event_limit, size_t text_bytes) {
    return rounded(sizeof(fleet)) + rounded(event_limit * sizeof(fleet_event)) + rounded(FLEET_SEGMENT_BYTES) +
           2 * rounded(text_bytes) + 2 * PORT_SECTOR_BYTES;
}

static void look_for_pems(fleet *changed) {
    for (fleet_pem which = 0; which < FLEET_PEM_COUNT; which++) {
        changed->has_pem[which] = fleet_pem_read(changed->port, which, changed->text, FLEET_PEM_BYTES) != NULL;
    }
    memset(changed->text, 0, changed->text_bytes);
}

static void begin(fleet *changed) {
    if (changed->settings.enabled) {
        set_link(changed, FLEET_WAITS, "not tried yet");
        changed->failure_count = 0;
        changed->retry_us = app_now_us(changed->app) + random_ms(changed, START_SPREAD_MS) * 1000;
    } else {
        set_link(changed, FLEET_OFF, "");
    }
}

void fleet_start(fleet *started, app *with, void *memory, uint32_t event_limit, size_t text_bytes) {
    uint8_t *at = memory;
    *started = (fleet){.app = with, .port = with->port, .text_bytes = text_bytes};
    at += rounded(sizeof *started);
    fleet_event *ring = (fleet_event *)at;
    at += rounded(event_limit * sizeof *ring);
    uint8_t *queue_room = at;
    at += rounded(FLEET_SEGMENT_BYTES);
    started->text = (char *)at;
    at += rounded(text_bytes);
    started->inbox.messages = at;
    started->inbox.messages_limit = text_bytes;
    at += rounded(text_bytes);
    started->update.room = at;
    started->update.ca_room = started->text;
    fleet_settings_open(&started->settings, with->port);
    fleet_queue_open(&started->queue, with->port, ring, event_limit, queue_room,
                     started->settings.enabled && started->settings.keep_events);
    look_for_pems(started);
    begin(started);
}

// Says goodbye as far as it may: the last will is for those who cannot.
static void say_goodbye(fleet *changed, bool is_removed) {
    char name[FLEET_TOPIC_BYTES];
    if (changed->link == FLEET_CONNECTED) {
        if (is_removed) {
            publish_one(changed, FLEET_DUE_HOME_REMOVAL);
        }
        fleet_publish(changed, fleet_topic_name(changed, FLEET_AVAILABILITY, name), "offline", 7, 1, true);
    }
    if (changed->link == FLEET_CONNECTED || changed->link == FLEET_CONNECTS) {
        changed->port->broker_stop(changed->port->context);
        read_inbox(changed);
        forget_connection(changed);
    }
}

void fleet_end(fleet *ended) {
    if (ended->link == FLEET_OFF) {
        return;
    }
    say_goodbye(ended, false);
    set_link(ended, FLEET_OFF, "");
    fleet_queue_note(&ended->queue);
}

bool fleet_use_settings(fleet *changed, const fleet_settings *wanted, const cJSON *patch) {
    fleet_settings next = *wanted;
    const fleet_settings before = changed->settings;
    if (!fleet_settings_keep(&next, patch, changed->port)) {
        return false;
    }
    const bool was_home = before.enabled && before.home_assistant;
    const bool is_home = next.enabled && next.home_assistant && strcmp(before.id, next.id) == 0 &&
                         strcmp(before.home_prefix, next.home_prefix) == 0;
    say_goodbye(changed, was_home && !is_home);
    app_lock(changed->app);
    changed->settings = next;  // the server looks whether a key is set
    app_unlock(changed->app);
    changed->due = 0;
    fleet_queue_keep(&changed->queue, next.enabled && next.keep_events);
    look_for_pems(changed);
    begin(changed);
    return true;
}

void fleet_tell(fleet *changed, bool is_done, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(changed->result.detail, sizeof changed->result.detail, format, arguments);
    va_end(arguments);
    changed->result.is_done = is_done;
    changed->due |= FLEET_DUE_RESULT;
}
