// fleet_test.c - a device and its broker, on a fake port: what it says, what it does when told, what it survives.
//
// SPDX-License-Identifier: Apache-2.0
#include "fleet.h"

#include <stdio.h>
#include <stdlib.h>

#include "check.h"
#include "fake_client.h"
#include "json.h"
#include "posix_crypto.h"
#include "scenes.h"

static fake_app tested;

static void steps(int count) {
    for (int i = 0; i < count; i++) {
        app_step(&tested.app);
    }
}

static const fake_answer *patch(const char *json) {
    return fake_send_json(&tested, "PATCH", "/api/fleet", json);
}

// Another scene every few frames: decisions.
static void decide(int count) {
    const uint32_t before = tested.app.events.newest_id;
    for (int i = 0; i < 4000 && tested.app.events.newest_id < before + (uint32_t)count; i++) {
        const app_picture *scene = &scenes[i / 8 % 3 == 0 ? 4 : i / 8 % 2];
        tested.world.frame = scene->bytes;
        tested.world.frame_bytes = scene->byte_count;
        steps(1);
    }
    CHECK(tested.app.events.newest_id >= before + (uint32_t)count);
}

static void wait_for_start(void) {
    const unsigned before = tested.world.net->start_count;
    for (int i = 0; i < 300 && tested.world.net->start_count == before; i++) {
        tested.world.now_us += 10000000;
        steps(1);
    }
}

static void open_connected(const char *more) {
    char json[1000];
    fake_app_open_with_fleet(&tested);
    steps(2);
    snprintf(json, sizeof json,
             "{\"enabled\": true, \"host\": \"broker\", \"id\": \"one\", \"password\": \"geheim\"%s}", more);
    CHECK_EQUAL(patch(json)->status, 200);
    wait_for_start();
    fake_broker_connect(&tested.world);
    steps(1);
}

static void close_tested(void) {
    CHECK_EQUAL(tested.world.lock_mistakes, 0);
    fake_app_close(&tested);
}

static double number_in(const char *text, const char *name) {
    char pattern[40];
    snprintf(pattern, sizeof pattern, "\"%s\":", name);
    const char *at = strstr(text, pattern);
    return at != NULL ? atof(at + strlen(pattern)) : -1;
}

// ---- settings ----

static void it_is_off_by_default(void) {
    fake_app_open_with_fleet(&tested);
    steps(50);
    CHECK_EQUAL(tested.world.net->start_count, 0);
    CHECK_SAYS(fake_get(&tested, "/api/fleet")->body, "\"enabled\":false");
    CHECK_SAYS(fake_get(&tested, "/api/fleet")->body, "\"link\":\"off\"");
    close_tested();
}

static void settings_keep_limits_and_secrets(void) {
    static const struct {
        const char *json, *field;
    } bad[] = {
        {"{\"enabled\": true}", "host"},
        {"{\"host\": \"a b\"}", "host"},
        {"{\"base\": \"\"}", "base"},
        {"{\"base\": \"a//b\"}", "base"},
        {"{\"base\": \"a/+\"}", "base"},
        {"{\"base\": \"/a\"}", "base"},
        {"{\"id\": \"A\"}", "id"},
        {"{\"group\": \"a/b\"}", "group"},
        {"{\"tcp_port\": 0}", "tcp_port"},
        {"{\"tcp_port\": 1.5}", "tcp_port"},
        {"{\"interval_s\": 4000}", "interval_s"},
        {"{\"tls\": 1}", "tls"},
        {"{\"ca\": \"no\"}", "ca"},
        {"{\"model_key\": \"04aa\"}", "model_key"},
        {"{\"user\": \"a\\nb\"}", "user"},
        {"{\"nothing\": 1}", "nothing"},
    };
    char field[60];
    fake_app_open_with_fleet(&tested);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        checks.about = bad[i].json;
        const fake_answer *answer = patch(bad[i].json);
        CHECK_EQUAL(answer->status, 422);
        snprintf(field, sizeof field, "\"field\":\"%s\"", bad[i].field);
        CHECK_SAYS(answer->body, field);
    }
    checks.about = "";
    CHECK_EQUAL(patch("{\"host\": \"h\", \"password\": \"geheim\", \"user\": \"u\", \"key\": \"-----BEGIN "
                      "PRIVATE KEY-----\\nabc\\n-----END PRIVATE KEY-----\\n\"}")
                    ->status,
                200);
    const char *body = fake_get(&tested, "/api/fleet")->body;
    CHECK_SAYS(body, "\"has_password\":true");
    CHECK_SAYS(body, "\"has_key\":true");
    CHECK(strstr(body, "geheim") == NULL && strstr(body, "abc") == NULL);
    fake_app_start(&tested, false);
    CHECK_SAYS(fake_get(&tested, "/api/fleet")->body, "\"host\":\"h\"");
    CHECK_EQUAL(patch("{\"password\": null, \"key\": null}")->status, 200);
    CHECK_SAYS(fake_get(&tested, "/api/fleet")->body, "\"has_password\":false");
    CHECK_SAYS(fake_get(&tested, "/api/fleet")->body, "\"has_key\":false");
    const fake_request without = {.method = "PATCH",
                                  .path = "/api/fleet",
                                  .type = "application/json",
                                  .body = "{}",
                                  .body_bytes = 2,
                                  .without_token = true};
    CHECK_EQUAL(fake_send(&tested, &without)->status, 401);
    close_tested();
}

