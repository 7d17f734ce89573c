// posix_crypto.h - hashes and random bytes of the desk: libcrypto and the kernel.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_POSIX_CRYPTO_H
#define THIMBLE_POSIX_CRYPTO_H

#include <stddef.h>
#include <stdint.h>

// Functions of port.h; `context` is not used.
void posix_sha256(void *context, const void *bytes, size_t byte_count, uint8_t digest[32]);
void posix_random(void *context, void *room, size_t byte_count);

#endif
