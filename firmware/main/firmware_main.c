// firmware_main.c - starts the device: settings, board, application, network, console.
//
// The application runs before there is a network, and goes on when there is none.
//
// SPDX-License-Identifier: Apache-2.0
#include <esp_log.h>
#include <nvs_flash.h>
#include <sdkconfig.h>

#include "board_choice.h"
#include "console.h"
#include "network.h"
#include "watch.h"

static const char tag[] = "thimble";

// NVS that another version left, or that is full, is made anew: Wi-Fi, board and token are then set again.
static void open_nvs(void) {
    esp_err_t error = nvs_flash_init();
    if (error == ESP_ERR_NVS_NO_FREE_PAGES || error == ESP_ERR_NVS_NEW_VERSION_FOUND) {
        ESP_ERROR_CHECK(nvs_flash_erase());
        error = nvs_flash_init();
    }
    ESP_ERROR_CHECK(error);
}

static esp32_camera open_camera(const esp32_board *board) {
    esp32_camera camera = esp32_camera_scenes();
    if (board->has_camera) {
        const char *problem = esp32_camera_open(&camera, board);
        if (problem != NULL) {
            ESP_LOGE(tag, "camera of %s: %s; showing sample scenes (console: board find)", board->name, problem);
            camera = esp32_camera_scenes();
        }
    }
    return camera;
}

static void report(const char *problem) {
    if (problem != NULL) {
        ESP_LOGE(tag, "%s", problem);
    }
}

void app_main(void);
void app_main(void) {
    static char token[17];
    open_nvs();
    network_prepare();
    const esp32_board *board = board_chosen();
    esp32_secret("token", token, sizeof token - 1);
    const esp32_config config = {
        .board_name = board->name,
        .host_name = network_host_name(),
        .token = token,
        .camera = open_camera(board),
        .uses_both_cores = CONFIG_THIMBLE_BOTH_CORES,
    };
    const char *problem = esp32_start(&config);
    if (problem != NULL) {
        ESP_LOGE(tag, "%s", problem);
        return;
    }
    // Each of these may fail for itself: what is left is better than nothing.
    report(network_start());
    report(esp32_serve(network_portal()));
    report(watch_start(board));
    report(console_start());
}
