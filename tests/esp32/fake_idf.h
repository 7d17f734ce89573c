// fake_idf.h - ESP-IDF's calls on a host: what a test can set and see.
//
//     fake_idf.c        FreeRTOS by threads, memory, time, logs, NVS, SPIFFS in a folder
//     fake_partition.c  partitions on NOR flash that is a file, whose power can be cut
//     fake_httpd.c      esp_http_server on real sockets
//     fake_tjpgd.c      the decoder in ROM by libjpeg
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_FAKE_IDF_H
#define THIMBLE_FAKE_IDF_H

#include <stdint.h>

#include "esp_system.h"
#include "nor_flash.h"

typedef struct fake_idf {
    esp_reset_reason_t reset_reason;
    size_t psram_bytes;
    uint16_t http_port;  // in the place of 80; 0: any, which is then here
    const char *flash_path;  // NULL: in memory
    bool nvs_fails;
    bool prints_logs;
    // Seen:
    unsigned restart_count, watchdog_feed_count, work_waits;
    size_t largest_taken_bytes;
} fake_idf;

extern fake_idf fake;

// The flash behind the partitions, for cuts of power.
nor_flash *fake_flash(void);

#endif
