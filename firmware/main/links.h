// links.h - the ways into a network. What a build does not have does nothing (link_none.c).
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_LINKS_H
#define THIMBLE_LINKS_H

#include "esp32_port.h"

// NULL, or what is wrong.
const char *link_ethernet_start(void);
const char *link_wifi_start(void);

// What asks for the Wi-Fi's name and password; NULL without Wi-Fi.
const esp32_portal *link_wifi_portal(void);

// Wi-Fi from the console: other credentials, none any more, and a line that says how it is.
bool link_wifi_set(const char *ssid, const char *password, const char **problem);
void link_wifi_forget(void);
void link_wifi_describe(char *room, size_t room_bytes);

#endif
