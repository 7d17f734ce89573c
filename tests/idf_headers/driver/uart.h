// uart.h - what is used of ESP-IDF's header of this name.
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_IDF_DRIVER_UART_H
#define THIMBLE_IDF_DRIVER_UART_H

#include "esp_err.h"
#include "freertos/FreeRTOS.h"
#include "freertos/queue.h"

typedef int uart_port_t;

esp_err_t uart_driver_install(uart_port_t number, int receive_bytes, int send_bytes, int queue_length,
                              QueueHandle_t *queue, int interrupt_flags);
int uart_read_bytes(uart_port_t number, void *room, uint32_t room_bytes, TickType_t ticks);

#endif
