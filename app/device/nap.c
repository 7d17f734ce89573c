// nap.c - deep sleep between looks.
//
// SPDX-License-Identifier: Apache-2.0
#include "nap.h"

void nap_start(nap *started, uint32_t sleep_s, bool keeps_pictures, bool is_woken, uint64_t now_ms) {
    *started = (nap){.sleep_s = sleep_s, .keeps_pictures = keeps_pictures, .is_woken = is_woken, .started_ms = now_ms};
}

nap_order nap_step(nap *changed, bool is_sure, bool has_clients, uint64_t now_ms) {
    const uint64_t awake_ms = now_ms - changed->started_ms;
    const bool has_looked = is_sure || awake_ms >= NAP_LOOK_MS;
    if (changed->sleep_s == 0 || !has_looked) {
        return NAP_STAY;
    }
    if (!changed->has_told) {
        changed->has_told = true;
        return NAP_TELL;
    }
    const bool may_sleep = (changed->is_woken || awake_ms >= NAP_STAY_MS) && !has_clients;
    return may_sleep ? NAP_SLEEP : NAP_STAY;
}
