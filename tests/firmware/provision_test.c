// provision_test.c - the way into a Wi-Fi: first start, wrong password, lost network, change, forgetting; and no sequence
// of events whatsoever leaves the device where nobody reaches it.
//
// SPDX-License-Identifier: Apache-2.0
#include "provision.h"

#include "check.h"

static const provision_credentials none = {"", ""}, home = {"home", "password1"}, other = {"other", "password2"};

static void first_start_asks(void) {
    provision at;
    CHECK_EQUAL(provision_start(&at, &none, 0), PROVISION_OPEN);
    CHECK_EQUAL(at.state, PROVISION_ASKS);
    CHECK_EQUAL(provision_tick(&at, 1000000), 0);
    CHECK_EQUAL(provision_entered(&at, &home, 1000000), PROVISION_JOIN);
    CHECK_EQUAL(provision_has_address(&at, 1003000), PROVISION_KEEP);
    CHECK(at.is_open && at.state == PROVISION_JOINED);
    CHECK_EQUAL(provision_tick(&at, 1003000 + PROVISION_CLOSE_MS - 1), 0);
    CHECK_EQUAL(provision_tick(&at, 1003000 + PROVISION_CLOSE_MS), PROVISION_CLOSE);
    CHECK(!at.is_open);
}

static void a_wrong_password_is_asked_again(void) {
    provision at;
    provision_start(&at, &none, 0);
    provision_entered(&at, &home, 0);
    CHECK_EQUAL(provision_lost(&at, 500), 0);
    CHECK(at.has_failed && at.state == PROVISION_ASKS && at.is_open && at.kept.ssid[0] == '\0');
    provision_entered(&at, &home, 1000);
    CHECK(!at.has_failed);
    // Silence is a failure, too.
    CHECK_EQUAL(provision_tick(&at, 1000 + PROVISION_ATTEMPT_MS - 1), 0);
    CHECK_EQUAL(provision_tick(&at, 1000 + PROVISION_ATTEMPT_MS), PROVISION_LEAVE);
    CHECK(at.has_failed && at.state == PROVISION_ASKS);
}

static void a_lost_network_is_joined_again(void) {
    provision at;
    uint64_t now_ms = 0;
    CHECK_EQUAL(provision_start(&at, &home, now_ms), PROVISION_JOIN);
    CHECK_EQUAL(provision_has_address(&at, 10), 0);  // nothing new to keep
    for (unsigned failure = 1; failure <= 12; failure++) {
        const unsigned orders = provision_lost(&at, now_ms);
        CHECK_EQUAL(orders, failure == PROVISION_FAILURES_UNTIL_OPEN ? PROVISION_OPEN : 0);
        const uint32_t pause_ms = provision_pause_ms(failure);
        CHECK_EQUAL(provision_tick(&at, now_ms + pause_ms - 1), 0);
        now_ms += pause_ms;
        CHECK_EQUAL(provision_tick(&at, now_ms), PROVISION_JOIN);
    }
    CHECK_EQUAL(provision_has_address(&at, now_ms), 0);
    CHECK_EQUAL(at.failures, 0);
    CHECK_EQUAL(provision_tick(&at, now_ms + PROVISION_CLOSE_MS), PROVISION_CLOSE);
}

static void pauses_double_up_to_a_minute(void) {
    const uint32_t expected[] = {1000, 1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000};
    for (unsigned i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        CHECK_EQUAL(provision_pause_ms(i), expected[i]);
    }
    CHECK_EQUAL(provision_pause_ms(4000000000U), PROVISION_LONGEST_PAUSE_MS);
}

static void nobody_is_thrown_out_of_the_portal(void) {
    provision at;
    provision_start(&at, &home, 0);
    for (int i = 0; i < PROVISION_FAILURES_UNTIL_OPEN; i++) {
        provision_lost(&at, 0);
        provision_tick(&at, 0);
        at.state = PROVISION_JOINS;
    }
    provision_lost(&at, 0);
    CHECK_EQUAL(provision_guests(&at, 1, 1000000), 0);
    CHECK_EQUAL(provision_tick(&at, 2000000), 0);
    CHECK_EQUAL(provision_guests(&at, 0, 2000000), PROVISION_JOIN);
}

