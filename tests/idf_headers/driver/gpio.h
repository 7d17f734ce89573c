// gpio.h - what is used of ESP-IDF's header of this name.
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_IDF_DRIVER_GPIO_H
#define THIMBLE_IDF_DRIVER_GPIO_H

#include "esp_err.h"

typedef int gpio_num_t;
typedef enum { GPIO_MODE_OUTPUT = 2 } gpio_mode_t;

#define GPIO_IS_VALID_OUTPUT_GPIO(number) ((number) >= 0 && (number) < 34)

esp_err_t gpio_reset_pin(gpio_num_t number);
esp_err_t gpio_set_direction(gpio_num_t number, gpio_mode_t mode);
esp_err_t gpio_set_level(gpio_num_t number, uint32_t level);

#endif
