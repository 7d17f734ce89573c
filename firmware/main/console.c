// console.c - commands on the serial console: the API without a network, and what has to be set before there is one.
//
// SPDX-License-Identifier: Apache-2.0
#include "console.h"

#include <driver/uart.h>
#include <esp_app_desc.h>
#include <esp_chip_info.h>
#include <esp_console.h>
#include <esp_heap_caps.h>
#include <esp_log.h>
#include <esp_system.h>
#include <freertos/FreeRTOS.h>
#include <freertos/task.h>
#include <inttypes.h>
#include <sdkconfig.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#if CONFIG_ESP_CONSOLE_SECONDARY_USB_SERIAL_JTAG || CONFIG_ESP_CONSOLE_USB_SERIAL_JTAG
#include <driver/usb_serial_jtag.h>
#define HAS_USB_CONSOLE 1
#endif
#if __has_include(<esp_https_ota.h>) && CONFIG_MBEDTLS_CERTIFICATE_BUNDLE
#include <esp_crt_bundle.h>
#include <esp_https_ota.h>
#define HAS_UPDATE 1
#endif

#include "actions.h"
#include "board_choice.h"
#include "links.h"
#include "network.h"
#include "watch.h"

#ifndef CONFIG_ESP_CONSOLE_UART_NUM
#define CONFIG_ESP_CONSOLE_UART_NUM -1
#endif

enum {
    LINE_BYTES = 512,
    ANSWER_BYTES = 4352,  // the longest JSON of the API, and its end
    STACK_BYTES = 8192,
    PRIORITY = 5,  // above the loop, which on one core may never rest
    UPDATE_TIMEOUT_MS = 20000,
    READ_MS = 20,
};

static char answer[ANSWER_BYTES];

// ---- commands ----

static int ask(const char *method, const char *path, const char *body) {
    const int status = esp32_ask(method, path, body, body != NULL ? strlen(body) : 0, answer, sizeof answer);
    printf("%s\n", answer);
    return status / 100 == 2 ? 0 : 1;
}

static int say(const char *problem) {
    printf("%s\n", problem != NULL ? problem : "ok");
    return problem != NULL ? 1 : 0;
}

static int run_status(int count, char **words) {
    (void)count;
    (void)words;
    return ask("GET", "/api/status", NULL);
}

static int run_model(int count, char **words) {
    return count == 2 && strcmp(words[1], "back") == 0 ? ask("POST", "/api/model/rollback", NULL)
                                                       : ask("GET", "/api/model", NULL);
}

static int run_profile(int count, char **words) {
    (void)count;
    (void)words;
    return ask("GET", "/api/profile", NULL);
}

// A value is JSON as it is, or else a word.
static int run_settings(int count, char **words) {
    char body[160];
    if (count == 1) {
        return ask("GET", "/api/settings", NULL);
    }
    if (count != 3) {
        return say("settings NAME VALUE, as the page names them: settings threshold 0.7");
    }
    const bool is_json = strchr("-0123456789{[\"", words[2][0]) != NULL || strcmp(words[2], "true") == 0 ||
                         strcmp(words[2], "false") == 0;
    snprintf(body, sizeof body, is_json ? "{\"%s\":%s}" : "{\"%s\":\"%s\"}", words[1], words[2]);
    return ask("PATCH", "/api/settings", body);
}

static int run_capture(int count, char **words) {
    char body[96];
    if (count == 1) {
        return ask("GET", "/api/captures", NULL);
    }
    snprintf(body, sizeof body, "{\"label\":\"%s\"}", words[1]);
    return ask("POST", "/api/captures", body);
}

static int run_wifi(int count, char **words) {
    const char *problem = NULL;
    if (count == 1) {
        char text[160];
        link_wifi_describe(text, sizeof text);
        printf("%s\naddress: %s\nname: http://%s\n", text, network_address(), network_host_name());
        return 0;
    }
    if (count == 2 && strcmp(words[1], "forget") == 0) {
        link_wifi_forget();
        return say(NULL);
    }
    if (count > 3) {
        return say("wifi NAME PASSWORD, each in quotes if there is a space in it; or: wifi forget");
    }
    link_wifi_set(words[1], count == 3 ? words[2] : "", &problem);
    return say(problem);
}

