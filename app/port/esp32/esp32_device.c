// esp32_device.c - what the chip says of itself; secrets that it makes once and keeps in NVS.
//
// SPDX-License-Identifier: Apache-2.0
#include "esp32_device.h"

#include <bootloader_random.h>
#include <esp_heap_caps.h>
#include <esp_idf_version.h>
#include <esp_mac.h>
#include <esp_random.h>
#include <esp_system.h>
#include <nvs.h>
#include <sdkconfig.h>
#include <stdio.h>
#include <string.h>
#if ESP_IDF_VERSION >= ESP_IDF_VERSION_VAL(6, 0, 0)
#include <psa/crypto.h>
#else
#include <mbedtls/sha256.h>
#endif

#include "esp32_port.h"

// ---- how the last run ended ----

const char *esp32_reset_reason(void) {
    switch (esp_reset_reason()) {
    case ESP_RST_POWERON:
        return "power on";
    case ESP_RST_EXT:
        return "reset pin";
    case ESP_RST_SW:
        return "restart";
    case ESP_RST_PANIC:
        return "panic";
    case ESP_RST_INT_WDT:
        return "interrupt watchdog";
    case ESP_RST_TASK_WDT:
        return "task watchdog";
    case ESP_RST_WDT:
        return "watchdog";
    case ESP_RST_DEEPSLEEP:
        return "deep sleep";
    case ESP_RST_BROWNOUT:
        return "brown-out";
    default:
        return "other";
    }
}

bool esp32_after_crash(void) {
    switch (esp_reset_reason()) {
    case ESP_RST_PANIC:
    case ESP_RST_INT_WDT:
    case ESP_RST_TASK_WDT:
    case ESP_RST_WDT:
    case ESP_RST_BROWNOUT:
        return true;
    default:
        return false;
    }
}

// ---- what it is ----

static const char *unique_id(void) {
    static char text[13];
    uint8_t mac[6];
    if (text[0] == '\0' && esp_efuse_mac_get_default(mac) == ESP_OK) {
        snprintf(text, sizeof text, "%02x%02x%02x%02x%02x%02x", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
    }
    return text;
}

void esp32_device_describe(port_device *described) {
    described->port_name = "esp32";
    described->chip = CONFIG_IDF_TARGET;
    described->reset_reason = esp32_reset_reason();
    described->unique_id = unique_id();
    described->memory_free_bytes = heap_caps_get_free_size(MALLOC_CAP_INTERNAL | MALLOC_CAP_8BIT);
    described->memory_least_free_bytes = heap_caps_get_minimum_free_size(MALLOC_CAP_INTERNAL | MALLOC_CAP_8BIT);
    described->memory_largest_block_bytes = heap_caps_get_largest_free_block(MALLOC_CAP_INTERNAL | MALLOC_CAP_8BIT);
    described->memory_used_bytes =
        heap_caps_get_total_size(MALLOC_CAP_INTERNAL | MALLOC_CAP_8BIT) - described->memory_free_bytes;
}

void esp32_sha256(const void *bytes, size_t byte_count, uint8_t digest[32]) {
#if ESP_IDF_VERSION >= ESP_IDF_VERSION_VAL(6, 0, 0)
    size_t digest_bytes;
    if (psa_hash_compute(PSA_ALG_SHA_256, bytes, byte_count, digest, 32, &digest_bytes) != PSA_SUCCESS) {
        memset(digest, 0, 32);  // equals no announced one
    }
#else
    if (mbedtls_sha256(bytes, byte_count, digest, 0) != 0) {
        memset(digest, 0, 32);
    }
#endif
}

// ---- secrets ----

enum { SECRET_LIMIT = 40 };

static bool is_secret(const char *text, size_t letter_count) {
    return strlen(text) == letter_count && strspn(text, "abcdefghijkmnpqrstuvwxyz23456789") == letter_count;
}

static void make_secret(char *room, size_t letter_count) {
    static const char letters[] = "abcdefghijkmnpqrstuvwxyz23456789";  // 32, without look-alikes
    uint8_t noise[SECRET_LIMIT];
    // Without the radio the generator has no noise of its own, but for this.
    bootloader_random_enable();
    esp_fill_random(noise, letter_count);
    bootloader_random_disable();
    for (size_t i = 0; i < letter_count; i++) {
        room[i] = letters[noise[i] % 32];
    }
    room[letter_count] = '\0';
}

bool esp32_secret(const char *key, char *room, size_t letter_count) {
    char kept[SECRET_LIMIT + 1] = "";
    size_t kept_bytes = sizeof kept;
    nvs_handle_t storage;
    letter_count = letter_count < SECRET_LIMIT ? letter_count : SECRET_LIMIT;
    if (nvs_open("thimble", NVS_READWRITE, &storage) != ESP_OK) {
        make_secret(room, letter_count);
        return false;
    }
    bool is_kept = nvs_get_str(storage, key, kept, &kept_bytes) == ESP_OK && is_secret(kept, letter_count);
    if (is_kept) {
        memcpy(room, kept, letter_count + 1);
    } else {
        make_secret(room, letter_count);
        is_kept = nvs_set_str(storage, key, room) == ESP_OK && nvs_commit(storage) == ESP_OK;
    }
    nvs_close(storage);
    return is_kept;
}
