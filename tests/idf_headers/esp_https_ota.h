// esp_https_ota.h - what is used of ESP-IDF's header of this name.
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_IDF_ESP_HTTPS_OTA_H
#define THIMBLE_IDF_ESP_HTTPS_OTA_H

#include "esp_http_client.h"

typedef struct {
    const esp_http_client_config_t *http_config;
} esp_https_ota_config_t;

esp_err_t esp_https_ota(const esp_https_ota_config_t *config);

#endif