static void other_credentials_are_kept_only_if_they_work(void) {
    provision at;
    provision_start(&at, &home, 0);
    provision_has_address(&at, 10);
    CHECK_EQUAL(provision_entered(&at, &other, 20), PROVISION_LEAVE | PROVISION_OPEN | PROVISION_JOIN);
    CHECK(strcmp(at.kept.ssid, "home") == 0);
    CHECK_EQUAL(provision_lost(&at, 30), 0);
    CHECK(at.has_failed && strcmp(at.current.ssid, "home") == 0);
    CHECK_EQUAL(provision_tick(&at, 1030), PROVISION_JOIN);
    CHECK_EQUAL(provision_has_address(&at, 1040), 0);
    provision_entered(&at, &other, 2000);
    CHECK_EQUAL(provision_has_address(&at, 2010), PROVISION_KEEP);
    CHECK(strcmp(at.kept.ssid, "other") == 0);
}

static void forgetting_asks_anew(void) {
    provision at;
    provision_start(&at, &home, 0);
    provision_has_address(&at, 10);
    CHECK_EQUAL(provision_forgotten(&at, 20), PROVISION_LEAVE | PROVISION_OPEN | PROVISION_FORGET);
    CHECK(at.kept.ssid[0] == '\0' && at.current.password[0] == '\0');
    CHECK_EQUAL(provision_lost(&at, 30), 0);
    CHECK_EQUAL(at.state, PROVISION_ASKS);
    // An address that came late is not taken for what was entered.
    CHECK_EQUAL(provision_has_address(&at, 40), PROVISION_LEAVE);
    CHECK_EQUAL(at.state, PROVISION_ASKS);
}

static void credentials_are_checked(void) {
    provision_credentials wanted = home;
    CHECK(provision_check(&home) == NULL);
    CHECK(provision_check(&none) != NULL);
    strcpy(wanted.password, "");
    CHECK(provision_check(&wanted) == NULL);
    strcpy(wanted.password, "seven77");
    CHECK(provision_check(&wanted) != NULL);
    memset(wanted.password, 'x', 64);
    CHECK(provision_check(&wanted) != NULL);
    wanted.password[63] = '\0';
    CHECK(provision_check(&wanted) == NULL);
}

// Whatever happens: without an attempt under way or ahead, and without an address, the access point is open; and each
// state is left in bounded time.
static void someone_always_reaches_the_device(void) {
    uint64_t seed = 3;
    for (int run = 0; run < 300; run++) {
        provision at;
        uint64_t now_ms = 0;
        bool is_open = (provision_start(&at, run % 2 == 0 ? &none : &home, now_ms) & PROVISION_OPEN) != 0;
        for (int turn = 0; turn < 200; turn++) {
            unsigned orders = 0;
            now_ms += next_random(&seed) % 30000;
            switch (next_random(&seed) % 6) {
            case 0:
                orders = provision_entered(&at, next_random(&seed) % 2 == 0 ? &home : &other, now_ms);
                break;
            case 1:
                orders = next_random(&seed) % 8 == 0 ? provision_forgotten(&at, now_ms) : 0;
                break;
            case 2:
                orders =
                    at.state == PROVISION_JOINS || at.state == PROVISION_TRIES ? provision_has_address(&at, now_ms) : 0;
                break;
            case 3:
                orders = provision_lost(&at, now_ms);
                break;
            case 4:
                orders = provision_guests(&at, (unsigned)(next_random(&seed) % 2), now_ms);
                break;
            default:
                orders = provision_tick(&at, now_ms);
            }
            CHECK((orders & (PROVISION_OPEN | PROVISION_CLOSE)) != (PROVISION_OPEN | PROVISION_CLOSE));
            CHECK(!((orders & PROVISION_OPEN) != 0 && is_open));
            CHECK(!((orders & PROVISION_CLOSE) != 0 && !is_open));
            is_open = (is_open || (orders & PROVISION_OPEN) != 0) && (orders & PROVISION_CLOSE) == 0;
            CHECK_EQUAL(is_open, at.is_open);
            CHECK(at.state != PROVISION_ASKS || is_open);
            CHECK(at.state != PROVISION_PAUSES || at.kept.ssid[0] != '\0');
            CHECK(at.guests == 0 || is_open);
        }
    }
}

int main(void) {
    RUN(first_start_asks);
    RUN(a_wrong_password_is_asked_again);
    RUN(a_lost_network_is_joined_again);
    RUN(pauses_double_up_to_a_minute);
    RUN(nobody_is_thrown_out_of_the_portal);
    RUN(other_credentials_are_kept_only_if_they_work);
    RUN(forgetting_asks_anew);
    RUN(credentials_are_checked);
    RUN(someone_always_reaches_the_device);
    return check_result();
}
