// esp32_parts_test.c - parts of the port to the ESP32 by themselves: chunks, secrets, pictures, camera, flash and files.
//
// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "check.h"
#include "chunk_reader.h"
#include "esp32_decode.h"
#include "esp32_device.h"
#include "esp32_files.h"
#include "esp32_flash.h"
#include "esp32_port.h"
#include "fake_camera.h"
#include "fake_idf.h"
#include "scenes.h"

// ---- chunks ----

// Reads `text` in pieces of `step` bytes; the body goes into `room`.
static size_t read_chunks(chunk_reader *reader, const char *text, size_t step, char *room) {
    size_t body_bytes = 0;
    const size_t length = strlen(text);
    for (size_t at = 0; at < length;) {
        const uint8_t *piece;
        size_t piece_bytes;
        const size_t left = length - at < step ? length - at : step;
        const size_t used = chunk_reader_take(reader, (const uint8_t *)text + at, left, &piece, &piece_bytes);
        memcpy(room + body_bytes, piece, piece_bytes);
        body_bytes += piece_bytes;
        at += used;
        if (used == 0) {
            break;
        }
    }
    return body_bytes;
}

static void chunks_in_pieces_of_any_size(void) {
    static const char text[] = "4\r\nbody\r\nA;name=value\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n";
    for (size_t step = 1; step < sizeof text; step++) {
        chunk_reader reader = {0};
        char body[64];
        CHECK_EQUAL(read_chunks(&reader, text, step, body), 14);
        CHECK(memcmp(body, "body0123456789", 14) == 0);
        CHECK_EQUAL(reader.place, CHUNK_END);
    }
}

static void chunks_that_are_none(void) {
    static const char *const texts[] = {"x\r\n", "\r\n", "4\r\nbodyx", "12345678\r\n", "-1\r\n"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        chunk_reader reader = {0};
        char body[64];
        read_chunks(&reader, texts[i], 3, body);
        CHECK_EQUAL(reader.place, CHUNK_BROKEN);
    }
}

// ---- secrets, resets ----

static void a_secret_is_made_once(void) {
    char first[25], again[25], other[13];
    CHECK(esp32_secret("token", first, 24));
    CHECK(esp32_secret("token", again, 24));
    CHECK(strcmp(first, again) == 0);
    CHECK_EQUAL(strlen(first), 24);
    CHECK(esp32_secret("ap_password", other, 12));
    CHECK(strncmp(first, other, 12) != 0);
    fake.nvs_fails = true;
    CHECK(!esp32_secret("token", again, 24));
    CHECK_EQUAL(strlen(again), 24);
    CHECK(strcmp(first, again) != 0);
    fake.nvs_fails = false;
}

static void crashes_are_told_from_restarts(void) {
    static const struct {
        esp_reset_reason_t reason;
        bool is_crash;
    } cases[] = {{ESP_RST_POWERON, false}, {ESP_RST_SW, false},     {ESP_RST_DEEPSLEEP, false}, {ESP_RST_PANIC, true},
                 {ESP_RST_TASK_WDT, true}, {ESP_RST_INT_WDT, true}, {ESP_RST_BROWNOUT, true},   {ESP_RST_EXT, false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fake.reset_reason = cases[i].reason;
        CHECK(esp32_after_crash() == cases[i].is_crash);
    }
    fake.reset_reason = ESP_RST_POWERON;
}

// ---- pictures ----

static void pictures_fit_their_room(void) {
    static uint8_t room[320 * 240 * 2];
    static const struct {
        size_t room_bytes;
        port_pixels format;
        int32_t scale;
    } cases[] = {{320 * 240 * 2, PORT_RGB565_BE, 1}, {320 * 240, PORT_GREY8, 1}, {160 * 120, PORT_GREY8, 2}};
    port_picture picture;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CHECK_EQUAL(esp32_decode(PORT_JPEG, scenes[0].bytes, scenes[0].byte_count, room, cases[i].room_bytes, &picture),
                    PORT_OK);
        CHECK_EQUAL(picture.format, cases[i].format);
        CHECK_EQUAL(picture.scale, cases[i].scale);
        CHECK_EQUAL(picture.width, 320 / cases[i].scale);
    }
    CHECK_EQUAL(esp32_decode(PORT_PNG, scenes[0].bytes, scenes[0].byte_count, room, sizeof room, &picture),
                PORT_UNSUPPORTED);
    CHECK_EQUAL(esp32_decode(PORT_JPEG, scenes[0].bytes, 100, room, sizeof room, &picture), PORT_BAD);
    CHECK_EQUAL(esp32_decode(PORT_JPEG, scenes[0].bytes, scenes[0].byte_count, room, 1000, &picture), PORT_TOO_LARGE);
}

