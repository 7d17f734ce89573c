// network.h - how the device is reached: Wi-Fi, Ethernet, its name.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_NETWORK_H
#define THIMBLE_NETWORK_H

#include "esp32_port.h"

enum { NETWORK_NAME_BYTES = 24 };

// The device's name: "thimble-1a2b", of its MAC address.
const char *network_name(void);
// The same with ".local".
const char *network_host_name(void);

// Makes esp_netif and the default event loop, which the HTTP server needs. Before anything else here.
void network_prepare(void);

// Starts what this build has: Wi-Fi or Ethernet. NULL, or what is wrong. After esp32_start.
const char *network_start(void);

// What Wi-Fi wants of the HTTP server; NULL without Wi-Fi.
const esp32_portal *network_portal(void);

// The device has an address now: for the log, /api/status, SNTP and mDNS.
void network_is_up(const char *how, const char *address, int rssi_dbm);
void network_is_down(void);

// The address, or "" without one. For the console.
const char *network_address(void);

#endif
