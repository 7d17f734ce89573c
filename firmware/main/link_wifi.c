// link_wifi.c - Wi-Fi: does what app/device/provision.h orders, with a captive portal while the access point is open.
//
// Everything happens in one task, which gets what happened (radio, console, page) through a queue; so the state machine has
// one user. What the page shows is a copy under a lock.
//
// SPDX-License-Identifier: Apache-2.0
#include <esp_event.h>
#include <esp_log.h>
#include <esp_mac.h>
#include <esp_netif.h>
#include <esp_timer.h>
#include <esp_wifi.h>
#include <freertos/FreeRTOS.h>
#include <freertos/queue.h>
#include <freertos/semphr.h>
#include <freertos/task.h>
#include <netinet/in.h>
#include <nvs.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#if __has_include(<qrcode.h>)
#include <qrcode.h>
#endif

#include "dns_answer.h"
#include "links.h"
#include "network.h"
#include "portal.h"

enum {
    TICK_MS = 500,
    QUEUE_LENGTH = 8,
    WIFI_STACK_BYTES = 4096,
    DNS_STACK_BYTES = 3072,
    WIFI_PRIORITY = 5,
    PASSWORD_LETTERS = 10,
    MOST_GUESTS = 4,
};

typedef enum happening_kind { HAS_ADDRESS, LOST, ENTERED, FORGOTTEN, GUESTS } happening_kind;

typedef struct happening {
    happening_kind kind;
    provision_credentials entered;
} happening;

static const char tag[] = "wifi";
static QueueHandle_t happenings;
static SemaphoreHandle_t lock;
static provision shown;  // for the page and the console; under the lock
static char page[PORTAL_PAGE_BYTES];  // of the task "serve"
static char access_point_password[PASSWORD_LETTERS + 1];
static esp_netif_t *station;

static uint64_t now_ms(void) {
    return (uint64_t)esp_timer_get_time() / 1000;
}

static void tell(happening_kind kind) {
    const happening event = {.kind = kind};
    xQueueSend(happenings, &event, portMAX_DELAY);
}

// ---- credentials, in NVS ----

static provision_credentials read_credentials(void) {
    provision_credentials kept = {0};
    size_t ssid_bytes = sizeof kept.ssid, password_bytes = sizeof kept.password;
    nvs_handle_t handle;
    if (nvs_open("thimble", NVS_READONLY, &handle) == ESP_OK) {
        if (nvs_get_str(handle, "ssid", kept.ssid, &ssid_bytes) != ESP_OK ||
            nvs_get_str(handle, "password", kept.password, &password_bytes) != ESP_OK ||
            provision_check(&kept) != NULL) {
            memset(&kept, 0, sizeof kept);
        }
        nvs_close(handle);
    }
    return kept;
}

static void write_credentials(const provision_credentials *kept) {
    nvs_handle_t handle;
    if (nvs_open("thimble", NVS_READWRITE, &handle) != ESP_OK || nvs_set_str(handle, "ssid", kept->ssid) != ESP_OK ||
        nvs_set_str(handle, "password", kept->password) != ESP_OK || nvs_commit(handle) != ESP_OK) {
        ESP_LOGE(tag, "the Wi-Fi cannot be kept: NVS does not take it; erase the flash and start again");
        return;
    }
    nvs_close(handle);
}

// ---- what the radio says ----

static void on_wifi(void *argument, esp_event_base_t base, int32_t id, void *data) {
    (void)argument;
    (void)base;
    if (id == WIFI_EVENT_STA_DISCONNECTED) {
        const wifi_event_sta_disconnected_t *event = data;
        network_is_down();
        if (event->reason != WIFI_REASON_ASSOC_LEAVE) {  // that was wanted (PROVISION_LEAVE)
            tell(LOST);
        }
    } else if (id == WIFI_EVENT_AP_STACONNECTED || id == WIFI_EVENT_AP_STADISCONNECTED) {
        tell(GUESTS);
    }
}

static void on_address(void *argument, esp_event_base_t base, int32_t id, void *data) {
    (void)argument;
    (void)base;
    (void)id;
    const ip_event_got_ip_t *event = data;
    char text[16];
    wifi_ap_record_t joined = {0};
    esp_wifi_sta_get_ap_info(&joined);
    esp_ip4addr_ntoa(&event->ip_info.ip, text, sizeof text);
    network_is_up("Wi-Fi", text, joined.rssi);
    tell(HAS_ADDRESS);
}

// ---- the access point ----

