// update_test.c - models by URL: what is refused and why, resuming, and a power cut at each step.
//
// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>
#include <stdlib.h>

#include "check.h"
#include "fake_client.h"
#include "fleet.h"
#include "json.h"
#include "posix_crypto.h"
#include "scenes.h"

static fake_app tested;
static uint8_t *small, *large;  // two models
static size_t small_bytes, large_bytes;
static FILE *own_key, *other_key;
static char own_public[FLEET_KEY_BYTES];

static void write_hex(char *text, const uint8_t *bytes, size_t byte_count) {
    for (size_t i = 0; i < byte_count; i++) {
        snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    }
}

// ---- offers ----

typedef struct offer {
    const uint8_t *model;
    size_t model_bytes, said_bytes;  // said_bytes 0: the same
    unsigned version;
    const char *min_firmware;
    bool other_key, is_tampered, is_unsigned, is_forced, wrong_hash;
} offer;

static const char *make_offer(const offer *made) {
    static char text[2000];
    char manifest_text[600], hash[65], signature_text[2 * PORT_SIGNATURE_BYTES + 1];
    uint8_t digest[32], signature[PORT_SIGNATURE_BYTES], public_key[PORT_PUBLIC_KEY_BYTES];
    posix_sha256(NULL, made->model, made->model_bytes, digest);
    digest[0] ^= made->wrong_hash;
    write_hex(hash, digest, sizeof digest);
    snprintf(manifest_text, sizeof manifest_text,
             "{\"name\":\"tiny\",\"version\":%u,\"min_firmware\":\"%s\",\"model_bytes\":%lu,\"sha256\":\"%s\"}",
             made->version, made->min_firmware,
             (unsigned long)(made->said_bytes != 0 ? made->said_bytes : made->model_bytes), hash);
    FILE *key = made->other_key ? other_key : own_key;
    rewind(key);
    CHECK(posix_sign(key, manifest_text, strlen(manifest_text), signature, public_key));
    write_hex(signature_text, signature, sizeof signature);
    if (made->is_tampered) {
        *strstr(manifest_text, "tiny") = 'T';
    }
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "url", "http://server/tiny.tflite");
    cJSON_AddStringToObject(json, "ref", "job 1");
    if (!made->is_unsigned) {
        cJSON_AddStringToObject(json, "manifest", manifest_text);
        cJSON_AddStringToObject(json, "signature", signature_text);
    }
    if (made->is_forced) {
        cJSON_AddTrueToObject(json, "force");
    }
    json_print(json, text, sizeof text);
    return text;
}

// ---- a device ----

static void steps(int count) {
    for (int i = 0; i < count; i++) {
        app_step(&tested.app);
    }
}

static void connect_device(void) {
    for (int i = 0; i < 100 && !tested.world.net->is_started; i++) {
        tested.world.now_us += 5000000;
        steps(1);
    }
    fake_broker_connect(&tested.world);
    steps(1);
}

static void open_device(bool has_key) {
    char json[500];
    fake_app_open_with_fleet(&tested);
    // Nothing to look at: the loop has time for downloads.
    tested.world.camera_result = PORT_NONE;
    snprintf(json, sizeof json, "{\"enabled\": true, \"host\": \"b\", \"id\": \"one\", \"model_key\": \"%s\"}",
             has_key ? own_public : "");
    CHECK_EQUAL(fake_send_json(&tested, "PATCH", "/api/fleet", json)->status, 200);
    connect_device();
    tested.world.net->file = small;
    tested.world.net->file_bytes = small_bytes;
}

static void close_device(void) {
    CHECK_EQUAL(tested.world.lock_mistakes, 0);
    fake_app_close(&tested);
}

// Sends an offer and turns the loop until its result is there.
static const char *outcome(const offer *made) {
    tested.world.net->published_count = 0;
    fake_broker_send(&tested.world, "thimble/one/cmd/model", make_offer(made), false);
    const fake_published *result = NULL;
    for (int i = 0; i < 2000 && result == NULL; i++) {
        steps(1);
        result = fake_broker_find(&tested.world, "thimble/one/result");
    }
    CHECK(!tested.app.model_is_busy);
    CHECK(!tested.world.net->is_downloading);
    return result != NULL ? result->text : "no result";
}

static const offer good = {.version = 5, .min_firmware = "0.1.0"};

static offer good_offer(void) {
    offer made = good;
    made.model = small;
    made.model_bytes = small_bytes;
    return made;
}

