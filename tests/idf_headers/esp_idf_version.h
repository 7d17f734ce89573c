// esp_idf_version.h - what is used of ESP-IDF's header of this name.
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_IDF_ESP_IDF_VERSION_H
#define THIMBLE_IDF_ESP_IDF_VERSION_H

#ifndef ESP_IDF_VERSION_MAJOR
#define ESP_IDF_VERSION_MAJOR 5
#define ESP_IDF_VERSION_MINOR 1
#define ESP_IDF_VERSION_PATCH 0
#endif
#define ESP_IDF_VERSION_VAL(major, minor, patch) ((major) << 16 | (minor) << 8 | (patch))
#define ESP_IDF_VERSION ESP_IDF_VERSION_VAL(ESP_IDF_VERSION_MAJOR, ESP_IDF_VERSION_MINOR, ESP_IDF_VERSION_PATCH)

#endif
