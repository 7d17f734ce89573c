// esp_app_desc.h - what is used of ESP-IDF's header of this name.
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_IDF_ESP_APP_DESC_H
#define THIMBLE_IDF_ESP_APP_DESC_H

typedef struct {
    char version[32], idf_ver[32];
} esp_app_desc_t;

const esp_app_desc_t *esp_app_get_description(void);

#endif
