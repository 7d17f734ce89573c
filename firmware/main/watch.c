// watch.c - what happens with decisions outside the network.
//
// SPDX-License-Identifier: Apache-2.0
#include "watch.h"

#include <driver/gpio.h>
#include <esp_log.h>
#include <esp_ota_ops.h>
#include <esp_sleep.h>
#include <esp_system.h>
#include <esp_timer.h>
#include <freertos/FreeRTOS.h>
#include <freertos/semphr.h>
#include <freertos/task.h>
#include <inttypes.h>
#include <nvs.h>
#include <sdkconfig.h>
#include <stdio.h>
#include <string.h>

#include "actions.h"
#include "nap.h"

enum {
    STEP_MS = 50,
    STACK_BYTES = 4096,
    PRIORITY = 5,  // above the loop, which on one core may never rest
    CONFIRM_MS = 30000,  // an app that ran for so long, and looked at frames, is good
    ANSWER_BYTES = 512,
    CONSOLE_SEND_PIN = 1,
    CONSOLE_RECEIVE_PIN = 3,
};

static const char tag[] = "watch";
static SemaphoreHandle_t lock;
static actions rules;  // under the lock
static char rules_text[ACTIONS_TEXT_BYTES];
static nap sleeper;
static const esp32_board *board_in_use;
static volatile bool prints_json;
static bool is_confirmed;

static uint64_t now_ms(void) {
    return (uint64_t)esp_timer_get_time() / 1000;
}

// ---- NVS ----

static bool keep_text(const char *key, const char *text) {
    nvs_handle_t handle;
    if (nvs_open("thimble", NVS_READWRITE, &handle) != ESP_OK) {
        return false;
    }
    const bool kept = nvs_set_str(handle, key, text) == ESP_OK && nvs_commit(handle) == ESP_OK;
    nvs_close(handle);
    return kept;
}

static void read_text(const char *key, char *room, size_t room_bytes) {
    nvs_handle_t handle;
    room[0] = '\0';
    if (nvs_open("thimble", NVS_READONLY, &handle) == ESP_OK) {
        if (nvs_get_str(handle, key, room, &room_bytes) != ESP_OK) {
            room[0] = '\0';
        }
        nvs_close(handle);
    }
}

// ---- pins ----

static bool pin_is_free(void *context, int pin) {
    (void)context;
    const bool is_flash = strcmp(CONFIG_IDF_TARGET, "esp32") == 0     ? pin >= 6 && pin <= 11
                          : strcmp(CONFIG_IDF_TARGET, "esp32s3") == 0 ? pin >= 26 && pin <= 37
                                                                      : pin >= 11 && pin <= 17;
    const bool is_console =
        strcmp(CONFIG_IDF_TARGET, "esp32") == 0 && (pin == CONSOLE_SEND_PIN || pin == CONSOLE_RECEIVE_PIN);
    return GPIO_IS_VALID_OUTPUT_GPIO(pin) && !is_flash && !is_console && !board_uses_pin(board_in_use, pin);
}

static void prepare_pins(void) {
    for (size_t i = 0; i < rules.count; i++) {
        const gpio_num_t pin = (gpio_num_t)rules.list[i].pin;
        gpio_reset_pin(pin);
        gpio_set_level(pin, actions_level(&rules, i, now_ms()));
        gpio_set_direction(pin, GPIO_MODE_OUTPUT);
    }
}

static void set_pins(const char *label) {
    xSemaphoreTake(lock, portMAX_DELAY);
    actions_step(&rules, label, now_ms());
    for (size_t i = 0; i < rules.count; i++) {
        gpio_set_level((gpio_num_t)rules.list[i].pin, actions_level(&rules, i, now_ms()));
    }
    xSemaphoreGive(lock);
}

const char *watch_set_actions(const char *wanted) {
    actions read;
    const char *problem = actions_read(&read, wanted, pin_is_free, NULL);
    if (problem != NULL) {
        return problem;
    }
    xSemaphoreTake(lock, portMAX_DELAY);
    for (size_t i = 0; i < rules.count; i++) {
        gpio_reset_pin((gpio_num_t)rules.list[i].pin);
    }
    rules = read;
    snprintf(rules_text, sizeof rules_text, "%s", wanted);
    prepare_pins();
    xSemaphoreGive(lock);
    return keep_text("actions", wanted) ? NULL : "They hold until the next start: NVS does not take them.";
}

void watch_actions(char *room, size_t room_bytes) {
    xSemaphoreTake(lock, portMAX_DELAY);
    snprintf(room, room_bytes, "%s", rules_text);
    xSemaphoreGive(lock);
}

