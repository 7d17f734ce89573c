// http_test.c - the application as its clients see it, on a fake port: no sockets, no threads, no time.
//
// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE  // memmem
#include <stdio.h>
#include <stdlib.h>

#include "check.h"
#include "fake_client.h"
#include "scenes.h"

static fake_app tested;
static char text_room[FAKE_ANSWER_BYTES];

static void steps(int count) {
    for (int i = 0; i < count; i++) {
        app_step(&tested.app);
    }
}

// The number behind "name": in the last answer; -1 if it is not there.
static double number(const fake_answer *answer, const char *name) {
    char pattern[64];
    snprintf(pattern, sizeof pattern, "\"%s\":", name);
    const char *at = strstr(answer->body, pattern);
    return at != NULL ? atof(at + strlen(pattern)) : -1;
}

// ---- the loop ----

static void it_looks_and_decides(void) {
    fake_app_open(&tested);
    CHECK_SAYS(fake_get(&tested, "/api/status")->body, "\"state\":\"no_camera\"");
    steps(5);
    const fake_answer *status = fake_get(&tested, "/api/status");
    CHECK_EQUAL(status->status, 200);
    CHECK_SAYS(status->headers, "Content-Type: application/json\n");
    CHECK_SAYS(status->headers, "X-Content-Type-Options: nosniff\n");
    CHECK_SAYS(status->body, "\"state\":\"running\"");
    CHECK_SAYS(status->body, "\"label\":\"Pullover\"");
    CHECK_EQUAL(number(status, "samples"), 5);
    CHECK(number(status, "frames_per_second") > 19.9 && number(status, "frames_per_second") < 20.1);
    CHECK_SAYS(status->body, "\"memory_free_bytes\":12345");
    // Nothing before the camera; then no camera.
    tested.world.frame = scenes[4].bytes;
    tested.world.frame_bytes = scenes[4].byte_count;
    steps(20);
    CHECK_SAYS(fake_get(&tested, "/api/status")->body, "\"kind\":\"nothing\",\"class\":-1");
    tested.world.camera_result = PORT_FAILED;
    steps(2);
    CHECK_SAYS(fake_get(&tested, "/api/status")->body, "\"state\":\"no_camera\"");
    CHECK_EQUAL(tested.world.lock_mistakes, 0);
    fake_app_close(&tested);
}

static void bad_frames_are_counted_and_survived(void) {
    static const uint8_t damaged[] = {0xff, 0xd8, 0xff, 0xe0, 1, 2, 3};
    fake_app_open(&tested);
    steps(1);
    tested.world.frame = damaged;
    tested.world.frame_bytes = sizeof damaged;
    steps(3);
    tested.world.camera_result = PORT_TOO_LARGE;
    steps(2);
    tested.world.camera_result = PORT_OK;
    tested.world.frame = scenes[0].bytes;
    tested.world.frame_bytes = scenes[0].byte_count;
    steps(1);
    const fake_answer *status = fake_get(&tested, "/api/status");
    CHECK_EQUAL(number(status, "bad"), 3);
    CHECK_EQUAL(number(status, "dropped"), 2);
    CHECK_EQUAL(number(status, "samples"), 2);
    fake_app_close(&tested);
}

static void pause_stops_the_camera(void) {
    fake_app_open(&tested);
    steps(2);
    CHECK_EQUAL(fake_send_json(&tested, "PATCH", "/api/settings", "{\"paused\": true}")->status, 200);
    const uint64_t operations = tested.world.flash.operation_count;
    steps(3);
    const double samples = number(fake_get(&tested, "/api/status"), "samples");
    steps(5);
    CHECK_EQUAL(number(fake_get(&tested, "/api/status"), "samples"), samples);
    CHECK_SAYS(fake_get(&tested, "/api/status")->body, "\"state\":\"paused\"");
    CHECK_EQUAL(operations, 0);  // pausing is not worth a write
    fake_app_close(&tested);
}

// ---- who may ask ----

static void others_are_kept_out(void) {
    fake_app_open(&tested);
    steps(1);
    static const struct {
        const char *headers;
        int status;
    } cases[] = {
        {"Host: localhost\n", 200},
        {"Host: LOCALHOST:99\n", 200},
        {"Host: 192.168.4.1\n", 200},
        {"Host: [fe80::1]:8080\n", 200},
        {"Host: thimble-1234.local:80\n", 200},
        {"Host: evil.example\n", 421},
        {"Host: localhost.evil.example\n", 421},
        {"Host: 127.0.0.1.evil.example\n", 421},
        {"Host: localhost:80@evil.example\n", 421},
        {"Host: \n", 421},
        {"Host: [::1\n", 421},
        {"Origin: http://localhost:8080\n", 200},
        {"Origin: http://localhost:8081\n", 403},
        {"Origin: http://evil.example\n", 403},
        {"Origin: null\n", 403},
        {"Sec-Fetch-Site: cross-site\nSec-Fetch-Mode: no-cors\n", 403},
        {"Sec-Fetch-Site: cross-site\nSec-Fetch-Mode: navigate\n", 200},
        {"Sec-Fetch-Site: same-origin\nSec-Fetch-Mode: cors\n", 200},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        checks.about = cases[i].headers;
        const fake_request request = {.method = "GET", .path = "/api/settings", .headers = cases[i].headers};
        CHECK_EQUAL(fake_send(&tested, &request)->status, cases[i].status);
    }
    checks.about = "";
    CHECK_EQUAL(fake_send(&tested, &(fake_request){.method = "GET", .path = "/", .without_host = true})->status, 400);
    fake_app_close(&tested);
}

