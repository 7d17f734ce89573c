// network.c - the device's name, time from the internet, its announcement by mDNS.
//
// SPDX-License-Identifier: Apache-2.0
#include "network.h"

#include <esp_event.h>
#include <esp_mac.h>
#include <esp_netif.h>
#include <esp_netif_sntp.h>
#include <sdkconfig.h>
#include <stdio.h>
#if __has_include(<mdns.h>)
#include <mdns.h>
#endif

#include "links.h"

static char name[NETWORK_NAME_BYTES], host_name[NETWORK_NAME_BYTES + 8];
static char address_now[16];
static bool is_announced, has_time;

const char *network_name(void) {
    if (name[0] == '\0') {
        uint8_t mac[6] = {0};
        esp_efuse_mac_get_default(mac);
        snprintf(name, sizeof name, "thimble-%02x%02x", mac[4], mac[5]);
        snprintf(host_name, sizeof host_name, "%s.local", name);
    }
    return name;
}

const char *network_host_name(void) {
    network_name();
    return host_name;
}

const char *network_address(void) {
    return address_now;
}

void network_prepare(void) {
    ESP_ERROR_CHECK(esp_netif_init());
    ESP_ERROR_CHECK(esp_event_loop_create_default());
}

static void announce(void) {
#if __has_include(<mdns.h>)
    if (is_announced || mdns_init() != ESP_OK) {
        return;
    }
    mdns_hostname_set(network_name());
    mdns_instance_name_set(network_name());
    mdns_service_add(NULL, "_http", "_tcp", 80, NULL, 0);
#endif
    is_announced = true;
}

void network_is_up(const char *how, const char *address, int rssi_dbm) {
    char words[64];
    snprintf(words, sizeof words, "%s, %s", how, address);
    snprintf(address_now, sizeof address_now, "%s", address);
    esp32_set_network(words, rssi_dbm);
    // The token goes to the console, not into the log.
    printf("%s: open http://%s/#token=%s\n", how, address, esp32_app()->token);
    announce();
    if (!has_time) {
        const esp_sntp_config_t config = ESP_NETIF_SNTP_DEFAULT_CONFIG("pool.ntp.org");
        has_time = esp_netif_sntp_init(&config) == ESP_OK;
    }
}

void network_is_down(void) {
    address_now[0] = '\0';
    esp32_set_network(NULL, 0);
}

const char *network_start(void) {
    const char *problem = link_ethernet_start();
    return problem != NULL ? problem : link_wifi_start();
}

const esp32_portal *network_portal(void) {
    return link_wifi_portal();
}
