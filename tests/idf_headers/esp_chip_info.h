// esp_chip_info.h - what is used of ESP-IDF's header of this name.
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_IDF_ESP_CHIP_INFO_H
#define THIMBLE_IDF_ESP_CHIP_INFO_H

#include <stdint.h>

typedef struct {
    int model;
    uint32_t features;
    uint16_t revision;
    uint8_t cores;
} esp_chip_info_t;

void esp_chip_info(esp_chip_info_t *info);

#endif