// Each write of the files cut at each place: the settings before or after, never none.
static void settings_survive_power_cuts(void) {
    for (uint64_t operation = 1; operation < 4; operation++) {
        for (unsigned part = 0; part <= 256; part += 64) {
            fake_app_open_with_fleet(&tested);
            CHECK_EQUAL(patch("{\"host\": \"before\"}")->status, 200);
            tested.world.file_cut_at = tested.world.file_operations + operation;
            tested.world.file_cut_part = part;
            patch("{\"host\": \"after\"}");
            fake_app_start(&tested, false);
            const char *body = fake_get(&tested, "/api/fleet")->body;
            CHECK(strstr(body, "\"host\":\"before\"") != NULL || strstr(body, "\"host\":\"after\"") != NULL);
            close_tested();
        }
    }
}

static void without_a_broker_there_is_no_fleet(void) {
    fake_app_open(&tested);
    CHECK_EQUAL(fake_get(&tested, "/api/fleet")->status, 404);
    close_tested();
}

// ---- what it says ----

static void it_says_hello(void) {
    open_connected(", \"group\": \"hall\"");
    const fake_net *net = tested.world.net;
    CHECK_SAYS(net->will_topic, "thimble/one/availability=offline");
    CHECK_SAYS(net->password, "geheim");
    CHECK_SAYS(net->client_id, "one");
    CHECK_EQUAL(net->subscription_count, 4);
    CHECK_SAYS(net->subscriptions[0], "thimble/one/cmd/+");
    CHECK_SAYS(net->subscriptions[1], "thimble/all/cmd/+");
    CHECK_SAYS(net->subscriptions[2], "thimble/group/hall/cmd/+");
    CHECK_SAYS(net->subscriptions[3], "homeassistant/status");
    const fake_published *hello = fake_broker_find(&tested.world, "thimble/one/availability");
    CHECK(hello != NULL && hello->is_retained && hello->qos == 1 && strcmp(hello->text, "online") == 0);
    const fake_published *info = fake_broker_find(&tested.world, "thimble/one/info");
    CHECK(info != NULL && info->is_retained);
    CHECK_SAYS(info->text, "\"name\":\"fashion_64k\"");
    const fake_published *home = fake_broker_find(&tested.world, "homeassistant/device/one/config");
    CHECK(home != NULL && home->is_retained && home->byte_count < FAKE_TEXT_BYTES);
    CHECK_SAYS(home->text, "\"heap\"");
    CHECK(strstr(home->text, "\"rssi\"") == NULL);  // the fake has no radio
    app_end(&tested.app);
    CHECK(!net->is_started);
    CHECK_SAYS(fake_broker_find(&tested.world, "thimble/one/availability")->text, "offline");
    close_tested();
}

