// esp_console.h - what is used of ESP-IDF's header of this name.
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_IDF_ESP_CONSOLE_H
#define THIMBLE_IDF_ESP_CONSOLE_H

#include <stddef.h>

#include "esp_err.h"

typedef int (*esp_console_cmd_func_t)(int argument_count, char **arguments);
typedef struct {
    const char *command, *help, *hint;
    esp_console_cmd_func_t func;
    void *argtable;
} esp_console_cmd_t;
typedef struct {
    size_t max_cmdline_length, max_cmdline_args;
} esp_console_config_t;

#define ESP_CONSOLE_CONFIG_DEFAULT() {256, 32}

esp_err_t esp_console_init(const esp_console_config_t *config);
esp_err_t esp_console_cmd_register(const esp_console_cmd_t *command);
esp_err_t esp_console_register_help_command(void);
esp_err_t esp_console_run(const char *line, int *result);

#endif