static void changes_need_the_token(void) {
    fake_app_open(&tested);
    steps(1);
    static const struct {
        const char *method, *path, *type;
    } changes[] = {
        {"PATCH", "/api/settings", "application/json"},
        {"PUT", "/api/model", "application/octet-stream"},
        {"POST", "/api/model/rollback", NULL},
        {"POST", "/api/captures", "application/json"},
        {"PATCH", "/api/captures/1", "application/json"},
        {"DELETE", "/api/captures/1", NULL},
        {"POST", "/api/frames", "image/jpeg"},
    };
    static const char *const wrong[] = {"",
                                        "Authorization: Bearer\n",
                                        "Authorization: Bearer \n",
                                        "Authorization: Bearer fake-token-1234\n",
                                        "Authorization: Bearer fake-token-123456\n",
                                        "Authorization: Basic fake-token-12345\n",
                                        "Authorization: fake-token-12345\n"};
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        for (size_t k = 0; k < sizeof wrong / sizeof wrong[0]; k++) {
            checks.about = changes[i].path;
            const fake_answer *answer = fake_send(&tested, &(fake_request){.method = changes[i].method,
                                                                           .path = changes[i].path,
                                                                           .type = changes[i].type,
                                                                           .body = "{}",
                                                                           .body_bytes = 2,
                                                                           .headers = wrong[k],
                                                                           .without_token = true});
            CHECK_EQUAL(answer->status, 401);
            CHECK_SAYS(answer->headers, "WWW-Authenticate: Bearer\n");
            CHECK_SAYS(answer->headers, "Content-Type: application/problem+json\n");
        }
    }
    CHECK_EQUAL(tested.world.flash.operation_count, 0);
    fake_app_close(&tested);
}

static void what_is_not_there_is_said(void) {
    fake_app_open(&tested);
    static const struct {
        const char *method, *path, *type;
        int status;
    } cases[] = {
        {"GET", "/nothing", NULL, 404},
        {"GET", "/api/captures/0", NULL, 404},
        {"GET", "/api/captures/99999999999", NULL, 404},
        {"GET", "/api/captures/../../etc/passwd", NULL, 404},
        {"GET", "/api/captures/1", NULL, 404},
        {"DELETE", "/api/captures/1", NULL, 404},
        {"GET", "/api/captures?limit=51", NULL, 400},
        {"GET", "/api/captures?before=x", NULL, 400},
        {"PUT", "/api/model?sha256=12", "application/octet-stream", 400},
        {"DELETE", "/api/settings", NULL, 405},
        {"POST", "/", NULL, 405},
        {"BREW", "/api/settings", NULL, 405},
        {"PATCH", "/api/settings", "text/plain", 415},
        {"POST", "/api/classify", "image/gif", 415},
        {"POST", "/api/classify", NULL, 415},
        {"GET", "/api/frame.jpg", NULL, 503},
        {"GET", "/api/seen.bmp", NULL, 503},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        checks.about = cases[i].path;
        const fake_request request = {.method = cases[i].method, .path = cases[i].path, .type = cases[i].type};
        const fake_answer *answer = fake_send(&tested, &request);
        CHECK_EQUAL(answer->status, cases[i].status);
        CHECK_SAYS(answer->body, "\"detail\":\"");
    }
    checks.about = "";
    CHECK_SAYS(fake_send(&tested, &(fake_request){.method = "POST", .path = "/api/settings"})->headers,
               "Allow: GET, HEAD, PATCH\n");
    fake_app_close(&tested);
}

static void the_page_is_there(void) {
    fake_app_open(&tested);
    const fake_answer *page = fake_get(&tested, "/");
    CHECK_EQUAL(page->status, 200);
    CHECK(page->body_bytes > 100 && (uint8_t)page->body[0] == 0x1f && (uint8_t)page->body[1] == 0x8b);
    CHECK_SAYS(page->headers, "Content-Encoding: gzip\n");
    CHECK_SAYS(page->headers, "Content-Security-Policy: default-src 'none'");
    char etag[80];
    const char *at = strstr(page->headers, "ETag: ");
    CHECK(at != NULL && sscanf(at, "ETag: %79s", etag) == 1);
    char headers[120];
    snprintf(headers, sizeof headers, "If-None-Match: %s\n", etag);
    page = fake_send(&tested, &(fake_request){.method = "GET", .path = "/", .headers = headers});
    CHECK_EQUAL(page->status, 304);
    CHECK_EQUAL(page->body_bytes, 0);
    CHECK_EQUAL(fake_send(&tested, &(fake_request){.method = "HEAD", .path = "/page.js"})->body_bytes, 0);
    CHECK_EQUAL(fake_get(&tested, "/api/openapi.yaml")->status, 200);
    fake_app_close(&tested);
}

