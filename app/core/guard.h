// guard.h - who may ask what: the checks of Host, Origin and token.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_APP_GUARD_H
#define THIMBLE_APP_GUARD_H

#include <stdbool.h>

// Against DNS rebinding: a page of another site that made its name point here sends that name. So only names that no
// other site can have are good: IP addresses, localhost, and the device's own (may be NULL); with any port.
bool guard_host_is_good(const char *host, const char *own_name);

// Against requests that other sites have a browser send: `origin` (NULL: not sent) has to be this host, and `site` and
// `mode` (Sec-Fetch-Site and -Mode; NULL: not sent) may not say that another site wants a part of a page.
bool guard_origin_is_good(const char *host, const char *origin, const char *site, const char *mode);

// Whether `authorization` (may be NULL) is "Bearer TOKEN". Takes the same time wherever it differs.
bool guard_token_is_good(const char *authorization, const char *token);

#endif
