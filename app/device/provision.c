// provision.c - which Wi-Fi the device is in: a state machine without a radio.
//
// SPDX-License-Identifier: Apache-2.0
#include "provision.h"

#include <string.h>

static void enter(provision *changed, provision_state state, uint64_t now_ms) {
    changed->state = state;
    changed->since_ms = now_ms;
}

static unsigned open_access_point(provision *changed) {
    const bool was_open = changed->is_open;
    changed->is_open = true;
    return was_open ? 0 : PROVISION_OPEN;
}

static unsigned join(provision *changed, provision_state state, uint64_t now_ms) {
    enter(changed, state, now_ms);
    return PROVISION_JOIN;
}

uint32_t provision_pause_ms(unsigned failures) {
    uint32_t pause_ms = PROVISION_FIRST_PAUSE_MS;
    for (unsigned i = 1; i < failures && pause_ms < PROVISION_LONGEST_PAUSE_MS; i++) {
        pause_ms *= 2;
    }
    return pause_ms < PROVISION_LONGEST_PAUSE_MS ? pause_ms : PROVISION_LONGEST_PAUSE_MS;
}

const char *provision_check(const provision_credentials *credentials) {
    const size_t ssid_bytes = strlen(credentials->ssid), password_bytes = strlen(credentials->password);
    if (ssid_bytes == 0) {
        return "The network's name is missing.";
    }
    if (ssid_bytes >= PROVISION_SSID_BYTES) {
        return "The network's name is longer than 32 bytes.";
    }
    if (password_bytes != 0 && (password_bytes < 8 || password_bytes >= PROVISION_PASSWORD_BYTES - 1)) {
        return "A Wi-Fi password has 8 to 63 characters.";
    }
    return NULL;
}

unsigned provision_start(provision *started, const provision_credentials *kept, uint64_t now_ms) {
    *started = (provision){.current = *kept, .kept = *kept};
    if (kept->ssid[0] == '\0') {
        enter(started, PROVISION_ASKS, now_ms);
        return open_access_point(started);
    }
    return join(started, PROVISION_JOINS, now_ms);
}

unsigned provision_entered(provision *changed, const provision_credentials *wanted, uint64_t now_ms) {
    const bool is_busy = changed->state != PROVISION_ASKS && changed->state != PROVISION_PAUSES;
    changed->current = *wanted;
    changed->has_failed = false;
    changed->failures = 0;
    return (is_busy ? PROVISION_LEAVE : 0) | open_access_point(changed) | join(changed, PROVISION_TRIES, now_ms);
}

unsigned provision_forgotten(provision *changed, uint64_t now_ms) {
    const bool is_busy = changed->state != PROVISION_ASKS && changed->state != PROVISION_PAUSES;
    memset(&changed->current, 0, sizeof changed->current);
    memset(&changed->kept, 0, sizeof changed->kept);
    changed->failures = 0;
    changed->has_failed = false;
    enter(changed, PROVISION_ASKS, now_ms);
    return (is_busy ? PROVISION_LEAVE : 0) | open_access_point(changed) | PROVISION_FORGET;
}

unsigned provision_has_address(provision *changed, uint64_t now_ms) {
    if (changed->state == PROVISION_ASKS) {
        return PROVISION_LEAVE;  // it was forgotten meanwhile
    }
    const bool is_new = memcmp(&changed->kept, &changed->current, sizeof changed->kept) != 0;
    changed->kept = changed->current;
    changed->failures = 0;
    enter(changed, PROVISION_JOINED, now_ms);
    return is_new ? PROVISION_KEEP : 0;
}

unsigned provision_lost(provision *changed, uint64_t now_ms) {
    switch (changed->state) {
    case PROVISION_TRIES:
        // What was entered is wrong, or the network is away: back to what was good before.
        changed->has_failed = true;
        changed->current = changed->kept;
        if (changed->kept.ssid[0] == '\0') {
            enter(changed, PROVISION_ASKS, now_ms);
        } else {
            changed->failures = 1;
            enter(changed, PROVISION_PAUSES, now_ms);
        }
        return 0;
    case PROVISION_JOINS:
    case PROVISION_JOINED:
        changed->failures++;
        enter(changed, PROVISION_PAUSES, now_ms);
        return changed->failures >= PROVISION_FAILURES_UNTIL_OPEN ? open_access_point(changed) : 0;
    case PROVISION_ASKS:
    case PROVISION_PAUSES:
        return 0;
    }
    return 0;
}

unsigned provision_guests(provision *changed, unsigned guests, uint64_t now_ms) {
    changed->guests = changed->is_open ? guests : 0;  // one that leaves after it was closed counts no more
    return provision_tick(changed, now_ms);
}

unsigned provision_tick(provision *changed, uint64_t now_ms) {
    const uint64_t elapsed_ms = now_ms - changed->since_ms;
    switch (changed->state) {
    case PROVISION_TRIES:
    case PROVISION_JOINS:
        return elapsed_ms >= PROVISION_ATTEMPT_MS ? PROVISION_LEAVE | provision_lost(changed, now_ms) : 0;
    case PROVISION_PAUSES:
        return elapsed_ms >= provision_pause_ms(changed->failures) && changed->guests == 0
                   ? join(changed, PROVISION_JOINS, now_ms)
                   : 0;
    case PROVISION_JOINED:
        if (changed->is_open && elapsed_ms >= PROVISION_CLOSE_MS) {
            changed->is_open = false;
            changed->guests = 0;
            return PROVISION_CLOSE;
        }
        return 0;
    case PROVISION_ASKS:
        return 0;
    }
    return 0;
}