// ---- pictures in requests ----

static fake_answer *classify_at(const char *path, const char *type, const void *bytes, size_t byte_count) {
    return fake_send(&tested, &(fake_request){.method = "POST",
                                              .path = path,
                                              .type = type,
                                              .body = bytes,
                                              .body_bytes = byte_count,
                                              .without_token = true});
}

static fake_answer *classify(const char *type, const void *bytes, size_t byte_count) {
    return classify_at("/api/classify", type, bytes, byte_count);
}

static void a_picture_can_be_looked_at_in_another_mode(void) {
    fake_app_open(&tested);
    const fake_answer *answer =
        classify_at("/api/classify?mode=plain", "image/jpeg", scenes[0].bytes, scenes[0].byte_count);
    CHECK_EQUAL(answer->status, 200);
    CHECK_SAYS(answer->body, "\"crop\":{\"top\":0,\"left\":0,\"height\":240,\"width\":320}");
    answer = classify_at("/api/classify?mode=garment", "image/jpeg", scenes[0].bytes, scenes[0].byte_count);
    CHECK(number(answer, "left") > 30);
    answer = classify_at("/api/classify?mode=blind", "image/jpeg", scenes[0].bytes, scenes[0].byte_count);
    CHECK_EQUAL(answer->status, 400);
    CHECK_SAYS(answer->body, "\"mode\"");
    CHECK_SAYS(fake_get(&tested, "/api/settings")->body, "\"mode\":\"model\"");
    fake_app_close(&tested);
}

static void pictures_are_classified(void) {
    size_t png_bytes;
    uint8_t raw[784];
    fake_app_open(&tested);
    const fake_answer *answer = classify("image/jpeg", scenes[0].bytes, scenes[0].byte_count);
    CHECK_EQUAL(answer->status, 200);
    CHECK_SAYS(answer->body, "\"kind\":\"class\",\"class\":9,\"label\":\"Ankle boot\"");
    CHECK_EQUAL(number(answer, "picture_width"), 320);
    CHECK(number(answer, "left") > 30 && number(answer, "left") < 100);
    uint8_t *png = read_test_file("samples/9_ankle_boot.png", &png_bytes);
    CHECK_SAYS(classify("image/png", png, png_bytes)->body, "\"label\":\"Ankle boot\"");
    CHECK_EQUAL(classify("image/jpeg", png, png_bytes)->status, 422);
    CHECK_EQUAL(classify("image/png", png, png_bytes / 2)->status, 422);
    free(png);
    CHECK_EQUAL(classify("image/jpeg", scenes[0].bytes, scenes[0].byte_count / 2)->status, 422);
    CHECK_EQUAL(classify("image/jpeg", "", 0)->status, 422);
    memset(raw, 0, sizeof raw);
    CHECK_EQUAL(classify("application/octet-stream", raw, sizeof raw)->status, 200);
    answer = classify("application/octet-stream", raw, sizeof raw - 1);
    CHECK_EQUAL(answer->status, 422);
    CHECK_SAYS(answer->body, "28 x 28 x 1 = 784 bytes; this has 783");
    CHECK_SAYS(classify("image/jpeg", scenes[4].bytes, scenes[4].byte_count)->body, "\"kind\":\"nothing\"");
    char *large = calloc(1, 40000);
    CHECK_EQUAL(classify("image/jpeg", large, 40000)->status, 413);
    free(large);
    CHECK_EQUAL(tested.app.bodies_taken, 0);
    CHECK_EQUAL(tested.world.lock_mistakes, 0);
    fake_app_close(&tested);
}

static void pushed_frames_take_the_cameras_place(void) {
    fake_app_open(&tested);
    steps(3);
    const fake_request push = {.method = "POST",
                               .path = "/api/frames",
                               .type = "image/jpeg",
                               .body = scenes[0].bytes,
                               .body_bytes = scenes[0].byte_count};
    CHECK_EQUAL(fake_send(&tested, &push)->status, 202);
    CHECK_EQUAL(fake_send(&tested, &push)->status, 202);  // replaces the one before
    steps(1);
    CHECK_SAYS(fake_get(&tested, "/api/status")->body, "\"source\":\"pushed\"");
    const fake_answer *shown = fake_get(&tested, "/api/frame.jpg");
    CHECK_EQUAL(shown->body_bytes, scenes[0].byte_count);
    CHECK(memcmp(shown->body, scenes[0].bytes, scenes[0].byte_count) == 0);
    CHECK_SAYS(shown->headers, "X-Frame: 4\n");
    steps(1);
    CHECK_EQUAL(number(fake_get(&tested, "/api/status"), "samples"), 4);  // the camera waits
    tested.world.now_us += 2000000;
    steps(1);
    CHECK_SAYS(fake_get(&tested, "/api/status")->body, "\"source\":\"camera\"");
    CHECK_EQUAL(fake_get(&tested, "/api/frame.jpg")->body_bytes, scenes[1].byte_count);
    const fake_request text = {
        .method = "POST", .path = "/api/frames", .type = "image/jpeg", .body = "hello", .body_bytes = 5};
    CHECK_EQUAL(fake_send(&tested, &text)->status, 422);
    fake_app_close(&tested);
}