static int run_board(int count, char **words) {
    if (count == 2) {
        const char *problem = board_choose(words[1]);
        return say(problem != NULL ? problem : "kept; `restart` uses it (find: tries all boards then)");
    }
    printf("now: %s\n", board_chosen()->name);
    for (size_t i = 0; i < board_count; i++) {
        if (!board_table[i].board.has_camera || strcmp(board_table[i].chip, CONFIG_IDF_TARGET) == 0) {
            printf("  %-14s %s\n", board_table[i].id, board_table[i].board.name);
        }
    }
    return say("board NAME, board find, or board PWDN,RESET,XCLK,SDA,SCL,D0,..,D7,VSYNC,HREF,PCLK");
}

static int run_action(int count, char **words) {
    if (count == 1) {
        static char text[ACTIONS_TEXT_BYTES];
        watch_actions(text, sizeof text);
        return say(text[0] != '\0' ? text : "none; action \"Trouser=12;Bag=13,500\"");
    }
    return say(watch_set_actions(strcmp(words[1], "none") == 0 ? "" : words[1]));
}

static int run_sleep(int count, char **words) {
    if (count == 1) {
        return say(
            "sleep SECONDS [keep]: from the next start on sleeps so long between looks; keep: keeps a picture of "
            "each; sleep 0: no more");
    }
    return say(watch_set_sleep((uint32_t)strtoul(words[1], NULL, 10), count == 3 && strcmp(words[2], "keep") == 0));
}

static int run_json(int count, char **words) {
    watch_print_json(count == 2 && strcmp(words[1], "on") == 0);
    return say(NULL);
}

static int run_log(int count, char **words) {
    static const char *const levels[] = {"none", "error", "warning", "info"};
    for (size_t i = 0; count == 2 && i < sizeof levels / sizeof levels[0]; i++) {
        if (strcmp(words[1], levels[i]) == 0) {
            esp_log_level_set("*", (esp_log_level_t)i);
            return say(NULL);
        }
    }
    return say("log none, error, warning or info");
}

// One line to paste into HARDWARE.md.
static int run_selftest(int count, char **words) {
    (void)count;
    (void)words;
    esp_chip_info_t chip;
    esp_chip_info(&chip);
    app_glance glance;
    app_look(esp32_app(), &glance);
    const bool sees = glance.frame_number > 0;
    printf("| %s | %s r%d, %d cores | %s, ESP-IDF %s | psram %u KB | %s, %" PRIu32 ".%" PRIu32
           " frames/s | internal free %u KB, largest %u KB | %s |\n",
           board_chosen()->name, CONFIG_IDF_TARGET, chip.revision, chip.cores, esp_app_get_description()->version,
           esp_app_get_description()->idf_ver, (unsigned)(heap_caps_get_total_size(MALLOC_CAP_SPIRAM) / 1024),
           sees ? "sees" : "SEES NOTHING", glance.frames_per_thousand_seconds / 1000,
           glance.frames_per_thousand_seconds / 100 % 10,
           (unsigned)(heap_caps_get_free_size(MALLOC_CAP_INTERNAL) / 1024),
           (unsigned)(heap_caps_get_largest_free_block(MALLOC_CAP_INTERNAL) / 1024), esp32_reset_reason());
    return sees ? 0 : 1;
}

static int run_update(int count, char **words) {
    if (count != 2 || strncmp(words[1], "https://", 8) != 0) {
        return say("update https://HOST/thimble.bin");
    }
#if HAS_UPDATE
    const esp_http_client_config_t source = {
        .url = words[1], .crt_bundle_attach = esp_crt_bundle_attach, .timeout_ms = UPDATE_TIMEOUT_MS};
    const esp_https_ota_config_t config = {.http_config = &source};
    printf("loading; the running version stays until the new one is whole\n");
    const esp_err_t error = esp_https_ota(&config);
    if (error != ESP_OK) {
        printf("not updated: %s\n", esp_err_to_name(error));
        return 1;
    }
    printf("restarting into the new version; it is taken back if it does not run for 30 seconds\n");
    esp_restart();
#else
    return say("this image cannot load updates: it was built without certificates");
#endif
}

static int run_restart(int count, char **words) {
    (void)count;
    (void)words;
    esp_restart();
}

