// sha256.h - what is used of ESP-IDF's header of this name.
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_IDF_MBEDTLS_SHA256_H
#define THIMBLE_IDF_MBEDTLS_SHA256_H

#include <stddef.h>

int mbedtls_sha256(const unsigned char *input, size_t ilen, unsigned char *output, int is224);

#endif