static void what_the_model_saw_is_a_bitmap(void) {
    fake_app_open(&tested);
    steps(1);
    const fake_answer *seen = fake_get(&tested, "/api/seen.bmp");
    CHECK_EQUAL(seen->status, 200);
    CHECK_EQUAL(seen->body_bytes, 54 + 28 * 84);
    CHECK(memcmp(seen->body, "BM", 2) == 0);
    // The first row of the file is the last of the picture.
    CHECK_EQUAL((uint8_t)seen->body[54 + 27 * 84 + 3 * 14], tested.app.seen[14]);
    CHECK_EQUAL((uint8_t)seen->body[54 + 3 * 14 + 2], tested.app.seen[27 * 28 + 14]);
    fake_app_close(&tested);
}

// ---- streams ----

static http_exchange *open_stream(const char *path, const char *headers) {
    http_response response;
    static fake_request request;
    request = (fake_request){.method = "GET", .path = path, .headers = headers, .without_token = true};
    http_exchange *exchange = fake_begin(&tested, &request);
    if (exchange != NULL) {
        CHECK_EQUAL(http_respond(exchange, &response), HTTP_READY);
        CHECK_EQUAL(response.status, 200);
        CHECK_EQUAL(response.body_bytes, -1);
    }
    return exchange;
}

static void video_gives_each_client_the_newest_frame(void) {
    fake_app_open(&tested);
    http_exchange *quick = open_stream("/stream", NULL), *slow = open_stream("/stream", NULL);
    CHECK_EQUAL(fake_read(quick)->body_bytes, 0);
    steps(1);
    const fake_answer *part = fake_read(quick);
    CHECK(strncmp(part->body, "--thimble-frame\r\nContent-Type: image/jpeg\r\n", 43) == 0);
    CHECK_SAYS(part->body, "X-Frame: 1\r\n\r\n");
    CHECK(memcmp(part->body + part->body_bytes - 2, "\r\n", 2) == 0);
    CHECK_EQUAL(fake_read(quick)->body_bytes, 0);
    // The slow one takes ten bytes of frame 1, which stays as it is for it while others come and go.
    uint8_t room[10];
    CHECK_EQUAL(http_produce(slow, room, sizeof room), 10);
    tested.world.frame = scenes[0].bytes;
    tested.world.frame_bytes = scenes[0].byte_count;
    for (int i = 0; i < 30; i++) {
        steps(1);
        CHECK(fake_read(quick)->body_bytes > scenes[0].byte_count);
    }
    part = fake_read(slow);
    CHECK(memmem(part->body, part->body_bytes, scenes[1].bytes, scenes[1].byte_count) != NULL);
    CHECK_SAYS(part->body + part->body_bytes - scenes[0].byte_count - 40, "X-Frame: 31\r\n");
    CHECK_EQUAL(number(fake_get(&tested, "/api/status"), "streams"), 2);
    CHECK(open_stream("/stream", NULL) == NULL);  // the limit
    http_end(quick);
    CHECK_EQUAL(number(fake_get(&tested, "/api/status"), "streams"), 1);
    quick = open_stream("/stream", NULL);
    CHECK(quick != NULL);
    http_end(quick);
    http_end(slow);
    for (size_t i = 0; i < tested.app.frames.slot_count; i++) {
        CHECK_EQUAL(tested.app.frames.slots[i].holders, &tested.app.frames.slots[i] == tested.app.frames.latest);
    }
    fake_app_close(&tested);
}

