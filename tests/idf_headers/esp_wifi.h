// esp_wifi.h - what is used of ESP-IDF's header of this name.
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_IDF_ESP_WIFI_H
#define THIMBLE_IDF_ESP_WIFI_H

#include <stdbool.h>

#include "esp_err.h"
#include "esp_event.h"
#include "esp_netif.h"

typedef enum { WIFI_MODE_NULL, WIFI_MODE_STA, WIFI_MODE_AP, WIFI_MODE_APSTA } wifi_mode_t;
typedef enum { WIFI_IF_STA, WIFI_IF_AP } wifi_interface_t;
typedef enum { WIFI_AUTH_OPEN = 0, WIFI_AUTH_WPA2_PSK = 3 } wifi_auth_mode_t;
typedef enum { WIFI_FAST_SCAN, WIFI_ALL_CHANNEL_SCAN } wifi_scan_method_t;
typedef enum { WIFI_STORAGE_FLASH, WIFI_STORAGE_RAM } wifi_storage_t;
typedef enum { WIFI_REASON_ASSOC_LEAVE = 8 } wifi_err_reason_t;
typedef struct {
    uint8_t ssid[32], password[64];
    uint8_t ssid_len, channel;
    wifi_auth_mode_t authmode;
    uint8_t max_connection;
} wifi_ap_config_t;
typedef struct {
    uint8_t ssid[32], password[64];
    wifi_scan_method_t scan_method;
    struct {
        wifi_auth_mode_t authmode;
    } threshold;
    struct {
        bool capable;
    } pmf_cfg;
} wifi_sta_config_t;
typedef union {
    wifi_ap_config_t ap;
    wifi_sta_config_t sta;
} wifi_config_t;
typedef struct {
    int8_t rssi;
} wifi_ap_record_t;
typedef struct {
    int num;
} wifi_sta_list_t;
typedef struct {
    uint8_t reason;
} wifi_event_sta_disconnected_t;
typedef struct {
    int magic;
} wifi_init_config_t;

#define WIFI_INIT_CONFIG_DEFAULT() {0}

extern esp_event_base_t const WIFI_EVENT;
enum { WIFI_EVENT_STA_DISCONNECTED = 5, WIFI_EVENT_AP_STACONNECTED = 14, WIFI_EVENT_AP_STADISCONNECTED };

esp_netif_t *esp_netif_create_default_wifi_sta(void);
esp_netif_t *esp_netif_create_default_wifi_ap(void);
esp_err_t esp_wifi_init(const wifi_init_config_t *config);
esp_err_t esp_wifi_set_storage(wifi_storage_t storage);
esp_err_t esp_wifi_set_mode(wifi_mode_t mode);
esp_err_t esp_wifi_set_config(wifi_interface_t interface, wifi_config_t *config);
esp_err_t esp_wifi_start(void);
esp_err_t esp_wifi_connect(void);
esp_err_t esp_wifi_disconnect(void);
esp_err_t esp_wifi_sta_get_ap_info(wifi_ap_record_t *record);
esp_err_t esp_wifi_ap_get_sta_list(wifi_sta_list_t *list);

#endif
