// posix_crypto.c - hashes, signatures and random bytes of the desk.
//
// SPDX-License-Identifier: Apache-2.0
#include "posix_crypto.h"

#include <errno.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>
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

// ---- signatures: libcrypto has them as DER, port.h as r and s of 32 bytes each ----

enum { COORDINATE_BYTES = PORT_SIGNATURE_BYTES / 2, MOST_DER_BYTES = 80 };

static EVP_PKEY *read_public_key(const uint8_t public_key[PORT_PUBLIC_KEY_BYTES]) {
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *maker = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char *)"prime256v1", 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, (void *)public_key, PORT_PUBLIC_KEY_BYTES),
        OSSL_PARAM_construct_end(),
    };
    if (maker == NULL || EVP_PKEY_fromdata_init(maker) != 1 ||
        EVP_PKEY_fromdata(maker, &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1) {
        key = NULL;
    }
    EVP_PKEY_CTX_free(maker);
    return key;
}

// The length of the DER form, 0 if there is none.
static int signature_to_der(const uint8_t signature[PORT_SIGNATURE_BYTES], uint8_t *der) {
    ECDSA_SIG *parts = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(signature, COORDINATE_BYTES, NULL);
    BIGNUM *s = BN_bin2bn(signature + COORDINATE_BYTES, COORDINATE_BYTES, NULL);
    int byte_count = 0;
    if (parts != NULL && r != NULL && s != NULL && ECDSA_SIG_set0(parts, r, s) == 1) {
        r = s = NULL;  // now of `parts`
        byte_count = i2d_ECDSA_SIG(parts, &der);
    }
    BN_free(r);
    BN_free(s);
    ECDSA_SIG_free(parts);
    return byte_count > 0 ? byte_count : 0;
}

bool posix_verify(void *context, const uint8_t public_key[PORT_PUBLIC_KEY_BYTES], const void *bytes, size_t byte_count,
                  const uint8_t signature[PORT_SIGNATURE_BYTES]) {
    (void)context;
    uint8_t der[MOST_DER_BYTES];
    const int der_bytes = signature_to_der(signature, der);
    EVP_PKEY *key = read_public_key(public_key);
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    const bool holds = der_bytes > 0 && key != NULL && digest != NULL &&
                       EVP_DigestVerifyInit(digest, NULL, EVP_sha256(), NULL, key) == 1 &&
                       EVP_DigestVerify(digest, der, (size_t)der_bytes, bytes, byte_count) == 1;
    EVP_MD_CTX_free(digest);
    EVP_PKEY_free(key);
    return holds;
}

static bool write_public_key(EVP_PKEY *key, uint8_t public_key[PORT_PUBLIC_KEY_BYTES]) {
    size_t byte_count = 0;
    char group[32] = "";
    return EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group, NULL) == 1 &&
           strcmp(group, "prime256v1") == 0 &&
           EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, public_key, PORT_PUBLIC_KEY_BYTES,
                                           &byte_count) == 1 &&
           byte_count == PORT_PUBLIC_KEY_BYTES && public_key[0] == 4;
}

bool posix_make_key(FILE *private_key, uint8_t public_key[PORT_PUBLIC_KEY_BYTES]) {
    EVP_PKEY *key = EVP_EC_gen("prime256v1");
    const bool made = key != NULL && write_public_key(key, public_key) &&
                      PEM_write_PKCS8PrivateKey(private_key, key, NULL, NULL, 0, NULL, NULL) == 1;
    EVP_PKEY_free(key);
    return made;
}

static bool der_to_signature(const uint8_t *der, size_t der_bytes, uint8_t signature[PORT_SIGNATURE_BYTES]) {
    ECDSA_SIG *parts = d2i_ECDSA_SIG(NULL, &der, (long)der_bytes);
    const bool done =
        parts != NULL && BN_bn2binpad(ECDSA_SIG_get0_r(parts), signature, COORDINATE_BYTES) == COORDINATE_BYTES &&
        BN_bn2binpad(ECDSA_SIG_get0_s(parts), signature + COORDINATE_BYTES, COORDINATE_BYTES) == COORDINATE_BYTES;
    ECDSA_SIG_free(parts);
    return done;
}

bool posix_sign(FILE *private_key, const void *bytes, size_t byte_count, uint8_t signature[PORT_SIGNATURE_BYTES],
                uint8_t public_key[PORT_PUBLIC_KEY_BYTES]) {
    uint8_t der[MOST_DER_BYTES];
    size_t der_bytes = sizeof der;
    EVP_PKEY *key = PEM_read_PrivateKey(private_key, NULL, NULL, NULL);
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    const bool done = key != NULL && digest != NULL && write_public_key(key, public_key) &&
                      EVP_DigestSignInit(digest, NULL, EVP_sha256(), NULL, key) == 1 &&
                      EVP_DigestSign(digest, der, &der_bytes, bytes, byte_count) == 1 &&
                      der_to_signature(der, der_bytes, signature);
    EVP_MD_CTX_free(digest);
    EVP_PKEY_free(key);
    return done;
}
