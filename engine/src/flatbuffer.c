// flatbuffer.c - bounds-checked reading of FlatBuffers.
//
// SPDX-License-Identifier: Apache-2.0
#include "flatbuffer.h"

// True if `bytes` bytes from `position` on lie inside the file.
static bool inside(const thimble_fb *fb, uint32_t position, uint32_t bytes) {
    return position <= fb->file_bytes && bytes <= fb->file_bytes - position;
}

uint32_t thimble_fb_count(const uint8_t *file, uint32_t vector) {
    return vector == 0 ? 0 : thimble_fb_u32(file, vector);
}

bool thimble_fb_check_table(const thimble_fb *fb, uint32_t table) {
    if (table == 0 || table % 4 != 0 || !inside(fb, table, 4)) {
        return false;
    }
    // Unsigned arithmetic wraps: a vtable before the file's start becomes a position far behind its end.
    const uint32_t vtable = table - thimble_fb_u32(fb->file, table);
    if (vtable % 2 != 0 || !inside(fb, vtable, 4)) {
        return false;
    }
    const uint32_t vtable_bytes = thimble_fb_u16(fb->file, vtable);
    const uint32_t table_bytes = thimble_fb_u16(fb->file, vtable + 2);
    if (vtable_bytes < 4 || vtable_bytes % 2 != 0 || !inside(fb, vtable, vtable_bytes) || table_bytes < 4 ||
        !inside(fb, table, table_bytes)) {
        return false;
    }
    for (uint32_t at = 4; at < vtable_bytes; at += 2) {
        const uint32_t distance = thimble_fb_u16(fb->file, vtable + at);
        if (distance != 0 && (distance < 4 || distance >= table_bytes)) {
            return false;
        }
    }
    return true;
}

uint32_t thimble_fb_field(const uint8_t *file, uint32_t table, uint32_t field, uint32_t value_bytes) {
    const uint32_t at = 4 + 2 * field;
    if (table == 0) {
        return 0;
    }
    const uint32_t vtable = table - thimble_fb_u32(file, table);
    if (at >= thimble_fb_u16(file, vtable)) {
        return 0;
    }
    const uint32_t distance = thimble_fb_u16(file, vtable + at);
    const uint32_t alignment = value_bytes < 4 ? value_bytes : 4;
    if (distance == 0 || distance % alignment != 0 || distance + value_bytes > thimble_fb_u16(file, vtable + 2)) {
        return 0;
    }
    return table + distance;
}

int32_t thimble_fb_field_i32(const uint8_t *file, uint32_t table, uint32_t field, int32_t absent) {
    const uint32_t at = thimble_fb_field(file, table, field, 4);
    return at == 0 ? absent : thimble_fb_i32(file, at);
}

int32_t thimble_fb_field_i8(const uint8_t *file, uint32_t table, uint32_t field, int32_t absent) {
    const uint32_t at = thimble_fb_field(file, table, field, 1);
    return at == 0 ? absent : (int8_t)file[at];
}

// Whether there is a well-formed table at `target` or, with element_bytes other than 0, a vector of such elements.
static bool check_target(const thimble_fb *fb, uint32_t target, uint32_t element_bytes) {
    if (element_bytes == 0) {
        return thimble_fb_check_table(fb, target);
    }
    return target % 4 == 0 && inside(fb, target, 4) &&
           thimble_fb_u32(fb->file, target) <= (fb->file_bytes - target - 4) / element_bytes;
}

// Follows the reference that stands at `at`, a checked position.
static uint32_t follow(thimble_fb *fb, uint32_t at, uint32_t element_bytes) {
    if (at == 0) {
        return 0;
    }
    const uint32_t distance = thimble_fb_u32(fb->file, at);
    if (distance >= fb->file_bytes || !check_target(fb, at + distance, element_bytes)) {
        fb->damaged = true;
        return 0;
    }
    return at + distance;
}

uint32_t thimble_fb_field_table(thimble_fb *fb, uint32_t table, uint32_t field) {
    return thimble_fb_field_vector(fb, table, field, 0);
}

uint32_t thimble_fb_field_vector(thimble_fb *fb, uint32_t table, uint32_t field, uint32_t element_bytes) {
    return follow(fb, thimble_fb_field(fb->file, table, field, 4), element_bytes);
}

uint32_t thimble_fb_vector_table(thimble_fb *fb, uint32_t vector, uint32_t index) {
    const bool exists = index < thimble_fb_count(fb->file, vector);
    const uint32_t table = exists ? follow(fb, thimble_fb_elements(vector) + 4 * index, 0) : 0;
    fb->damaged |= table == 0;
    return table;
}
