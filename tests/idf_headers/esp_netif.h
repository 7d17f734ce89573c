// esp_netif.h - what is used of ESP-IDF's header of this name.
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_IDF_ESP_NETIF_H
#define THIMBLE_IDF_ESP_NETIF_H

#include "esp_err.h"
#include "esp_event.h"

typedef struct esp_netif_obj esp_netif_t;
typedef struct esp_ip4_addr {
    uint32_t addr;
} esp_ip4_addr_t;
typedef struct {
    esp_ip4_addr_t ip, netmask, gw;
} esp_netif_ip_info_t;
typedef struct {
    esp_netif_t *esp_netif;
    esp_netif_ip_info_t ip_info;
} ip_event_got_ip_t;
typedef struct {
    const void *base, *driver, *stack;
} esp_netif_config_t;

#define ESP_NETIF_DEFAULT_ETH() {0}

extern esp_event_base_t const IP_EVENT;
enum { IP_EVENT_STA_GOT_IP, IP_EVENT_ETH_GOT_IP };

esp_err_t esp_netif_init(void);
esp_netif_t *esp_netif_new(const esp_netif_config_t *config);
esp_err_t esp_netif_attach(esp_netif_t *netif, void *driver);
esp_err_t esp_netif_set_hostname(esp_netif_t *netif, const char *name);
char *esp_ip4addr_ntoa(const esp_ip4_addr_t *address, char *room, int room_bytes);

#endif
