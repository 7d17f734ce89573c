// link_ethernet.c - OpenCores Ethernet, which Espressif's QEMU has for the ESP32.
//
// SPDX-License-Identifier: Apache-2.0
#include <esp_eth.h>
#include <esp_event.h>
#include <esp_idf_version.h>
#include <esp_netif.h>
#include <stdio.h>

#include "links.h"
#include "network.h"

static void on_address(void *argument, esp_event_base_t base, int32_t id, void *data) {
    (void)argument;
    (void)base;
    (void)id;
    const ip_event_got_ip_t *event = data;
    char text[16];
    esp_ip4addr_ntoa(&event->ip_info.ip, text, sizeof text);
    network_is_up("Ethernet", text, 0);
}

static void on_link(void *argument, esp_event_base_t base, int32_t id, void *data) {
    (void)argument;
    (void)base;
    (void)data;
    if (id == ETHERNET_EVENT_DISCONNECTED) {
        network_is_down();
    }
}

// The emulated transceiver answers as a DP83848, which newer versions of ESP-IDF drive by the standard registers.
static esp_eth_phy_t *new_transceiver(void) {
    eth_phy_config_t config = ETH_PHY_DEFAULT_CONFIG();
    config.autonego_timeout_ms = 100;
#if ESP_IDF_VERSION >= ESP_IDF_VERSION_VAL(5, 4, 0)
    return esp_eth_phy_new_generic(&config);
#else
    return esp_eth_phy_new_dp83848(&config);
#endif
}

const char *link_ethernet_start(void) {
    const eth_mac_config_t mac_config = ETH_MAC_DEFAULT_CONFIG();
    esp_eth_mac_t *mac = esp_eth_mac_new_openeth(&mac_config);
    esp_eth_phy_t *phy = new_transceiver();
    if (mac == NULL || phy == NULL) {
        return "no Ethernet: this image is for the emulator; set CONFIG_ETH_USE_OPENETH=n for a chip";
    }
    const esp_eth_config_t config = ETH_DEFAULT_CONFIG(mac, phy);
    esp_eth_handle_t driver = NULL;
    const esp_netif_config_t netif_config = ESP_NETIF_DEFAULT_ETH();
    esp_netif_t *netif = esp_netif_new(&netif_config);
    if (netif == NULL || esp_eth_driver_install(&config, &driver) != ESP_OK ||
        esp_netif_attach(netif, esp_eth_new_netif_glue(driver)) != ESP_OK) {
        return "no Ethernet: its driver does not start";
    }
    esp_netif_set_hostname(netif, network_name());
    if (esp_event_handler_register(IP_EVENT, IP_EVENT_ETH_GOT_IP, on_address, NULL) != ESP_OK ||
        esp_event_handler_register(ETH_EVENT, ESP_EVENT_ANY_ID, on_link, NULL) != ESP_OK ||
        esp_eth_start(driver) != ESP_OK) {
        return "no Ethernet: its driver does not start";
    }
    return NULL;
}
