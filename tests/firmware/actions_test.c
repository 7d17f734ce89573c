// actions_test.c - pins follow labels; pulses end; wrong rules change nothing. And sleep comes after telling.
//
// SPDX-License-Identifier: Apache-2.0
#include "actions.h"

#include "check.h"
#include "nap.h"

static bool is_free(void *context, int pin) {
    (void)context;
    return pin >= 12 && pin <= 15;
}

static void a_pin_follows_its_label(void) {
    actions gate = {0};
    CHECK(actions_read(&gate, "Trouser=12;Bag=13,500;Coat=14,low", is_free, NULL) == NULL);
    CHECK_EQUAL(gate.count, 3);
    CHECK(!actions_level(&gate, 0, 0) && !actions_level(&gate, 1, 0) && actions_level(&gate, 2, 0));
    actions_step(&gate, "Trouser", 100);
    CHECK(actions_level(&gate, 0, 100) && actions_level(&gate, 0, 100000));
    actions_step(&gate, "Coat", 200);
    CHECK(!actions_level(&gate, 0, 200) && !actions_level(&gate, 2, 200));
}

static void a_pulse_ends_and_comes_again(void) {
    actions gate = {0};
    actions_read(&gate, "Bag=13,500", is_free, NULL);
    actions_step(&gate, "Bag", 1000);
    CHECK(actions_level(&gate, 0, 1000) && actions_level(&gate, 0, 1499) && !actions_level(&gate, 0, 1500));
    actions_step(&gate, "Bag", 2000);  // still the same bag
    CHECK(!actions_level(&gate, 0, 2000));
    actions_step(&gate, "nothing", 3000);
    actions_step(&gate, "Bag", 4000);
    CHECK(actions_level(&gate, 0, 4100));
}

static void labels_share_a_pin(void) {
    actions gate = {0};
    CHECK(actions_read(&gate, "Sandal=12;Sneaker=12;T-shirt/top=12,100", is_free, NULL) == NULL);
    actions_step(&gate, "Sneaker", 0);
    CHECK(actions_level(&gate, 0, 0) && actions_level(&gate, 1, 0));
    actions_step(&gate, "T-shirt/top", 50);
    CHECK(actions_level(&gate, 0, 50) && !actions_level(&gate, 0, 150));
}

static void wrong_rules_change_nothing(void) {
    static const char *const wrong[] = {
        "Bag",     "Bag=",   "=12",   "Bag=12,", "Bag=12,0", "Bag=12,x",    "Bag=12,60001",       "Bag=12,5,5",
        "Bag=12 ", "Bag=99", "Bag=1", "Bag=-1",  "a;b=12",   "Bag=12,lowx", "Bag=12;Coat=12,low", "Bag=12;;x"};
    actions gate = {0};
    actions_read(&gate, "Coat=15", is_free, NULL);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        checks.about = wrong[i];
        CHECK(actions_read(&gate, wrong[i], is_free, NULL) != NULL);
        CHECK(gate.count == 1 && gate.list[0].pin == 15);
    }
    checks.about = "";
    char many[ACTIONS_TEXT_BYTES + 20] = "";
    for (int i = 0; i <= ACTIONS_LIMIT; i++) {
        strcat(many, "a=12;");
    }
    CHECK(actions_read(&gate, many, is_free, NULL) != NULL);
    memset(many, 'a', sizeof many - 1);
    CHECK(actions_read(&gate, many, is_free, NULL) != NULL);
    CHECK(actions_read(&gate, "", is_free, NULL) == NULL && gate.count == 0);
}

static void random_rules_do_no_harm(void) {
    static const char letters[] = "ab=;,low0159";
    uint64_t seed = 5;
    actions gate = {0};
    for (int turn = 0; turn < 50000; turn++) {
        char text[40];
        const size_t length = next_random(&seed) % (sizeof text - 1);
        for (size_t i = 0; i < length; i++) {
            text[i] = letters[next_random(&seed) % (sizeof letters - 1)];
        }
        text[length] = '\0';
        if (actions_read(&gate, text, is_free, NULL) == NULL) {
            for (size_t i = 0; i < gate.count; i++) {
                CHECK(is_free(NULL, gate.list[i].pin) && gate.list[i].label[0] != '\0');
            }
        }
    }
}

static void sleep_comes_after_telling(void) {
    nap device;
    nap_start(&device, 600, true, true, 0);
    CHECK_EQUAL(nap_step(&device, false, false, 100), NAP_STAY);
    CHECK_EQUAL(nap_step(&device, true, false, 200), NAP_TELL);
    CHECK_EQUAL(nap_step(&device, true, true, 300), NAP_STAY);  // somebody watches
    CHECK_EQUAL(nap_step(&device, true, false, 400), NAP_SLEEP);
    nap_start(&device, 600, true, true, 0);
    CHECK_EQUAL(nap_step(&device, false, false, NAP_LOOK_MS), NAP_TELL);  // nothing seen is told, too
    CHECK_EQUAL(nap_step(&device, false, false, NAP_LOOK_MS), NAP_SLEEP);
    nap_start(&device, 600, true, false, 0);  // switched on by hand
    CHECK_EQUAL(nap_step(&device, true, false, 200), NAP_TELL);
    CHECK_EQUAL(nap_step(&device, true, false, NAP_STAY_MS - 1), NAP_STAY);
    CHECK_EQUAL(nap_step(&device, true, false, NAP_STAY_MS), NAP_SLEEP);
    nap_start(&device, 0, true, true, 0);
    CHECK_EQUAL(nap_step(&device, true, false, 1000000), NAP_STAY);
}

int main(void) {
    RUN(a_pin_follows_its_label);
    RUN(a_pulse_ends_and_comes_again);
    RUN(labels_share_a_pin);
    RUN(wrong_rules_change_nothing);
    RUN(random_rules_do_no_harm);
    RUN(sleep_comes_after_telling);
    return check_result();
}
