// portal.h - the captive portal: pages that ask for a Wi-Fi, and the answers that make phones show them.
//
// Phones ask some known page whether they are online; the name server leads that question here, and the answer leads to
// http://192.168.4.1/wifi. Nothing here knows a socket: requests are http.h's, answers are texts.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_PORTAL_H
#define THIMBLE_PORTAL_H

#include "http.h"
#include "provision.h"

#define PORTAL_ADDRESS "192.168.4.1"
#define PORTAL_PAGE "http://" PORTAL_ADDRESS "/wifi"

enum { PORTAL_PAGE_BYTES = 2560 };

// Whether a request is the portal's while the access point is open: its own page, and everything that asked for another
// host. What asks for the device by its address or name is the application's.
bool portal_takes(const http_request *request, const char *host_name);

// Whether it is for the page itself; else the answer is to go to PORTAL_PAGE.
bool portal_is_page(const http_request *request);

// Whether a POST to the page comes from the page, not from one of another site.
bool portal_may_change(const http_request *request, const char *host_name);

// Reads the form "ssid=...&password=..." (application/x-www-form-urlencoded). NULL, or what is wrong.
const char *portal_read_form(const char *body, size_t body_bytes, provision_credentials *read);

// Writes the page into `room` of PORTAL_PAGE_BYTES: the form, `problem` above it if that is not NULL, how an attempt
// stands, and the address once there is one ("" before). Returns its length.
size_t portal_write_page(const provision *from, const char *problem, const char *address, const char *host_name,
                         char *room);

#endif
