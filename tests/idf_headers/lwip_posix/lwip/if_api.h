// if_api.h - in the place of lwIP's, which ESP-IDF's headers name (idf_check without the submodule).
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_IDF_LWIP_IF_API_H
#define THIMBLE_IDF_LWIP_IF_API_H

#include <stdint.h>

typedef uint32_t u32_t;

#endif
