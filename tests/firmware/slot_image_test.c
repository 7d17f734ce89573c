// slot_image_test.c - what firmware/make_slot.py makes is what the store finds: the model, active, on trial.
//
// SPDX-License-Identifier: Apache-2.0
#define _DEFAULT_SOURCE  // mkdtemp
#include <stdlib.h>
#include <unistd.h>

#include "check.h"
#include "fake_port.h"
#include "store.h"

static uint8_t *make_image(const char *folder, const char *name, size_t *byte_count) {
    char path[200];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    uint8_t *bytes = read_test_file(path, byte_count);
    remove(path);
    return bytes;
}

static void write_area(fake_port *changed, port_area area, const uint8_t *bytes, size_t byte_count) {
    const port *world = &changed->port;
    for (size_t at = 0; at < byte_count; at += PORT_SECTOR_BYTES) {
        CHECK(world->flash_erase(world->context, area, (uint32_t)(at / PORT_SECTOR_BYTES)));
    }
    CHECK(world->flash_write(world->context, area, 0, bytes, byte_count));
}

static void the_store_finds_the_model(const char *folder) {
    size_t slot_bytes, state_bytes, model_bytes;
    uint8_t *slot = make_image(folder, "slot", &slot_bytes), *state = make_image(folder, "state", &state_bytes);
    uint8_t *model = read_test_file("models/fashion_64k.tflite", &model_bytes);
    fake_port device;
    fake_port_open(&device);
    write_area(&device, PORT_AREA_SLOT_A, slot, slot_bytes);
    write_area(&device, PORT_AREA_STATE, state, state_bytes);
    store opened;
    store_open(&opened, &device.port, false);
    const store_model running = store_running(&opened);
    const store_slot *found = store_find(&opened, running);
    CHECK_EQUAL(running.source, STORE_SLOT_A);
    CHECK(found != NULL && found->model_bytes == model_bytes && strcmp(found->name, "fashion_64k") == 0);
    CHECK(memcmp(store_bytes(&opened, running), model, model_bytes) == 0);
    CHECK_EQUAL(store_settings(&opened).frames_per_second, settings_default().frames_per_second);
    CHECK(store_can_roll_back(&opened));
    for (int crash = 0; crash < STORE_CRASH_LIMIT; crash++) {
        store_open(&opened, &device.port, true);
    }
    CHECK_EQUAL(store_running(&opened).source, STORE_BUILT_IN);
    fake_port_close(&device);
    free(slot);
    free(state);
    free(model);
}

int main(void) {
    char folder[] = "/tmp/thimble_slot_XXXXXX", command[400];
    if (system("command -v python3 >/dev/null") != 0) {
        printf("skipped: python3 is missing (Debian package python3)\n");
        return 77;
    }
    CHECK(mkdtemp(folder) != NULL);
    snprintf(command, sizeof command,
             "python3 firmware/make_slot.py models/fashion_64k.tflite %s/slot --state %s/state", folder, folder);
    checks.test = "the store finds the model";
    CHECK_EQUAL(system(command), 0);
    the_store_finds_the_model(folder);
    rmdir(folder);
    return check_result();
}
