// esp32_port.h - port.h on ESP-IDF 5.1 to 6.1, as firmware/main uses it.
//
//     firmware/main                                app/port/esp32
//     nvs_flash_init, boards, settings in NVS
//     esp_netif_init, event loop
//     esp32_camera_open(board) or _scenes  ──────► camera
//     esp32_start(&config)                 ──────► flash, files, memory, app_start; the loop runs, without any network
//     esp32_serve(portal)                  ──────► HTTP on all interfaces, those that come later too
//     Wi-Fi, Ethernet, mDNS, SNTP: events  ──────► esp32_set_network(words, rssi): what status says
//     console, buttons, other reports      ──────► esp32_ask("GET", "/api/status", ...): the API, without a network
//     actions, lines on the console        ──────► app_look(esp32_app(), &glance), as often as wanted
//
// The firmware has no logic of the application and this port none of the network: it asks for no interface, and serves on
// those that are there. Tasks made here: "loop" and, after esp32_serve, "httpd" (Espressif's, reads heads of requests) and
// "serve" (all else of all clients, without waiting for any).
//
// Partitions by label: "state" (at least 8 KB), "model_a", "model_b" (raw), "storage" (SPIFFS).
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_ESP32_PORT_H
#define THIMBLE_ESP32_PORT_H

#include "app.h"

// ---- boards and cameras ----

typedef struct esp32_board {  // GPIO numbers; -1: not connected
    const char *name;
    bool has_camera;
    int8_t power_down, reset, xclk, sda, scl, data[8], vsync, href, pclk;  // of the camera; data[0] is D0 (Y2)
    uint32_t xclk_hz;
    int8_t flash_led, status_led;
    bool status_led_is_low;  // lights when the pin is low
} esp32_board;

// A camera: `next` copies the newest frame (JPEG, at most 640x480) into `room`, or says why not, as camera_take of port.h
// does. It never waits: PORT_NONE if there is no new frame yet. It is called at the frame rate.
typedef struct esp32_camera {
    void *context;
    char name[32];
    port_result (*next)(void *context, uint8_t *room, size_t room_bytes, size_t *frame_bytes);
} esp32_camera;

// The scenes in the program, each for two seconds.
esp32_camera esp32_camera_scenes(void);

// The board's camera. NULL, or what is wrong. Where the camera driver is not part of the build, always the latter.
const char *esp32_camera_open(esp32_camera *opened, const esp32_board *board);

// Before another board is tried.
void esp32_camera_close(void);

// ---- start ----

typedef struct esp32_config {
    const char *board_name, *host_name;  // "AI-Thinker ESP32-CAM", "thimble-1a2b.local"; they stay where they are
    const char *token;  // see esp32_secret
    esp32_camera camera;
    bool prefers_built_in;
    bool uses_both_cores;  // for inference; on chips with two
} esp32_config;

// Starts everything but the network's side. Once. NULL, or what is wrong.
const char *esp32_start(const esp32_config *config);

// The application, for app_look; NULL before esp32_start.
app *esp32_app(void);

// Puts a secret of this device into `room`: letter_count letters and digits without look-alikes. It is made once, of the
// hardware's noise, and kept in NVS under this key (at most 15 characters). Before Wi-Fi is started. False: NVS failed, and
// the secret is a new one at each start.
bool esp32_secret(const char *key, char *room, size_t letter_count);

// Whether the last run ended by a panic, a watchdog or a brown-out, and in a word how it ended.
bool esp32_after_crash(void);
const char *esp32_reset_reason(void);

// ---- network ----

// What /api/status says: "Wi-Fi workshop, 192.168.1.20" or NULL; rssi_dbm 0: not known. The text is copied.
void esp32_set_network(const char *words, int32_t rssi_dbm);

// Requests that belong to the firmware, such as a captive portal's: asked first for each request, in the task "serve",
// with at most ESP32_PORTAL_BODY_BYTES of body. Neither function may wait.
enum { ESP32_PORTAL_BODY_BYTES = 512 };

typedef struct esp32_portal_answer {
    int status;  // 200, 302, ...
    const char *type, *location;  // NULL: no such header
    const char *body;  // stays as it is until the next `answer`
    size_t body_bytes;
} esp32_portal_answer;

typedef struct esp32_portal {
    void *context;
    bool (*takes)(void *context, const http_request *request);
    void (*answer)(void *context, const http_request *request, const char *body, size_t body_bytes,
                   esp32_portal_answer *answer);
} esp32_portal;

// Starts the HTTP server at port 80; esp_netif_init and the default event loop are there. `portal` may be NULL. NULL, or
// what is wrong.
const char *esp32_serve(const esp32_portal *portal);

// Asks the API from within, with all rights: for the console. `body` may be NULL (its type is told by its first byte: JSON,
// JPEG or other). The answer goes into `room`, zero-terminated, cut off if it is longer. Returns its HTTP status, or 503
// if it took longer than 30 seconds. From any task but "loop" and "serve"; streams (/stream, /events) are refused.
int esp32_ask(const char *method, const char *path, const void *body, size_t body_bytes, char *room, size_t room_bytes);

// ---- what the device has left ----

// Tasks of this port and their stacks (in /api/status, too). Returns how many of `room_count` were filled.
size_t esp32_tasks(port_task *room, size_t room_count);

// How often loop and server took memory from the heap since they run; 0 where CONFIG_HEAP_USE_HOOKS is off.
uint32_t esp32_allocation_count(void);

#endif
