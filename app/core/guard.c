// guard.c - who may ask what.
//
// SPDX-License-Identifier: Apache-2.0
#include "guard.h"

#include <stddef.h>
#include <string.h>

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool same_without_case(const char *a, size_t a_length, const char *b) {
    if (strlen(b) != a_length) {
        return false;
    }
    for (size_t i = 0; i < a_length; i++) {
        if (lower(a[i]) != lower(b[i])) {
            return false;
        }
    }
    return true;
}

static bool all_of(const char *text, size_t length, const char *allowed) {
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\0' || strchr(allowed, text[i]) == NULL) {
            return false;
        }
    }
    return length > 0;
}

bool guard_host_is_good(const char *host, const char *own_name) {
    size_t length = strlen(host);
    if (host[0] == '[') {
        const char *end = strchr(host, ']');
        if (end == NULL || !all_of(host + 1, (size_t)(end - host - 1), "0123456789abcdefABCDEF:.")) {
            return false;
        }
        return end[1] == '\0' || (end[1] == ':' && all_of(end + 2, strlen(end + 2), "0123456789"));
    }
    const char *colon = strchr(host, ':');
    if (colon != NULL) {
        if (!all_of(colon + 1, strlen(colon + 1), "0123456789")) {
            return false;
        }
        length = (size_t)(colon - host);
    }
    // No name of the Domain Name System consists of digits alone in its last part.
    return all_of(host, length, "0123456789.") || same_without_case(host, length, "localhost") ||
           (own_name != NULL && same_without_case(host, length, own_name));
}

bool guard_origin_is_good(const char *host, const char *origin, const char *site, const char *mode) {
    if (origin != NULL) {
        const size_t skip = strncmp(origin, "http://", 7) == 0 ? 7 : strncmp(origin, "https://", 8) == 0 ? 8 : 0;
        if (skip == 0 || !same_without_case(origin + skip, strlen(origin + skip), host)) {
            return false;
        }
    }
    const bool is_foreign = site != NULL && (strcmp(site, "cross-site") == 0 || strcmp(site, "same-site") == 0);
    return !is_foreign || (mode != NULL && strcmp(mode, "navigate") == 0);
}

bool guard_token_is_good(const char *authorization, const char *token) {
    static const char scheme[] = "Bearer ";
    const size_t scheme_length = sizeof scheme - 1;
    if (authorization == NULL || strlen(authorization) < scheme_length ||
        !same_without_case(authorization, scheme_length, scheme)) {
        return false;
    }
    const char *given = authorization + scheme_length;
    const size_t given_length = strlen(given), token_length = strlen(token);
    unsigned difference = given_length != token_length;
    // Over the length of what was given, which the sender knows.
    for (size_t i = 0; i < given_length; i++) {
        difference |= (unsigned)(unsigned char)given[i] ^ (unsigned char)token[i % (token_length + 1)];
    }
    return difference == 0 && token_length > 0;
}
