// link_no_wifi.c - stands in where there is no radio, or where its libraries are left out (CONFIG_APP_NO_BLOBS).
//
// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>

#include "links.h"

const char *link_wifi_start(void) {
    return NULL;
}

const esp32_portal *link_wifi_portal(void) {
    return NULL;
}

bool link_wifi_set(const char *ssid, const char *password, const char **problem) {
    (void)ssid;
    (void)password;
    *problem = "this image has no Wi-Fi";
    return false;
}

void link_wifi_forget(void) {}

void link_wifi_describe(char *room, size_t room_bytes) {
    snprintf(room, room_bytes, "this image has no Wi-Fi");
}