static void home_assistant_hears_again_and_forgets(void) {
    open_connected("");
    tested.world.net->published_count = 0;
    fake_broker_send(&tested.world, "homeassistant/status", "offline", false);
    steps(120);
    CHECK(fake_broker_find(&tested.world, "homeassistant/device/one/config") == NULL);
    fake_broker_send(&tested.world, "homeassistant/status", "online", false);
    steps(120);  // 6 s
    CHECK(fake_broker_find(&tested.world, "homeassistant/device/one/config") != NULL);
    patch("{\"home_assistant\": false}");
    const fake_published *removal = fake_broker_find(&tested.world, "homeassistant/device/one/config");
    CHECK(removal != NULL && removal->byte_count == 0 && removal->is_retained);
    close_tested();
}

static void state_comes_at_its_interval(void) {
    open_connected(", \"interval_s\": 2");
    steps(30);
    tested.world.net->published_count = 0;
    steps(200);  // 10 s of 50 ms, one label
    unsigned count = 0;
    for (size_t i = 0; i < tested.world.net->published_count; i++) {
        count += strcmp(tested.world.net->published[i].topic, "thimble/one/state") == 0;
    }
    CHECK(count >= 4 && count <= 6);
    close_tested();
}

// ---- events ----

// The events published on this connection: their numbers follow each other from `first`. Returns how many.
static uint32_t check_order(uint32_t first) {
    uint32_t next = first;
    for (size_t i = 0; i < tested.world.net->published_count; i++) {
        const fake_published *message = &tested.world.net->published[i];
        if (strcmp(message->topic, "thimble/one/event") == 0) {
            CHECK_EQUAL(number_in(message->text, "seq"), next);
            CHECK_EQUAL(message->qos, 1);
            next++;
        }
    }
    return next - first;
}

static void events_wait_for_the_broker(void) {
    open_connected("");
    decide(3);
    CHECK(check_order(1) >= 3);
    fake_broker_acknowledge(&tested.world);
    steps(1);
    const uint32_t acknowledged = tested.app.fleet->queue.acknowledged_seq;
    CHECK(acknowledged >= 3);
    // Nothing is acknowledged: not more than a few are on their way.
    decide(20);
    CHECK_EQUAL(tested.app.fleet->queue.flight_count, FLEET_IN_FLIGHT);
    fake_broker_end(&tested.world, "the cable");
    steps(1);
    CHECK_SAYS(fake_get(&tested, "/api/fleet")->body, "\"problem\":\"the cable\"");
    decide(10);
    wait_for_start();
    fake_broker_connect(&tested.world);
    const uint32_t newest = tested.app.fleet->queue.newest_seq;
    for (uint32_t i = 0; i < newest; i++) {
        steps(1);
        fake_broker_acknowledge(&tested.world);
    }
    CHECK(check_order(acknowledged + 1) >= newest - acknowledged);
    CHECK_EQUAL(fleet_queue_count(&tested.app.fleet->queue), 0);
    CHECK_EQUAL(tested.app.fleet->queue.lost_count, 0);
    close_tested();
}

static void a_long_outage_loses_the_oldest_and_says_so(void) {
    open_connected("");
    fake_broker_end(&tested.world, "gone");
    decide(100);
    const fleet_queue *queue = &tested.app.fleet->queue;
    CHECK_EQUAL(fleet_queue_count(queue), 64);
    CHECK_EQUAL(queue->lost_count, queue->newest_seq - 64);
    wait_for_start();
    fake_broker_connect(&tested.world);
    for (int i = 0; i < 80; i++) {
        steps(1);
        fake_broker_acknowledge(&tested.world);
    }
    check_order(queue->lost_count + 1);
    CHECK_SAYS(fake_broker_find(&tested.world, "thimble/one/state")->text, "\"lost\":");
    close_tested();
}

static void a_full_port_is_asked_again(void) {
    open_connected("");
    tested.world.net->is_full = true;
    decide(3);
    tested.world.net->is_full = false;
    steps(3);
    CHECK(check_order(1) >= 3);
    close_tested();
}