// A name server for those who are connected to the access point.
static void serve_names(void *argument) {
    (void)argument;
    static uint8_t query[DNS_MESSAGE_BYTES], answer[DNS_MESSAGE_BYTES];
    static const uint8_t address[4] = {192, 168, 4, 1};
    static const uint8_t port_number[2] = {0, 53};
    struct sockaddr_in own = {.sin_family = AF_INET};
    memcpy(&own.sin_addr, address, sizeof address);  // both as they are sent
    memcpy(&own.sin_port, port_number, sizeof port_number);
    const int socket_number = socket(AF_INET, SOCK_DGRAM, IPPROTO_IP);
    if (socket_number < 0 || bind(socket_number, (const struct sockaddr *)&own, sizeof own) != 0) {
        ESP_LOGW(tag, "no name server: open %s by hand", PORTAL_PAGE);
    } else {
        for (;;) {
            struct sockaddr_in from;
            socklen_t from_bytes = sizeof from;
            const int count =
                (int)recvfrom(socket_number, query, sizeof query, 0, (struct sockaddr *)&from, &from_bytes);
            const size_t answer_bytes = count > 0 ? dns_answer(query, (size_t)count, address, answer) : 0;
            if (answer_bytes > 0) {
                sendto(socket_number, answer, answer_bytes, 0, (const struct sockaddr *)&from, from_bytes);
            } else if (count < 0) {
                vTaskDelay(pdMS_TO_TICKS(1000));
            }
        }
    }
    vTaskDelete(NULL);
}

// Credentials of the access point are shown on the serial console only: whoever reads it holds the device.
static void print_access_point(void) {
    char code[96];
    snprintf(code, sizeof code, "WIFI:T:WPA;S:%s;P:%s;;", network_name(), access_point_password);
    printf("\nWi-Fi to set this device up:  name %s  password %s  then open %s\n", network_name(),
           access_point_password, PORTAL_PAGE);
#if __has_include(<qrcode.h>)
    esp_qrcode_config_t config = ESP_QRCODE_CONFIG_DEFAULT();
    esp_qrcode_generate(&config, code);
#else
    printf("as a QR code: %s\n", code);
#endif
    printf("\n");
}

static void open_access_point(void) {
    static bool serves_names;
    wifi_config_t config = {.ap = {.max_connection = MOST_GUESTS, .authmode = WIFI_AUTH_WPA2_PSK, .channel = 1}};
    config.ap.ssid_len = (uint8_t)strlen(network_name());
    memcpy(config.ap.ssid, network_name(), config.ap.ssid_len);
    memcpy(config.ap.password, access_point_password, sizeof access_point_password);
    if (esp_wifi_set_mode(WIFI_MODE_APSTA) != ESP_OK || esp_wifi_set_config(WIFI_IF_AP, &config) != ESP_OK) {
        ESP_LOGE(tag, "the access point does not start");
        return;
    }
    if (!serves_names) {
        serves_names = xTaskCreate(serve_names, "names", DNS_STACK_BYTES, NULL, WIFI_PRIORITY, NULL) == pdPASS;
    }
    print_access_point();
}

static unsigned count_guests(void) {
    wifi_sta_list_t list = {0};
    return esp_wifi_ap_get_sta_list(&list) == ESP_OK ? (unsigned)list.num : 0;
}

// ---- the task ----

static void join(const provision_credentials *with) {
    wifi_config_t config = {.sta = {.scan_method = WIFI_ALL_CHANNEL_SCAN, .pmf_cfg = {.capable = true}}};
    config.sta.threshold.authmode = with->password[0] != '\0' ? WIFI_AUTH_WPA2_PSK : WIFI_AUTH_OPEN;
    memcpy(config.sta.ssid, with->ssid, strlen(with->ssid));
    memcpy(config.sta.password, with->password, strlen(with->password));
    if (esp_wifi_set_config(WIFI_IF_STA, &config) != ESP_OK || esp_wifi_connect() != ESP_OK) {
        tell(LOST);
    }
}

static void obey(const provision *from, unsigned orders) {
    if ((orders & PROVISION_LEAVE) != 0) {
        esp_wifi_disconnect();
    }
    if ((orders & PROVISION_OPEN) != 0) {
        open_access_point();
    }
    if ((orders & PROVISION_CLOSE) != 0) {
        esp_wifi_set_mode(WIFI_MODE_STA);
    }
    if ((orders & PROVISION_JOIN) != 0) {
        join(&from->current);
    }
    if ((orders & (PROVISION_KEEP | PROVISION_FORGET)) != 0) {
        write_credentials(&from->kept);
    }
}

static unsigned step(provision *changed, const happening *event) {
    switch (event->kind) {
    case HAS_ADDRESS:
        return provision_has_address(changed, now_ms());
    case LOST:
        return provision_lost(changed, now_ms());
    case ENTERED:
        return provision_entered(changed, &event->entered, now_ms());
    case FORGOTTEN:
        return provision_forgotten(changed, now_ms());
    case GUESTS:
        return provision_guests(changed, count_guests(), now_ms());
    }
    return 0;
}

static void show(const provision *from) {
    xSemaphoreTake(lock, portMAX_DELAY);
    shown = *from;
    xSemaphoreGive(lock);
}