static void check_refused(const offer *made, const char *why) {
    const char *result = outcome(made);
    CHECK_SAYS(result, "\"done\":false");
    CHECK_SAYS(result, why);
    CHECK_SAYS(result, "The model in use stays.");
    CHECK_SAYS(tested.app.model_name, "fashion_64k");
    fake_app_start(&tested, false);
    CHECK_SAYS(tested.app.model_name, "fashion_64k");
    connect_device();
}

// ---- tests ----

static void a_signed_model_is_installed(void) {
    open_device(true);
    const offer made = good_offer();
    const char *result = outcome(&made);
    CHECK_SAYS(result, "\"done\":true");
    CHECK_SAYS(result, "\"ref\":\"job 1\"");
    CHECK_SAYS(tested.app.model_name, "tiny");
    CHECK_SAYS(fake_broker_find(&tested.world, "thimble/one/info")->text, "\"version\":5");
    const char *update = fake_broker_find(&tested.world, "thimble/one/update")->text;
    CHECK_SAYS(update, "\"phase\":\"done\"");
    CHECK_SAYS(update, "\"installed_version\":\"tiny 5\"");
    // Again the same, or an older one: only by force.
    offer again = made;
    CHECK_SAYS(outcome(&again), "not newer");
    again.version = 4;
    CHECK_SAYS(outcome(&again), "Version 4 is not newer than the device's version 5");
    again.is_forced = true;
    CHECK_SAYS(outcome(&again), "\"done\":true");
    fake_app_start(&tested, false);
    CHECK_SAYS(tested.app.model_name, "tiny");
    close_device();
}

static void what_does_not_hold_is_refused(void) {
    open_device(true);
    offer made = good_offer();
    made.is_tampered = true;
    check_refused(&made, "signature does not fit");
    made = good_offer();
    made.other_key = true;
    check_refused(&made, "signature does not fit");
    made = good_offer();
    made.is_unsigned = true;
    check_refused(&made, "only signed models");
    made = good_offer();
    made.min_firmware = "9.0.0";
    check_refused(&made, "for firmware 9.0.0");
    made = good_offer();
    made.min_firmware = "1";
    check_refused(&made, "min_firmware");
    made = good_offer();
    made.said_bytes = 1u << 30;
    check_refused(&made, "at most");
    made = good_offer();
    made.said_bytes = small_bytes - 1;
    check_refused(&made, "more bytes than the manifest says");
    made = good_offer();
    made.wrong_hash = true;
    check_refused(&made, "does not have the manifest's SHA-256");
    CHECK_EQUAL(fake_send_json(&tested, "PUT", "/api/model", "x")->status, 415);
    const fake_request upload = {.method = "PUT",
                                 .path = "/api/model",
                                 .type = "application/octet-stream",
                                 .body = small,
                                 .body_bytes = small_bytes};
    CHECK_EQUAL(fake_send(&tested, &upload)->status, 403);
    close_device();
}

static void servers_that_fail_are_survived(void) {
    open_device(true);
    const offer made = good_offer();
    tested.world.net->is_refused = true;
    check_refused(&made, "does not give the model: 404");
    tested.world.net->is_refused = false;
    // It ends early, each time at the same byte.
    tested.world.net->end_after = 5000;
    check_refused(&made, "broke off at byte 5000 of 10160: the server sent no more");
    tested.world.net->end_after = 0;
    // It never sends anything: the port says that it stalled.
    tested.world.net->break_after = 1;
    tested.world.net->file_bytes = 0;
    check_refused(&made, "broke off at byte 0");
    tested.world.net->file_bytes = small_bytes;
    tested.world.net->break_after = 0;
    // Another model lies there.
    tested.world.net->file = large;
    check_refused(&made, "SHA-256");
    // It is no model, but signed.
    offer no_model = made;
    no_model.model = scenes[0].bytes;
    no_model.model_bytes = tested.world.net->file_bytes = scenes[0].byte_count;
    tested.world.net->file = scenes[0].bytes;
    check_refused(&no_model, "");
    close_device();
}

static void downloads_resume_where_they_broke_off(void) {
    open_device(true);
    const offer made = good_offer();
    tested.world.net->break_after = 3000;
    const unsigned before = tested.world.net->download_count;
    CHECK_SAYS(outcome(&made), "\"done\":true");
    CHECK_EQUAL(tested.world.net->download_count - before, 4);
    CHECK_EQUAL(tested.world.net->offset, 9000);
    CHECK_EQUAL(tested.app.fleet->update.resume_count, 3);
    CHECK_SAYS(tested.app.model_name, "tiny");
    close_device();
}