static void events_are_numbered_and_resumed(void) {
    fake_app_open(&tested);
    http_exchange *first = open_stream("/events", NULL);
    CHECK(strcmp(fake_read(first)->body, "retry: 2000\n\n") == 0);
    steps(1);
    const fake_answer *read = fake_read(first);
    CHECK(strncmp(read->body, "id: 1\nevent: decision\ndata: {\"id\":1,", 36) == 0);
    CHECK_SAYS(read->body, "\n\nevent: sample\ndata: {\"frame\":1,");
    CHECK(memcmp(read->body + read->body_bytes - 2, "\n\n", 2) == 0);
    for (int scene = 0; scene < 11; scene++) {
        tested.world.frame = scenes[scene].bytes;
        tested.world.frame_bytes = scenes[scene].byte_count;
        steps(20);
    }
    const uint32_t newest = tested.app.events.newest_id;
    CHECK(newest > 8);
    // It was away, and gets every decision and the newest sample.
    read = fake_read(first);
    unsigned decisions = 0, samples = 0;
    for (const char *at = read->body; (at = strstr(at, "event: ")) != NULL; at++) {
        decisions += strncmp(at, "event: decision\n", 16) == 0;
        samples += strncmp(at, "event: sample\n", 14) == 0;
    }
    CHECK_EQUAL(decisions, newest - 1);
    CHECK_EQUAL(samples, 1);
    http_end(first);
    http_exchange *again = open_stream("/events", "Last-Event-ID: 3\n");
    CHECK(strncmp(fake_read(again)->body, "retry: 2000\n\nid: 4\n", 19) == 0);
    CHECK_EQUAL(fake_read(again)->body_bytes, 0);
    tested.world.now_us += (uint64_t)APP_HEARTBEAT_MS * 1000;
    CHECK(strcmp(fake_read(again)->body, ": here\n\n") == 0);
    CHECK_EQUAL(fake_send_json(&tested, "PATCH", "/api/settings", "{\"mirror\": true}")->status, 200);
    CHECK_SAYS(fake_read(again)->body, "event: changed\ndata: {\"what\":[\"settings\"]}\n\n");
    http_end(again);
    // A newcomer, and one that remembers a time before a restart.
    for (int i = 0; i < 2; i++) {
        again = open_stream(i == 0 ? "/events" : "/events?last_event_id=99999", NULL);
        snprintf(text_room, sizeof text_room, "retry: 2000\n\nid: %u\n", (unsigned)newest);
        CHECK(strncmp(fake_read(again)->body, text_room, strlen(text_room)) == 0);
        http_end(again);
    }
    CHECK_EQUAL(tested.world.lock_mistakes, 0);
    fake_app_close(&tested);
}

// ---- models ----

static fake_answer *upload(const char *path, const void *bytes, size_t byte_count) {
    return fake_send(&tested, &(fake_request){.method = "PUT",
                                              .path = path,
                                              .type = "application/octet-stream",
                                              .body = bytes,
                                              .body_bytes = byte_count});
}

static void models_come_and_go(void) {
    static uint8_t damaged[70000];
    fake_app_open(&tested);
    steps(3);
    const fake_answer *answer = upload("/api/model?name=mine", sample_model, sample_model_bytes);
    CHECK_EQUAL(answer->status, 200);
    CHECK_SAYS(answer->body, "\"source\":\"slot_a\"");
    CHECK_SAYS(answer->body, "\"can_roll_back\":true,\"previous\":\"fashion_64k\"");
    steps(3);
    CHECK_SAYS(fake_get(&tested, "/api/status")->body, "\"label\":\"Pullover\"");
    // What is wrong is refused, and the model in use goes on.
    memcpy(damaged, sample_model, sample_model_bytes);
    memset(damaged + sample_model_bytes / 2, 0xff, sample_model_bytes / 2);
    answer = upload("/api/model", damaged, sample_model_bytes);
    CHECK_EQUAL(answer->status, 422);
    CHECK_SAYS(answer->body, "The model in use stays.");
    CHECK_EQUAL(upload("/api/model", "hello", 5)->status, 422);
    CHECK_EQUAL(upload("/api/model", "", 0)->status, 422);
    CHECK_EQUAL(upload("/api/model", damaged, FAKE_SLOT_BYTES)->status, 413);
    answer = upload("/api/model?sha256=0000000000000000000000000000000000000000000000000000000000000000", sample_model,
                    sample_model_bytes);
    CHECK_EQUAL(answer->status, 422);
    CHECK_SAYS(answer->body, "\"field\":\"sha256\"");
    steps(3);
    CHECK_SAYS(fake_get(&tested, "/api/model")->body, "\"source\":\"slot_a\"");
    CHECK(number(fake_get(&tested, "/api/status"), "samples") > 9);
    // Back, forth, and over a restart.
    answer = fake_send(&tested, &(fake_request){.method = "POST", .path = "/api/model/rollback"});
    CHECK_EQUAL(answer->status, 200);
    CHECK_SAYS(answer->body, "\"source\":\"built_in\"");
    fake_app_start(&tested, false);
    CHECK_SAYS(fake_get(&tested, "/api/model")->body, "\"source\":\"built_in\"");
    answer = fake_send(&tested, &(fake_request){.method = "POST", .path = "/api/model/rollback"});
    CHECK_SAYS(answer->body, "\"source\":\"slot_a\"");
    fake_app_start(&tested, false);
    CHECK_SAYS(fake_get(&tested, "/api/model")->body, "\"name\":\"mine\",\"source\":\"slot_a\"");
    CHECK_EQUAL(tested.world.lock_mistakes, 0);
    fake_app_close(&tested);
}