static void run_wifi(void *argument) {
    (void)argument;
    static provision state;
    const provision_credentials kept = read_credentials();
    const unsigned first_orders = provision_start(&state, &kept, now_ms());
    obey(&state, first_orders);
    for (;;) {
        happening event;
        show(&state);
        const bool has_happened = xQueueReceive(happenings, &event, pdMS_TO_TICKS(TICK_MS)) == pdTRUE;
        const unsigned orders = has_happened ? step(&state, &event) : provision_tick(&state, now_ms());
        obey(&state, orders);
    }
}

const char *link_wifi_start(void) {
    static const char problem[] = "no Wi-Fi: its driver does not start; is there memory left?";
    happenings = xQueueCreate(QUEUE_LENGTH, sizeof(happening));
    lock = xSemaphoreCreateMutex();
    station = esp_netif_create_default_wifi_sta();
    esp_netif_create_default_wifi_ap();
    const wifi_init_config_t config = WIFI_INIT_CONFIG_DEFAULT();
    if (happenings == NULL || lock == NULL || station == NULL ||
        !esp32_secret("ap_password", access_point_password, PASSWORD_LETTERS) || esp_wifi_init(&config) != ESP_OK ||
        esp_wifi_set_storage(WIFI_STORAGE_RAM) != ESP_OK || esp_wifi_set_mode(WIFI_MODE_STA) != ESP_OK ||
        esp_event_handler_register(WIFI_EVENT, ESP_EVENT_ANY_ID, on_wifi, NULL) != ESP_OK ||
        esp_event_handler_register(IP_EVENT, IP_EVENT_STA_GOT_IP, on_address, NULL) != ESP_OK ||
        esp_wifi_start() != ESP_OK) {
        return problem;
    }
    esp_netif_set_hostname(station, network_name());
    return xTaskCreate(run_wifi, "wifi_join", WIFI_STACK_BYTES, NULL, WIFI_PRIORITY, NULL) == pdPASS ? NULL : problem;
}

// ---- what the page and the console ask ----

static provision look(void) {
    xSemaphoreTake(lock, portMAX_DELAY);
    const provision copy = shown;
    xSemaphoreGive(lock);
    return copy;
}

static bool portal_wants(void *context, const http_request *request) {
    (void)context;
    return look().is_open && portal_takes(request, network_host_name());
}

static void portal_answer(void *context, const http_request *request, const char *body, size_t body_bytes,
                          esp32_portal_answer *answer) {
    (void)context;
    provision state = look();
    const char *problem = NULL;
    if (!portal_is_page(request) || (request->method == HTTP_POST && state.state == PROVISION_JOINED)) {
        *answer = (esp32_portal_answer){.status = 302, .location = PORTAL_PAGE};
        return;
    }
    if (request->method == HTTP_POST) {
        happening event = {.kind = ENTERED};
        problem = !portal_may_change(request, network_host_name()) ? "This page has to be opened at " PORTAL_ADDRESS "."
                                                                   : portal_read_form(body, body_bytes, &event.entered);
        if (problem == NULL && xQueueSend(happenings, &event, 0) == pdTRUE) {
            // As it is about to be: the page then asks again by itself.
            state.state = PROVISION_TRIES;
            state.current = event.entered;
        }
    }
    const size_t page_bytes = portal_write_page(&state, problem, network_address(), network_host_name(), page);
    *answer = (esp32_portal_answer){.status = problem != NULL ? 400 : 200,
                                    .type = "text/html; charset=utf-8",
                                    .body = page,
                                    .body_bytes = page_bytes};
}

const esp32_portal *link_wifi_portal(void) {
    static const esp32_portal portal = {.takes = portal_wants, .answer = portal_answer};
    return lock != NULL ? &portal : NULL;
}

bool link_wifi_set(const char *ssid, const char *password, const char **problem) {
    happening event = {.kind = ENTERED};
    snprintf(event.entered.ssid, sizeof event.entered.ssid, "%s", ssid);
    snprintf(event.entered.password, sizeof event.entered.password, "%s", password);
    *problem = lock == NULL ? "Wi-Fi did not start" : provision_check(&event.entered);
    if (*problem == NULL &&
        (strlen(ssid) >= PROVISION_SSID_BYTES || strlen(password) >= PROVISION_PASSWORD_BYTES - 1)) {
        *problem = "The name has at most 32 bytes, the password 8 to 63.";
    }
    return *problem == NULL && xQueueSend(happenings, &event, pdMS_TO_TICKS(1000)) == pdTRUE;
}

void link_wifi_forget(void) {
    if (lock != NULL) {
        tell(FORGOTTEN);
    }
}

void link_wifi_describe(char *room, size_t room_bytes) {
    static const char *const words[] = {"asks for a Wi-Fi", "tries", "joins", "waits to join again", "joined"};
    if (lock == NULL) {
        snprintf(room, room_bytes, "Wi-Fi did not start");
        return;
    }
    const provision state = look();
    snprintf(room, room_bytes, "%s %s%s%s", words[state.state], state.current.ssid,
             state.has_failed ? "; what was entered last did not work" : "",
             state.is_open ? "; the access point is open" : "");
}