// ---- sleep ----

const char *watch_set_sleep(uint32_t seconds, bool keeps_pictures) {
    char text[24];
    if (seconds != 0 && (seconds < NAP_LEAST_S || seconds > NAP_MOST_S)) {
        return "Sleep takes 5 to 86400 seconds, or 0 for none.";
    }
    snprintf(text, sizeof text, "%" PRIu32 "%s", seconds, keeps_pictures ? " keep" : "");
    return keep_text("sleep", text) ? NULL : "NVS does not take it.";
}

static void read_sleep(void) {
    char text[24];
    unsigned seconds = 0;
    read_text("sleep", text, sizeof text);
    for (const char *at = text; *at >= '0' && *at <= '9' && seconds <= NAP_MOST_S; at++) {
        seconds = seconds * 10 + (unsigned)(*at - '0');
    }
    const bool is_good = seconds >= NAP_LEAST_S && seconds <= NAP_MOST_S;
    const bool is_woken = esp_reset_reason() == ESP_RST_DEEPSLEEP;
    nap_start(&sleeper, is_good ? seconds : 0, strstr(text, "keep") != NULL, is_woken, now_ms());
}

static void print_decision(const app_glance *glance) {
    printf("{\"label\":\"%s\",\"confidence\":%.3f,\"frame\":%" PRIu32 "}\n", glance->label, (double)glance->confidence,
           glance->frame_number);
}

static void keep_picture(const app_glance *glance) {
    static char answer[ANSWER_BYTES];
    char request[ACTIONS_LABEL_BYTES + 32];
    snprintf(request, sizeof request, "{\"label\":\"%s\"}", glance->label);
    const int status = esp32_ask("POST", "/api/captures", request, strlen(request), answer, sizeof answer);
    if (status / 100 != 2) {
        ESP_LOGW(tag, "the picture was not kept: %s", answer);
    }
}

static void nap_if_due(const app_glance *glance) {
    const bool is_sure = glance->label[0] != '\0' && glance->confidence > 0;
    switch (nap_step(&sleeper, is_sure, glance->client_count > 0, now_ms())) {
    case NAP_STAY:
        return;
    case NAP_TELL:
        print_decision(glance);
        if (sleeper.keeps_pictures) {
            keep_picture(glance);
        }
        return;
    case NAP_SLEEP:
        ESP_LOGI(tag, "sleeps for %" PRIu32 " seconds", sleeper.sleep_s);
        esp32_camera_close();
        esp_sleep_enable_timer_wakeup((uint64_t)sleeper.sleep_s * 1000000);
        esp_deep_sleep_start();
    }
}

// ---- the app ----

// After an update the bootloader takes the app back at the next start, unless it says that it works.
static void confirm_if_due(const app_glance *glance) {
    esp_ota_img_states_t state;
    if (is_confirmed || now_ms() < CONFIRM_MS || glance->frame_number == 0) {
        return;
    }
    is_confirmed = true;
    if (esp_ota_get_state_partition(esp_ota_get_running_partition(), &state) == ESP_OK &&
        state == ESP_OTA_IMG_PENDING_VERIFY) {
        ESP_LOGI(tag, "this version works: kept");
        esp_ota_mark_app_valid_cancel_rollback();
    }
}

static void run_watch(void *argument) {
    (void)argument;
    char last_label[ACTIONS_LABEL_BYTES] = "";
    for (;;) {
        app_glance glance;
        app_look(esp32_app(), &glance);
        set_pins(glance.label);
        if (prints_json && strcmp(last_label, glance.label) != 0) {
            print_decision(&glance);
        }
        snprintf(last_label, sizeof last_label, "%s", glance.label);
        confirm_if_due(&glance);
        nap_if_due(&glance);
        vTaskDelay(pdMS_TO_TICKS(STEP_MS));
    }
}

const char *watch_start(const esp32_board *board) {
    board_in_use = board;
    lock = xSemaphoreCreateMutex();
    read_text("actions", rules_text, sizeof rules_text);
    if (actions_read(&rules, rules_text, pin_is_free, NULL) != NULL) {
        ESP_LOGW(tag, "the rules of actions do not fit this board: none is used");
    }
    prepare_pins();
    read_sleep();
    return lock != NULL && xTaskCreate(run_watch, "watch", STACK_BYTES, NULL, PRIORITY, NULL) == pdPASS
               ? NULL
               : "no memory for actions and console";
}

void watch_print_json(bool wanted) {
    prints_json = wanted;
}
