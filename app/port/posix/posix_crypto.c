// posix_crypto.c - hashes and random bytes of the desk.
//
// SPDX-License-Identifier: Apache-2.0
#include "posix_crypto.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <sys/random.h>

void posix_sha256(void *context, const void *bytes, size_t byte_count, uint8_t digest[32]) {
    (void)context;
    unsigned digest_bytes = 0;
    if (EVP_Digest(bytes, byte_count, digest, &digest_bytes, EVP_sha256(), NULL) != 1) {
        abort();  // libcrypto without SHA-256 or without memory: nothing would be safe
    }
}

void posix_random(void *context, void *room, size_t byte_count) {
    (void)context;
    for (size_t done = 0; done < byte_count;) {
        const ssize_t got = getrandom((char *)room + done, byte_count - done, 0);
        if (got > 0) {
            done += (size_t)got;
        } else if (errno != EINTR) {
            abort();  // a guessable token would be worse than none
        }
    }
}
