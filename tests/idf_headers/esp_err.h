// esp_err.h - what is used of ESP-IDF's header of this name.
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_IDF_ESP_ERR_H
#define THIMBLE_IDF_ESP_ERR_H

#include <stdint.h>

typedef int esp_err_t;

#define ESP_OK 0
#define ESP_FAIL -1
#define ESP_ERR_NO_MEM 0x101
#define ESP_ERR_INVALID_ARG 0x102
#define ESP_ERR_NOT_FOUND 0x105

#define ESP_ERROR_CHECK(call)   \
    do {                        \
        if ((call) != ESP_OK) { \
            __builtin_trap();   \
        }                       \
    } while (0)

const char *esp_err_to_name(esp_err_t code);

#endif