static void a_broker_that_never_acknowledges_is_left(void) {
    open_connected("");
    decide(1);
    tested.world.now_us += 25000000;
    steps(2);
    CHECK_SAYS(tested.app.fleet->problem, "acknowledge");
    close_tested();
}

static void reconnects_are_spread(void) {
    uint64_t sum_ms = 0, least_ms = UINT64_MAX, most_ms = 0;
    open_connected("");
    for (int i = 0; i < 60; i++) {
        fake_broker_end(&tested.world, "refused");
        steps(1);
        const uint64_t wait_ms = (tested.app.fleet->retry_us - tested.world.now_us + 60000) / 1000;
        if (i >= 10) {
            least_ms = wait_ms < least_ms ? wait_ms : least_ms;
            most_ms = wait_ms > most_ms ? wait_ms : most_ms;
            sum_ms += wait_ms;
        }
        wait_for_start();
    }
    // Evenly from 0 to 120 s: the mean of fifty is 60 s, within 17 s but once in a thousand times.
    CHECK(sum_ms / 50 > 35000 && sum_ms / 50 < 85000);
    CHECK(least_ms < 30000 && most_ms > 90000 && most_ms <= 121000);
    close_tested();
}

// ---- across restarts ----

static void kept_events_survive_a_restart(void) {
    open_connected(", \"keep_events\": true");
    decide(20);
    for (int i = 0; i < 10; i++) {
        fake_broker_acknowledge(&tested.world);
        steps(1);
    }
    const uint32_t acknowledged = tested.app.fleet->queue.acknowledged_seq;
    fake_broker_end(&tested.world, "gone");
    decide(30);
    const uint32_t newest = tested.app.fleet->queue.newest_seq, epoch = tested.app.fleet->queue.epoch;
    fake_app_start(&tested, true);
    const fleet_queue *queue = &tested.app.fleet->queue;
    CHECK_EQUAL(queue->epoch, epoch);
    CHECK_EQUAL(queue->newest_seq, newest);
    CHECK(queue->acknowledged_seq <= acknowledged && queue->acknowledged_seq + 1 >= acknowledged);
    const uint32_t first = queue->acknowledged_seq + 1;
    wait_for_start();
    fake_broker_connect(&tested.world);
    for (int i = 0; i < 60; i++) {
        steps(1);
        fake_broker_acknowledge(&tested.world);
    }
    CHECK(check_order(first) >= newest - first + 1);
    // It is noted that nobody waits, so the next restart repeats nothing.
    app_end(&tested.app);
    const uint32_t last = queue->newest_seq;
    fake_app_start(&tested, false);
    CHECK_EQUAL(queue->newest_seq, last);
    CHECK_EQUAL(fleet_queue_count(queue), 0);
    CHECK_EQUAL(patch("{\"keep_events\": false}")->status, 200);
    fake_app_start(&tested, false);
    CHECK(queue->epoch != epoch);
    CHECK_EQUAL(queue->newest_seq, 0);
    close_tested();
}

// The power goes in each write of the queue, at several places of it: at most the event that was being written is gone.
static void power_cuts_lose_at_most_the_newest_event(void) {
    static fleet_event ring[64];
    static uint8_t room[FLEET_SEGMENT_BYTES];
    fleet_queue queue;
    fake_port world;
    for (unsigned event_count = 1; event_count < 90; event_count++) {
        for (unsigned part = 0; part <= 256; part += 51) {
            fake_port_open(&world);
            fleet_queue_open(&queue, &world.port, ring, 64, room, true);
            world.file_cut_at = world.file_operations + event_count;
            world.file_cut_part = part;
            for (unsigned i = 0; i < event_count; i++) {
                const fleet_event added = {.frame_number = 1000 + i, .label = "Dress"};
                fleet_queue_add(&queue, &added);
            }
            fake_port_power_on(&world);
            const uint32_t epoch = queue.epoch;
            fleet_queue_open(&queue, &world.port, ring, 64, room, true);
            CHECK(queue.newest_seq == event_count || queue.newest_seq == event_count - 1);
            CHECK(queue.newest_seq == 0 || queue.epoch == epoch);
            for (uint32_t seq = queue.acknowledged_seq + 1; seq <= queue.newest_seq; seq++) {
                CHECK_EQUAL(ring[seq % 64].frame_number, 999 + seq);
            }
            CHECK(fleet_queue_count(&queue) >= (queue.newest_seq < 48 ? queue.newest_seq : 48));
            fake_port_close(&world);
        }
    }
}

