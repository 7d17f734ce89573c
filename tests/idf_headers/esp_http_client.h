// esp_http_client.h - what is used of ESP-IDF's header of this name.
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_IDF_ESP_HTTP_CLIENT_H
#define THIMBLE_IDF_ESP_HTTP_CLIENT_H

#include "esp_err.h"

typedef struct {
    const char *url;
    esp_err_t (*crt_bundle_attach)(void *configuration);
    int timeout_ms;
} esp_http_client_config_t;

#endif