static void without_a_key_a_url_is_enough(void) {
    open_device(false);
    offer made = good_offer();
    made.is_unsigned = true;
    CHECK_SAYS(outcome(&made), "\"done\":true");
    CHECK_SAYS(tested.app.model_name, "tiny");
    // Back to the one before, by its name, as from a list.
    tested.world.net->published_count = 0;
    fake_broker_send(&tested.world, "thimble/one/cmd/model", "{\"use\": \"fashion_64k\"}", false);
    steps(2);
    CHECK_SAYS(tested.app.model_name, "fashion_64k");
    close_device();
}

static void offers_wait_until_asked_for(void) {
    char text[2100];
    open_device(true);
    const offer made = good_offer();
    snprintf(text, sizeof text, "{\"offer\":true,%s", make_offer(&made) + 1);
    // May be retained: it changes nothing by itself.
    fake_broker_send(&tested.world, "thimble/all/cmd/model", text, true);
    steps(3);
    CHECK_SAYS(tested.app.model_name, "fashion_64k");
    CHECK_SAYS(fake_broker_find(&tested.world, "thimble/one/update")->text, "\"latest_version\":\"tiny 5\"");
    fake_broker_send(&tested.world, "thimble/one/cmd/model", "{\"install\": true}", false);
    steps(60);
    CHECK_SAYS(tested.app.model_name, "tiny");
    close_device();
}

static void one_at_a_time(void) {
    open_device(true);
    const offer made = good_offer();
    tested.world.net->piece_bytes = 100;
    fake_broker_send(&tested.world, "thimble/one/cmd/model", make_offer(&made), false);
    steps(5);
    CHECK(tested.app.model_is_busy);
    CHECK_EQUAL(fake_send_json(&tested, "POST", "/api/model/rollback", "")->status, 409);
    fake_broker_send(&tested.world, "thimble/one/cmd/model", make_offer(&made), false);
    steps(1);
    CHECK_SAYS(fake_broker_find(&tested.world, "thimble/one/result")->text, "Another model is being downloaded");
    steps(200);
    CHECK_SAYS(tested.app.model_name, "tiny");
    close_device();
}

// The power goes in each write and erase from the offer until the model is confirmed: the device starts with a valid one.
static void a_power_cut_at_any_step_leaves_a_valid_model(void) {
    static char about[60];
    unsigned cut_count = 0, old_count = 0;
    for (nor_flash_cut cut = NOR_FLASH_CUT_BEFORE; cut < NOR_FLASH_CUT_KINDS; cut++) {
        bool was_cut = true;
        for (uint64_t operation = 1; was_cut; operation++) {
            snprintf(about, sizeof about, "cut %d of operation %d", (int)cut, (int)operation);
            checks.about = about;
            open_device(true);
            tested.world.flash.cut = cut;
            tested.world.flash.cut_part = 100;
            tested.world.flash.noise_seed = (uint32_t)operation;
            tested.world.flash.cut_at = tested.world.flash.operation_count + operation;
            const offer made = good_offer();
            outcome(&made);
            tested.world.now_us += (uint64_t)APP_CONFIRM_MS * 1000;
            steps(2);
            was_cut = tested.world.flash.is_off;
            fake_app_start(&tested, true);
            const bool is_old = strcmp(tested.app.model_name, "fashion_64k") == 0;
            CHECK(is_old || strcmp(tested.app.model_name, "tiny") == 0);
            CHECK(!tested.app.store.safe_mode);
            cut_count += was_cut;
            old_count += was_cut && is_old;
            // And it can be told again.
            connect_device();
            tested.world.net->file = small;
            outcome(&made);
            CHECK_SAYS(tested.app.model_name, "tiny");
            close_device();
        }
    }
    checks.about = "";
    CHECK(cut_count > 30 && old_count > 20 && old_count < cut_count);
    printf("%u power cuts\n", cut_count);
}

int main(void) {
    uint8_t public_key[PORT_PUBLIC_KEY_BYTES];
    small = read_test_file("models/fashion_10k.tflite", &small_bytes);
    large = read_test_file("models/fashion_64k.tflite", &large_bytes);
    own_key = tmpfile();
    other_key = tmpfile();
    CHECK(posix_make_key(other_key, public_key) && posix_make_key(own_key, public_key));
    write_hex(own_public, public_key, sizeof public_key);
    RUN(a_signed_model_is_installed);
    RUN(what_does_not_hold_is_refused);
    RUN(servers_that_fail_are_survived);
    RUN(downloads_resume_where_they_broke_off);
    RUN(without_a_key_a_url_is_enough);
    RUN(offers_wait_until_asked_for);
    RUN(one_at_a_time);
    RUN(a_power_cut_at_any_step_leaves_a_valid_model);
    fclose(own_key);
    fclose(other_key);
    free(small);
    free(large);
    return check_result();
}
