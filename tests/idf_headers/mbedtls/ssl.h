// ssl.h - in the place of mbedTLS's, which a header of ESP-IDF names (idf_check without the submodule).
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_IDF_MBEDTLS_SSL_H
#define THIMBLE_IDF_MBEDTLS_SSL_H

typedef struct mbedtls_ssl_config mbedtls_ssl_config;
typedef struct mbedtls_x509_crt mbedtls_x509_crt;

#endif