static void models_that_ask_too_much_are_refused(void) {
    size_t small_bytes;
    uint8_t *small = read_test_file("models/fashion_10k.tflite", &small_bytes);
    char wanted[64];
    fake_app_open(&tested);
    const size_t arena_bytes = (size_t)number(fake_get(&tested, "/api/model"), "arena_bytes");
    tested.config.built_in_model = small;
    tested.config.built_in_model_bytes = small_bytes;
    tested.config.mac_limit = 4000000;
    fake_app_start(&tested, false);
    fake_answer *answer = upload("/api/model", sample_model, sample_model_bytes);
    CHECK_EQUAL(answer->status, 422);
    CHECK_SAYS(answer->body, "takes 5 million multiply-accumulates for a picture, and this device takes at most 4");
    tested.config.mac_limit = 5000000;
    tested.config.arena_bytes = arena_bytes - 1;
    fake_app_start(&tested, false);
    snprintf(wanted, sizeof wanted, "needs %zu bytes of memory to run", arena_bytes);
    CHECK_SAYS(upload("/api/model", sample_model, sample_model_bytes)->body, wanted);
    tested.config.arena_bytes = arena_bytes;
    fake_app_start(&tested, false);
    // The clock of the test goes on with each look at it: a second for each op.
    tested.world.clock_us = 1000000;
    CHECK_SAYS(upload("/api/model", sample_model, sample_model_bytes)->body, "more than 5 seconds for a picture");
    tested.world.clock_us = 0;
    CHECK_SAYS(fake_get(&tested, "/api/status")->body, "\"label\":\"Pullover\"");
    CHECK_EQUAL(upload("/api/model", sample_model, sample_model_bytes)->status, 200);
    fake_app_close(&tested);
    free(small);
}

static void one_upload_at_a_time(void) {
    fake_app_open(&tested);
    const fake_request part = {.method = "PUT",
                               .path = "/api/model",
                               .type = "application/octet-stream",
                               .body = sample_model,
                               .body_bytes = 9000};
    http_exchange *first = fake_begin(&tested, &part);
    CHECK_EQUAL(upload("/api/model", sample_model, sample_model_bytes)->status, 409);
    CHECK_EQUAL(fake_send(&tested, &(fake_request){.method = "POST", .path = "/api/model/rollback"})->status, 409);
    CHECK(!http_is_late(first));
    tested.world.now_us += (uint64_t)HTTP_UPLOAD_TIMEOUT_MS * 1000 + 1;
    CHECK(http_is_late(first));
    http_end(first);  // its client is gone
    CHECK_EQUAL(upload("/api/model", sample_model, sample_model_bytes)->status, 200);
    fake_app_close(&tested);
}

static void a_client_may_leave_during_its_job(void) {
    fake_app_open(&tested);
    const fake_request request = {.method = "PUT",
                                  .path = "/api/model",
                                  .type = "application/octet-stream",
                                  .body = sample_model,
                                  .body_bytes = sample_model_bytes};
    http_response response;
    for (int i = 0; i < 20; i++) {
        http_exchange *exchange = fake_begin(&tested, &request);
        CHECK(exchange != NULL);
        CHECK_EQUAL(http_respond(exchange, &response), HTTP_LATER);
        http_end(exchange);
        steps(1);
    }
    CHECK_EQUAL(number(fake_get(&tested, "/api/status"), "samples"), 20);
    CHECK_SAYS(fake_get(&tested, "/api/model")->body, "\"source\":\"built_in\"");
    CHECK_EQUAL(upload("/api/model", sample_model, sample_model_bytes)->status, 200);
    fake_app_close(&tested);
}

static void crashes_take_a_new_model_back(void) {
    fake_app_open(&tested);
    CHECK_EQUAL(upload("/api/model", sample_model, sample_model_bytes)->status, 200);
    fake_app_start(&tested, true);
    fake_app_start(&tested, true);
    CHECK_SAYS(fake_get(&tested, "/api/model")->body, "\"source\":\"slot_a\"");
    fake_app_start(&tested, true);
    CHECK_SAYS(fake_get(&tested, "/api/model")->body, "\"source\":\"built_in\"");
    CHECK_SAYS(tested.world.last_log, "taken back");
    // One that ran for ten seconds is not taken back so soon.
    CHECK_EQUAL(upload("/api/model", sample_model, sample_model_bytes)->status, 200);
    steps(APP_CONFIRM_MS / 50 + 1);
    for (int i = 0; i < 2; i++) {
        fake_app_start(&tested, true);
        CHECK_SAYS(fake_get(&tested, "/api/model")->body, "\"source\":\"slot_b\"");
    }
    fake_app_start(&tested, true);
    CHECK_SAYS(fake_get(&tested, "/api/status")->body, "\"safe_mode\":true");
    fake_app_close(&tested);
}

// The power goes at every write and erase of an upload over HTTP; each time the device starts and recognises.
static void power_cuts_during_an_upload_leave_a_device_that_works(void) {
    unsigned cut_count = 0;
    for (uint64_t operation = 1;; operation++) {
        fake_app_open(&tested);
        CHECK_EQUAL(fake_send_json(&tested, "PATCH", "/api/settings", "{\"threshold\": 0.5}")->status, 200);
        tested.world.flash.cut = (nor_flash_cut)(operation % NOR_FLASH_CUT_KINDS);
        tested.world.flash.cut_at = tested.world.flash.operation_count + operation;
        const int status = upload("/api/model", sample_model, sample_model_bytes)->status;
        const bool was_cut = tested.world.flash.is_off;
        CHECK_EQUAL(status, was_cut ? 500 : 200);
        fake_app_start(&tested, false);
        steps(2);
        const fake_answer *answer = fake_get(&tested, "/api/status");
        CHECK_SAYS(answer->body, "\"label\":\"Pullover\"");
        CHECK_EQUAL(number(fake_get(&tested, "/api/settings"), "threshold") * 1000, 500);
        fake_app_close(&tested);
        cut_count += was_cut;
        if (!was_cut) {
            break;
        }
    }
    CHECK(cut_count > 30);
}

