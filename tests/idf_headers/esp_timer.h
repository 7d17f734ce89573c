// esp_timer.h - what is used of ESP-IDF's header of this name.
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_IDF_ESP_TIMER_H
#define THIMBLE_IDF_ESP_TIMER_H

#include <stdint.h>

int64_t esp_timer_get_time(void);

#endif
