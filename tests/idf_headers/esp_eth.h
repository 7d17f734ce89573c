// esp_eth.h - what is used of ESP-IDF's header of this name.
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_IDF_ESP_ETH_H
#define THIMBLE_IDF_ESP_ETH_H

#include "esp_err.h"
#include "esp_event.h"

typedef void *esp_eth_handle_t;
typedef struct esp_eth_mac_s esp_eth_mac_t;
typedef struct esp_eth_phy_s esp_eth_phy_t;
typedef struct esp_eth_netif_glue_t *esp_eth_netif_glue_handle_t;
typedef struct {
    uint32_t rx_task_stack_size;
} eth_mac_config_t;
typedef struct {
    uint32_t autonego_timeout_ms;
} eth_phy_config_t;
typedef struct {
    esp_eth_mac_t *mac;
    esp_eth_phy_t *phy;
} esp_eth_config_t;

#define ETH_MAC_DEFAULT_CONFIG() {0}
#define ETH_PHY_DEFAULT_CONFIG() {0}
#define ETH_DEFAULT_CONFIG(emac, ephy) {emac, ephy}

extern esp_event_base_t const ETH_EVENT;
enum { ETHERNET_EVENT_START, ETHERNET_EVENT_STOP, ETHERNET_EVENT_CONNECTED, ETHERNET_EVENT_DISCONNECTED };

esp_eth_mac_t *esp_eth_mac_new_openeth(const eth_mac_config_t *config);
esp_eth_phy_t *esp_eth_phy_new_dp83848(const eth_phy_config_t *config);
esp_eth_phy_t *esp_eth_phy_new_generic(const eth_phy_config_t *config);
esp_err_t esp_eth_driver_install(const esp_eth_config_t *config, esp_eth_handle_t *driver);
esp_eth_netif_glue_handle_t esp_eth_new_netif_glue(esp_eth_handle_t driver);
esp_err_t esp_eth_start(esp_eth_handle_t driver);

#endif