// ---- captures ----

static void captures_are_kept(void) {
    fake_app_open(&tested);
    tested.world.unix_ms = 1700000000123;
    CHECK_EQUAL(fake_send_json(&tested, "POST", "/api/captures", "{\"label\": \"x\"}")->status, 503);
    steps(3);
    const fake_answer *answer =
        fake_send_json(&tested, "POST", "/api/captures", "{\"label\": \"Say \\\"hi\\\", \\u00e4\"}");
    CHECK_EQUAL(answer->status, 201);
    CHECK_SAYS(answer->headers, "Location: /api/captures/1\n");
    CHECK_SAYS(answer->body, "\"predicted\":\"Pullover\"");
    const fake_request picture = {.method = "POST",
                                  .path = "/api/captures?label=Boot",
                                  .type = "image/jpeg",
                                  .body = scenes[0].bytes,
                                  .body_bytes = scenes[0].byte_count};
    answer = fake_send(&tested, &picture);
    CHECK_EQUAL(answer->status, 201);
    CHECK_SAYS(answer->body, "\"label\":\"Boot\",\"predicted\":\"Ankle boot\"");
    fake_request wrong = picture;
    wrong.path = "/api/captures";
    CHECK_EQUAL(fake_send(&tested, &wrong)->status, 422);
    wrong = picture;
    wrong.body_bytes /= 2;
    CHECK_EQUAL(fake_send(&tested, &wrong)->status, 422);
    CHECK_EQUAL(fake_send_json(&tested, "POST", "/api/captures", "{\"label\": \"\"}")->status, 422);
    CHECK_EQUAL(fake_send_json(&tested, "POST", "/api/captures", "{\"label\": \"a\\u0007\"}")->status, 422);
    CHECK_EQUAL(fake_send_json(&tested, "POST", "/api/captures", "{\"label\": \"a\", \"b\": 1}")->status, 422);
    CHECK_EQUAL(fake_send_json(&tested, "POST", "/api/captures", "{\"label\": ")->status, 400);
    answer = fake_get(&tested, "/api/captures/2.jpg");
    CHECK_EQUAL(answer->body_bytes, scenes[0].byte_count);
    CHECK(memcmp(answer->body, scenes[0].bytes, scenes[0].byte_count) == 0);
    CHECK_EQUAL(fake_send_json(&tested, "PATCH", "/api/captures/2", "{\"label\": \"Shoe\"}")->status, 200);
    fake_app_start(&tested, false);
    answer = fake_get(&tested, "/api/captures");
    CHECK_EQUAL(number(answer, "count"), 2);
    CHECK(strncmp(answer->body, "{\"captures\":[{\"id\":2,\"label\":\"Shoe\"", 35) == 0);
    CHECK_EQUAL(number(fake_get(&tested, "/api/captures?before=2&limit=1"), "id"), 1);
    const fake_request remove = {.method = "DELETE", .path = "/api/captures/2"};
    CHECK_EQUAL(fake_send(&tested, &remove)->status, 204);
    CHECK_EQUAL(fake_send(&tested, &remove)->status, 404);
    CHECK_EQUAL(fake_get(&tested, "/api/captures/2.jpg")->status, 404);
    CHECK_EQUAL(tested.world.lock_mistakes, 0);
    fake_app_close(&tested);
}

static void the_archive_is_as_long_as_announced(void) {
    http_response response;
    fake_app_open(&tested);
    steps(1);
    for (int i = 0; i < 3; i++) {
        CHECK_EQUAL(fake_send_json(&tested, "POST", "/api/captures", "{\"label\": \"Say \\\"hi\\\"\"}")->status, 201);
    }
    static fake_request request;
    request = (fake_request){.method = "GET", .path = "/api/captures.zip"};
    http_exchange *exchange = fake_begin(&tested, &request);
    CHECK_EQUAL(http_respond(exchange, &response), HTTP_READY);
    CHECK_EQUAL(fake_get(&tested, "/api/captures.zip")->status, 503);
    CHECK_EQUAL(fake_send(&tested, &(fake_request){.method = "DELETE", .path = "/api/captures/1"})->status, 409);
    CHECK_EQUAL(fake_send_json(&tested, "POST", "/api/captures", "{\"label\": \"x\"}")->status, 409);
    const fake_answer *archive = fake_read(exchange);
    CHECK_EQUAL(archive->body_bytes, response.body_bytes);
    CHECK(memcmp(archive->body, "PK\3\4", 4) == 0);
    CHECK(memmem(archive->body, archive->body_bytes, "00000002.jpg,\"Say \"\"hi\"\"\",\"Pullover\",", 37) != NULL);
    CHECK(memcmp(archive->body + archive->body_bytes - 22, "PK\5\6", 4) == 0);
    http_end(exchange);
    CHECK_EQUAL(fake_send(&tested, &(fake_request){.method = "DELETE", .path = "/api/captures/1"})->status, 204);
    fake_app_close(&tested);
}

