// flatbuffer.c - bounds-checked reading of FlatBuffers.
//
// SPDX-License-Identifier: Apache-2.0
#include "flatbuffer.h"

// True if `bytes` bytes from `position` on lie inside the file.
static bool inside(thimble_fb fb, uint32_t position, uint32_t bytes) {
    return position <= fb.file_bytes && bytes <= fb.file_bytes - position;
}

bool thimble_fb_check_table(thimble_fb fb, uint32_t table) {
    if (table == 0 || table % 4 != 0 || !inside(fb, table, 4)) {
        return false;
    }
    // Unsigned arithmetic wraps: a vtable before the file's start becomes a position far behind its end.
    const uint32_t vtable = table - thimble_fb_u32(fb.file, table);
    if (vtable % 2 != 0 || !inside(fb, vtable, 4)) {
        return false;
    }
    const uint32_t vtable_bytes = thimble_fb_u16(fb.file, vtable);
    const uint32_t table_bytes = thimble_fb_u16(fb.file, vtable + 2);
    if (vtable_bytes < 4 || vtable_bytes % 2 != 0 || !inside(fb, vtable, vtable_bytes) || table_bytes < 4 ||
        !inside(fb, table, table_bytes)) {
        return false;
    }
    for (uint32_t at = 4; at < vtable_bytes; at += 2) {
        const uint32_t distance = thimble_fb_u16(fb.file, vtable + at);
        if (distance != 0 && (distance < 4 || distance >= table_bytes)) {
            return false;
        }
    }
    return true;
}

uint32_t thimble_fb_field(thimble_fb fb, uint32_t table, uint32_t field, uint32_t value_bytes) {
    const uint32_t vtable = table - thimble_fb_u32(fb.file, table);
    const uint32_t at = 4 + 2 * field;
    if (at >= thimble_fb_u16(fb.file, vtable)) {
        return 0;
    }
    const uint32_t distance = thimble_fb_u16(fb.file, vtable + at);
    const uint32_t alignment = value_bytes < 4 ? value_bytes : 4;
    if (distance == 0 || distance % alignment != 0 || distance + value_bytes > thimble_fb_u16(fb.file, vtable + 2)) {
        return 0;
    }
    return table + distance;
}

int32_t thimble_fb_field_i32(thimble_fb fb, uint32_t table, uint32_t field, int32_t absent) {
    const uint32_t at = thimble_fb_field(fb, table, field, 4);
    return at == 0 ? absent : thimble_fb_i32(fb.file, at);
}

int32_t thimble_fb_field_i8(thimble_fb fb, uint32_t table, uint32_t field, int32_t absent) {
    const uint32_t at = thimble_fb_field(fb, table, field, 1);
    return at == 0 ? absent : (int8_t)fb.file[at];
}

// Follows the reference that stands at `at`, a checked position. Returns 0 if it leads outside.
static uint32_t follow(thimble_fb fb, uint32_t at) {
    const uint32_t distance = thimble_fb_u32(fb.file, at);
    const uint32_t target = at + distance;
    return distance < fb.file_bytes && target % 4 == 0 && inside(fb, target, 4) ? target : 0;
}

bool thimble_fb_reference(thimble_fb fb, uint32_t table, uint32_t field, uint32_t *out) {
    const uint32_t at = thimble_fb_field(fb, table, field, 4);
    *out = at == 0 ? 0 : follow(fb, at);
    return at == 0 || *out != 0;
}

bool thimble_fb_table(thimble_fb fb, uint32_t table, uint32_t field, uint32_t *out) {
    return thimble_fb_reference(fb, table, field, out) && (*out == 0 || thimble_fb_check_table(fb, *out));
}

bool thimble_fb_field_vector(thimble_fb fb, uint32_t table, uint32_t field, uint32_t element_bytes,
                             thimble_fb_vector *out) {
    uint32_t vector;
    *out = (thimble_fb_vector){0, 0};
    if (!thimble_fb_reference(fb, table, field, &vector)) {
        return false;
    }
    if (vector != 0) {
        const uint32_t count = thimble_fb_u32(fb.file, vector);
        if (count > (fb.file_bytes - vector - 4) / element_bytes) {
            return false;
        }
        *out = (thimble_fb_vector){vector + 4, count};
    }
    return true;
}

bool thimble_fb_vector_table(thimble_fb fb, thimble_fb_vector vector, uint32_t index, uint32_t *out) {
    *out = index < vector.count ? follow(fb, vector.first + 4 * index) : 0;
    return *out != 0 && thimble_fb_check_table(fb, *out);
}
