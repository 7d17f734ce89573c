// link_no_ethernet.c - stands in where there is no Ethernet.
//
// SPDX-License-Identifier: Apache-2.0
#include "links.h"

const char *link_ethernet_start(void) {
    return NULL;
}