// ---- the rest ----

static void metrics_and_profile(void) {
    fake_app_open(&tested);
    steps(4);
    const fake_answer *answer = fake_get(&tested, "/metrics");
    CHECK_SAYS(answer->headers, "Content-Type: text/plain; version=0.0.4; charset=utf-8\n");
    CHECK_SAYS(answer->body, "# TYPE thimble_samples_total counter\nthimble_samples_total 4\n");
    CHECK_SAYS(answer->body, "thimble_confidence{label=\"Pullover\"} ");
    answer = fake_get(&tested, "/api/profile");
    CHECK_SAYS(answer->body, "{\"index\":0,\"name\":\"CONV_2D\",\"us\":0}");
    fake_app_close(&tested);
}

static size_t estimate_one_chip(const thimble_model *model, const char *name, size_t model_bytes, app_chip *room,
                                size_t room_count) {
    CHECK(model->op_count > 0 && room_count >= 1);
    CHECK_SAYS(name, "fashion");
    room[0] = (app_chip){"esp32", 240, 4.5, 18000, model_bytes};
    return 1;
}

static void what_a_chip_takes_is_told_where_it_is_known(void) {
    fake_app_open(&tested);
    CHECK(strstr(fake_get(&tested, "/api/model")->body, "\"chips\"") == NULL);
    tested.config.estimate_chips = estimate_one_chip;
    fake_app_start(&tested, false);
    char told[128];
    snprintf(told, sizeof told,
             "\"chips\":[{\"chip\":\"esp32\",\"clock_mhz\":240,\"ms\":4.5,\"ram_bytes\":18000,\"flash_bytes\":%zu}]",
             tested.config.built_in_model_bytes);
    CHECK_SAYS(fake_get(&tested, "/api/model")->body, told);
    fake_app_close(&tested);
}

static void settings_hold_at_once_and_later(void) {
    fake_app_open(&tested);
    steps(2);
    CHECK_EQUAL(fake_send_json(&tested, "PATCH", "/api/settings", "{\"threshold\": 1, \"hysteresis\": 0}")->status,
                200);
    steps(8);  // as many frames as are smoothed: an answer is held for so long
    CHECK_SAYS(fake_get(&tested, "/api/status")->body, "\"kind\":\"other\"");
    const fake_answer *answer = fake_send_json(&tested, "PATCH", "/api/settings", "{\"threshold\": 2}");
    CHECK_EQUAL(answer->status, 422);
    CHECK_SAYS(answer->body, "\"field\":\"threshold\"");
    CHECK_EQUAL(fake_send_json(&tested, "PATCH", "/api/settings", "[]")->status, 422);
    CHECK_EQUAL(fake_send_json(&tested, "PATCH", "/api/settings", "")->status, 400);
    fake_app_start(&tested, false);
    CHECK_EQUAL(number(fake_get(&tested, "/api/settings"), "threshold"), 1);
    fake_app_close(&tested);
}

static void beyond_the_limit_is_busy(void) {
    fake_app_open(&tested);
    static const fake_request request = {.method = "GET", .path = "/api/status"};
    http_exchange *open[4];
    for (size_t i = 0; i < 4; i++) {
        open[i] = fake_begin(&tested, &request);
        CHECK(open[i] != NULL);
    }
    CHECK(fake_begin(&tested, &request) == NULL);
    for (size_t i = 0; i < 4; i++) {
        http_end(open[i]);
    }
    CHECK_EQUAL(fake_get(&tested, "/api/status")->status, 200);
    CHECK_EQUAL(tested.app.counters.busy, 1);
    fake_app_close(&tested);
}

int main(void) {
    RUN(it_looks_and_decides);
    RUN(bad_frames_are_counted_and_survived);
    RUN(pause_stops_the_camera);
    RUN(others_are_kept_out);
    RUN(changes_need_the_token);
    RUN(what_is_not_there_is_said);
    RUN(the_page_is_there);
    RUN(pictures_are_classified);
    RUN(a_picture_can_be_looked_at_in_another_mode);
    RUN(pushed_frames_take_the_cameras_place);
    RUN(what_the_model_saw_is_a_bitmap);
    RUN(video_gives_each_client_the_newest_frame);
    RUN(events_are_numbered_and_resumed);
    RUN(models_come_and_go);
    RUN(models_that_ask_too_much_are_refused);
    RUN(one_upload_at_a_time);
    RUN(a_client_may_leave_during_its_job);
    RUN(crashes_take_a_new_model_back);
    RUN(power_cuts_during_an_upload_leave_a_device_that_works);
    RUN(captures_are_kept);
    RUN(the_archive_is_as_long_as_announced);
    RUN(metrics_and_profile);
    RUN(what_a_chip_takes_is_told_where_it_is_known);
    RUN(settings_hold_at_once_and_later);
    RUN(beyond_the_limit_is_busy);
    return check_result();
}
