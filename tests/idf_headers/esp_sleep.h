// esp_sleep.h - what is used of ESP-IDF's header of this name.
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_IDF_ESP_SLEEP_H
#define THIMBLE_IDF_ESP_SLEEP_H

#include "esp_err.h"

esp_err_t esp_sleep_enable_timer_wakeup(uint64_t microseconds);
void esp_deep_sleep_start(void) __attribute__((noreturn));

#endif
