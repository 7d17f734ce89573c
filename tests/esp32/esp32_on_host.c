// esp32_on_host.c - the port to the ESP32 on a host: the firmware's code, with the IDF's calls from fake_idf.c.
//
//     esp32_on_host FOLDER PORT TOKEN [crash] [small]     crash: after a panic; small: without PSRAM
//
// FOLDER keeps flash.bin and files; "storage" is a folder below the current one. Runs until it is killed.
//
// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "esp32_port.h"
#include "fake_idf.h"

static int fail(const char *problem) {
    fprintf(stderr, "esp32_on_host: %s\n", problem);
    return 1;
}

static void print_tasks(void) {
    port_task tasks[PORT_TASK_LIMIT];
    const size_t count = esp32_tasks(tasks, PORT_TASK_LIMIT);
    for (size_t i = 0; i < count; i++) {
        printf("task %s: %lu bytes of stack\n", tasks[i].name, (unsigned long)tasks[i].stack_bytes);
    }
}

int main(int argument_count, char **arguments) {
    if (argument_count < 4 || chdir(arguments[1]) != 0) {
        return fail("usage: esp32_on_host FOLDER PORT TOKEN [crash] [small]");
    }
    fake.http_port = (uint16_t)strtoul(arguments[2], NULL, 10);
    fake.flash_path = "flash.bin";
    fake.psram_bytes = 4 << 20;
    fake.prints_logs = true;
    for (int i = 4; i < argument_count; i++) {
        fake.reset_reason = strcmp(arguments[i], "crash") == 0 ? ESP_RST_PANIC : fake.reset_reason;
        fake.psram_bytes = strcmp(arguments[i], "small") == 0 ? 0 : fake.psram_bytes;
    }
    const esp32_config config = {.board_name = "a host",
                                 .host_name = "thimble-0203.local",
                                 .token = arguments[3],
                                 .camera = esp32_camera_scenes(),
                                 .uses_both_cores = true};
    const char *problem = esp32_start(&config);
    if (problem == NULL) {
        problem = esp32_serve(NULL);
    }
    if (problem != NULL) {
        return fail(problem);
    }
    esp32_set_network("loopback", 0);
    printf("Open  http://127.0.0.1:%u/#token=%s\n", fake.http_port, arguments[3]);
    print_tasks();
    fflush(stdout);
    for (;;) {
        pause();
    }
}