static const esp_console_cmd_t commands[] = {
    {.command = "status", .help = "what /api/status says", .func = run_status},
    {.command = "model", .help = "the model in use; `model back` takes the one before", .func = run_model},
    {.command = "settings", .help = "all settings, or: settings NAME VALUE", .func = run_settings},
    {.command = "wifi", .help = "how it stands, or: wifi NAME PASSWORD, wifi forget", .func = run_wifi},
    {.command = "capture", .help = "what is kept, or: capture LABEL keeps a picture", .func = run_capture},
    {.command = "profile", .help = "time of each op", .func = run_profile},
    {.command = "board", .help = "which board this is; `board find` tries all", .func = run_board},
    {.command = "action",
     .help = "pins that follow labels: action \"Trouser=12;Bag=13,500\", action none",
     .func = run_action},
    {.command = "sleep", .help = "deep sleep between looks: sleep 600 keep, sleep 0", .func = run_sleep},
    {.command = "json", .help = "a line for each decision: json on, json off", .func = run_json},
    {.command = "log", .help = "how much is said: log error", .func = run_log},
    {.command = "selftest", .help = "one line about this device, for HARDWARE.md", .func = run_selftest},
    {.command = "update", .help = "load another version: update https://...", .func = run_update},
    {.command = "restart", .help = "start again", .func = run_restart},
};

// ---- input ----

static bool read_letter(char *letter) {
#if HAS_USB_CONSOLE
    if (usb_serial_jtag_read_bytes(letter, 1, 0) == 1) {
        return true;
    }
#endif
    if (CONFIG_ESP_CONSOLE_UART_NUM >= 0) {
        return uart_read_bytes(CONFIG_ESP_CONSOLE_UART_NUM, letter, 1, pdMS_TO_TICKS(READ_MS)) == 1;
    }
    vTaskDelay(pdMS_TO_TICKS(READ_MS));
    return false;
}

static void run_line(const char *line) {
    int result = 0;
    const esp_err_t error = esp_console_run(line, &result);
    if (error == ESP_ERR_NOT_FOUND) {
        printf("there is no such command; `help` lists them\n");
    }
}

// Plain lines with echo and backspace: works with any terminal, and with programs.
static void run_console(void *argument) {
    (void)argument;
    static char line[LINE_BYTES];
    size_t used = 0;
    for (;;) {
        char letter;
        if (!read_letter(&letter)) {
            continue;
        }
        if (letter == '\r' || letter == '\n') {
            line[used] = '\0';
            if (used > 0) {
                printf("\n");
                run_line(line);
                memset(line, 0, sizeof line);  // it may have held a password
                used = 0;
            }
        } else if (letter == '\b' || letter == 0x7f) {
            used -= used > 0 ? 1 : 0;
            printf("\b \b");
        } else if ((unsigned char)letter >= ' ' && used + 1 < sizeof line) {
            line[used++] = letter;
            putchar(letter);
        }
        fflush(stdout);
    }
}

const char *console_start(void) {
    static const char problem[] = "no console: no memory, or its driver does not start";
    esp_console_config_t config = ESP_CONSOLE_CONFIG_DEFAULT();
    config.max_cmdline_length = LINE_BYTES;
    config.max_cmdline_args = 8;
    if (esp_console_init(&config) != ESP_OK || esp_console_register_help_command() != ESP_OK) {
        return problem;
    }
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (esp_console_cmd_register(&commands[i]) != ESP_OK) {
            return problem;
        }
    }
#if HAS_USB_CONSOLE
    usb_serial_jtag_driver_config_t usb = USB_SERIAL_JTAG_DRIVER_CONFIG_DEFAULT();
    if (usb_serial_jtag_driver_install(&usb) != ESP_OK) {
        return problem;
    }
#endif
    if (CONFIG_ESP_CONSOLE_UART_NUM >= 0 &&
        uart_driver_install(CONFIG_ESP_CONSOLE_UART_NUM, LINE_BYTES, 0, 0, NULL, 0) != ESP_OK) {
        return problem;
    }
    return xTaskCreate(run_console, "console", STACK_BYTES, NULL, PRIORITY, NULL) == pdPASS ? NULL : problem;
}
