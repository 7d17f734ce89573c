// ledc.h - what is used of ESP-IDF's header of this name.
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_IDF_DRIVER_LEDC_H
#define THIMBLE_IDF_DRIVER_LEDC_H

typedef enum { LEDC_TIMER_0 = 0 } ledc_timer_t;
typedef enum { LEDC_CHANNEL_0 = 0 } ledc_channel_t;

#endif