// ---- commands ----

static const char *result_of(const char *topic, const char *message) {
    fake_broker_send(&tested.world, topic, message, false);
    steps(1);
    const fake_published *result = fake_broker_find(&tested.world, "thimble/one/result");
    return result != NULL ? result->text : "no result";
}

static void commands_are_done(void) {
    open_connected(", \"group\": \"hall\"");
    CHECK_SAYS(result_of("thimble/one/cmd/threshold", "0.75"), "\"done\":true");
    CHECK_EQUAL(tested.app.settings.threshold, 750);
    CHECK_SAYS(result_of("thimble/all/cmd/threshold", "{\"threshold\": 0.5, \"ref\": \"r1\"}"), "\"ref\":\"r1\"");
    CHECK_EQUAL(tested.app.settings.threshold, 500);
    CHECK_SAYS(result_of("thimble/group/hall/cmd/threshold", "2"), "has to be a number from 0 to 1");
    CHECK_SAYS(result_of("thimble/one/cmd/threshold", "{}"), "\"done\":false");
    CHECK_SAYS(result_of("thimble/one/cmd/threshold", "{\"threshold\": "), "not JSON");
    CHECK_SAYS(result_of("thimble/one/cmd/interval", "7"), "\"done\":true");
    CHECK_EQUAL(tested.app.fleet->settings.interval_s, 7);
    CHECK_SAYS(result_of("thimble/one/cmd/interval", "0"), "\"done\":false");
    CHECK_SAYS(result_of("thimble/one/cmd/dance", "{}"), "no such command");
    CHECK_SAYS(result_of("thimble/one/cmd/snapshot", ""), "\"done\":true");
    const fake_published *image = fake_broker_find(&tested.world, "thimble/one/image");
    CHECK(image != NULL && image->byte_count > 1000 && image->is_retained);
    CHECK_SAYS(result_of("thimble/one/cmd/model", "{\"use\": \"other\"}"), "no model \\\"other\\\"");
    CHECK_SAYS(result_of("thimble/one/cmd/model", "{\"use\": \"fashion_64k\"}"), "in use already");
    // Retained commands would come again with each connection.
    fake_broker_send(&tested.world, "thimble/one/cmd/threshold", "0.9", true);
    steps(2);
    CHECK_EQUAL(tested.app.settings.threshold, 500);
    CHECK_SAYS(result_of("thimble/one/cmd/reboot", "{}"), "Restarts");
    steps(2);
    CHECK_EQUAL(tested.world.net->restarts, 1);
    close_tested();
}

static void a_flood_of_commands_is_bounded(void) {
    open_connected("");
    for (int i = 0; i < 5000; i++) {
        fake_broker_send(&tested.world, "thimble/all/cmd/threshold", "0.8", false);
    }
    CHECK(tested.app.fleet->inbox.dropped_count > 4000);
    steps(400);
    CHECK_EQUAL(tested.app.settings.threshold, 800);
    close_tested();
}

int main(void) {
    RUN(it_is_off_by_default);
    RUN(settings_keep_limits_and_secrets);
    RUN(settings_survive_power_cuts);
    RUN(without_a_broker_there_is_no_fleet);
    RUN(it_says_hello);
    RUN(home_assistant_hears_again_and_forgets);
    RUN(state_comes_at_its_interval);
    RUN(events_wait_for_the_broker);
    RUN(a_long_outage_loses_the_oldest_and_says_so);
    RUN(a_full_port_is_asked_again);
    RUN(a_broker_that_never_acknowledges_is_left);
    RUN(reconnects_are_spread);
    RUN(kept_events_survive_a_restart);
    RUN(power_cuts_lose_at_most_the_newest_event);
    RUN(commands_are_done);
    RUN(a_flood_of_commands_is_bounded);
    return check_result();
}
