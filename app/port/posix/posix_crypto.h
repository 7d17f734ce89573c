// posix_crypto.h - hashes, signatures and random bytes of the desk: libcrypto and the kernel.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_POSIX_CRYPTO_H
#define THIMBLE_POSIX_CRYPTO_H

#include <stdio.h>

#include "port.h"

// Functions of port.h; `context` is not used.
void posix_sha256(void *context, const void *bytes, size_t byte_count, uint8_t digest[32]);
void posix_random(void *context, void *room, size_t byte_count);
bool posix_verify(void *context, const uint8_t public_key[PORT_PUBLIC_KEY_BYTES], const void *bytes, size_t byte_count,
                  const uint8_t signature[PORT_SIGNATURE_BYTES]);

// A new pair of keys for ECDSA with P-256: the private one as PEM (PKCS 8) into a file. False if that fails.
bool posix_make_key(FILE *private_key, uint8_t public_key[PORT_PUBLIC_KEY_BYTES]);

// Signs with the private key in a file as above, and gives the public one too. False if the file has no such key.
bool posix_sign(FILE *private_key, const void *bytes, size_t byte_count, uint8_t signature[PORT_SIGNATURE_BYTES],
                uint8_t public_key[PORT_PUBLIC_KEY_BYTES]);

#endif
