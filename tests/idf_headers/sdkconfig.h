// sdkconfig.h - what is used of ESP-IDF's header of this name. The configuration that sources are compiled in.
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_IDF_SDKCONFIG_H
#define THIMBLE_IDF_SDKCONFIG_H

#ifndef CONFIG_IDF_TARGET
#define CONFIG_IDF_TARGET "esp32"
#endif
#define CONFIG_HEAP_USE_HOOKS 1
#define CONFIG_THIMBLE_BOARD_NAME "none"
#define CONFIG_THIMBLE_BOTH_CORES 0
#define CONFIG_ESP_CONSOLE_UART_NUM 0
#define CONFIG_ETH_USE_OPENETH 1
#define CONFIG_HTTPD_MAX_URI_LEN 512
#define CONFIG_HTTPD_MAX_REQ_HDR_LEN 1024
#define CONFIG_LWIP_MAX_SOCKETS 16

#endif
