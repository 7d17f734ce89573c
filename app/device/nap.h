// nap.h - deep sleep between looks, for batteries: wake, look until sure or for a while, tell, sleep.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_NAP_H
#define THIMBLE_NAP_H

#include <stdbool.h>
#include <stdint.h>

enum { NAP_LEAST_S = 5, NAP_MOST_S = 86400, NAP_LOOK_MS = 10000, NAP_STAY_MS = 120000 };

typedef struct nap {
    uint32_t sleep_s;  // 0: never sleeps
    bool keeps_pictures;  // a capture of each decision
    bool is_woken;  // by its own timer; else it stays for NAP_STAY_MS, so that somebody can change this
    bool has_told;
    uint64_t started_ms;
} nap;

typedef enum nap_order {
    NAP_STAY,
    NAP_TELL,  // once: print the decision, and keep a capture if wanted
    NAP_SLEEP,
} nap_order;

// Once a wake-up: sleep_s is 0 or within the limits.
void nap_start(nap *started, uint32_t sleep_s, bool keeps_pictures, bool is_woken, uint64_t now_ms);

// `is_sure`: a label is decided; `has_clients`: somebody looks at the page, which keeps it awake.
nap_order nap_step(nap *changed, bool is_sure, bool has_clients, uint64_t now_ms);

#endif
