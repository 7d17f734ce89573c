// esp_netif_sntp.h - what is used of ESP-IDF's header of this name.
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_IDF_ESP_NETIF_SNTP_H
#define THIMBLE_IDF_ESP_NETIF_SNTP_H

#include "esp_err.h"

typedef struct {
    const char *server;
} esp_sntp_config_t;

#define ESP_NETIF_SNTP_DEFAULT_CONFIG(name) {name}

esp_err_t esp_netif_sntp_init(const esp_sntp_config_t *config);

#endif