// ---- camera ----

static void the_camera_of_the_right_board_answers(void) {
    static uint8_t jpeg[] = {0xFF, 0xD8, 0xFF, 0xD9, 0}, room[4];
    esp32_camera camera;
    size_t frame_bytes = 0;
    const esp32_board none = {.name = "none"}, wrong = {.has_camera = true, .xclk = 4},
                      right = {.has_camera = true, .xclk = 21};
    fake_camera_xclk = 21;
    CHECK(esp32_camera_open(&camera, &none) != NULL);
    CHECK(esp32_camera_open(&camera, &wrong) != NULL);
    CHECK(esp32_camera_open(&camera, &right) == NULL);
    CHECK(strcmp(camera.name, "OV2640") == 0);
    fake_camera_frame = (camera_fb_t){.buf = jpeg, .len = 4, .format = PIXFORMAT_JPEG};
    CHECK_EQUAL(camera.next(NULL, room, sizeof room, &frame_bytes), PORT_NONE);
    fake_camera_frames_left = 5;
    for (int i = 0; i < 3; i++) {  // while exposure settles
        CHECK_EQUAL(camera.next(NULL, room, sizeof room, &frame_bytes), PORT_NONE);
    }
    CHECK_EQUAL(camera.next(NULL, room, sizeof room, &frame_bytes), PORT_OK);
    CHECK_EQUAL(frame_bytes, 4);
    fake_camera_frame.len = 5;
    CHECK_EQUAL(camera.next(NULL, room, sizeof room, &frame_bytes), PORT_TOO_LARGE);
    CHECK_EQUAL(fake_camera_held, 0);
    esp32_camera_close();
}

// ---- flash and files ----

static void a_cut_of_power_is_told(void) {
    esp32_flash flash = {0};
    const uint8_t bytes[16] = "sixteen bytes..";
    CHECK(esp32_flash_open(&flash) == NULL);
    CHECK_EQUAL(esp32_flash_bytes(&flash, PORT_AREA_SLOT_A), 384 * 1024);
    CHECK(esp32_flash_erase(&flash, PORT_AREA_SLOT_A, 95));
    CHECK(esp32_flash_write(&flash, PORT_AREA_SLOT_A, 95 * PORT_SECTOR_BYTES, bytes, sizeof bytes));
    CHECK(memcmp(esp32_flash_map(&flash, PORT_AREA_SLOT_A) + 95 * PORT_SECTOR_BYTES, bytes, sizeof bytes) == 0);
    CHECK(!esp32_flash_erase(&flash, PORT_AREA_SLOT_A, 96));
    fake_flash()->cut_at = fake_flash()->operation_count + 1;
    CHECK(!esp32_flash_write(&flash, PORT_AREA_STATE, 0, bytes, sizeof bytes));
    CHECK(!esp32_flash_erase(&flash, PORT_AREA_STATE, 0));
    nor_flash_power_on(fake_flash());
    CHECK(esp32_flash_erase(&flash, PORT_AREA_STATE, 0));
}

static bool count_files(void *visitor, const char *name, uint32_t file_bytes) {
    *(int *)visitor += strcmp(name, "a.jpg") == 0 && file_bytes == 5;
    return true;
}

static void files_stay_in_their_folder(void) {
    char room[8];
    size_t read_bytes;
    int count = 0;
    CHECK(esp32_files_open() == NULL);
    CHECK(esp32_files_room_bytes() > 200000);
    CHECK_EQUAL(esp32_file_write("a.jpg", "12345", 5), PORT_OK);
    CHECK_EQUAL(esp32_file_read("a.jpg", 3, room, sizeof room, &read_bytes), PORT_OK);
    CHECK(read_bytes == 2 && memcmp(room, "45", 2) == 0);
    esp32_file_each(count_files, &count);
    CHECK_EQUAL(count, 1);
    CHECK_EQUAL(esp32_file_read("../flash.bin", 0, room, sizeof room, &read_bytes), PORT_NONE);
    CHECK_EQUAL(esp32_file_remove("a.jpg"), PORT_OK);
    CHECK_EQUAL(esp32_file_remove("a.jpg"), PORT_NONE);
}

int main(void) {
    RUN(chunks_in_pieces_of_any_size);
    RUN(chunks_that_are_none);
    RUN(a_secret_is_made_once);
    RUN(crashes_are_told_from_restarts);
    RUN(pictures_fit_their_room);
    RUN(the_camera_of_the_right_board_answers);
    RUN(a_cut_of_power_is_told);
    RUN(files_stay_in_their_folder);
    return check_result();
}
