// flatbuffer_test.c - the FlatBuffer reader on hand-made bytes, right and wrong.
//
// SPDX-License-Identifier: Apache-2.0
#include "flatbuffer.h"

#include "check.h"

// One table with three fields: an int8 at 4, an int32 at 8, a reference at 12 to a vector of two int32.
enum { VTABLE = 4, TABLE = 16, VECTOR = 32, FILE_BYTES = 48, FIELD_I8 = 0, FIELD_I32, FIELD_VECTOR, FIELD_ABSENT };

typedef struct sample {
    _Alignas(16) uint8_t bytes[FILE_BYTES];
} sample;

static void set_u16(sample *s, uint32_t at, uint32_t value) {
    s->bytes[at] = (uint8_t)value;
    s->bytes[at + 1] = (uint8_t)(value >> 8);
}

static void set_u32(sample *s, uint32_t at, uint32_t value) {
    set_u16(s, at, value);
    set_u16(s, at + 2, value >> 16);
}

static sample make_sample(void) {
    sample s = {{0}};
    set_u16(&s, VTABLE, 12);  // with four fields, the last one absent
    set_u16(&s, VTABLE + 2, 16);
    set_u16(&s, VTABLE + 4, 4);
    set_u16(&s, VTABLE + 6, 8);
    set_u16(&s, VTABLE + 8, 12);
    set_u32(&s, TABLE, TABLE - VTABLE);
    s.bytes[TABLE + 4] = (uint8_t)-5;
    set_u32(&s, TABLE + 8, 70000);
    set_u32(&s, TABLE + 12, VECTOR - (TABLE + 12));
    set_u32(&s, VECTOR, 2);
    set_u32(&s, VECTOR + 4, 11);
    set_u32(&s, VECTOR + 8, 12);
    return s;
}

static thimble_fb reader(const sample *s) {
    return (thimble_fb){.file = s->bytes, .file_bytes = FILE_BYTES};
}

static bool table_is_fine(const sample *s, uint32_t table) {
    const thimble_fb fb = reader(s);
    return thimble_fb_check_table(&fb, table);
}

static void reads_what_is_there(void) {
    const sample s = make_sample();
    thimble_fb fb = reader(&s);
    CHECK(thimble_fb_check_table(&fb, TABLE));
    CHECK_EQUAL(thimble_fb_field_i8(s.bytes, TABLE, FIELD_I8, 1), -5);
    CHECK_EQUAL(thimble_fb_field_i32(s.bytes, TABLE, FIELD_I32, 1), 70000);
    const uint32_t vector = thimble_fb_field_vector(&fb, TABLE, FIELD_VECTOR, 4);
    CHECK_EQUAL(vector, VECTOR);
    CHECK_EQUAL(thimble_fb_count(s.bytes, vector), 2);
    CHECK_EQUAL(thimble_fb_i32(s.bytes, thimble_fb_elements(vector) + 4), 12);
    CHECK(!fb.damaged);
}

static void absent_fields_have_their_default(void) {
    const sample s = make_sample();
    thimble_fb fb = reader(&s);
    CHECK_EQUAL(thimble_fb_field_i32(s.bytes, TABLE, FIELD_ABSENT, -7), -7);  // 0 in the vtable
    CHECK_EQUAL(thimble_fb_field_i32(s.bytes, TABLE, 4, -7), -7);             // behind its end
    CHECK_EQUAL(thimble_fb_field_i8(s.bytes, TABLE, 1000, 9), 9);
    CHECK_EQUAL(thimble_fb_count(s.bytes, thimble_fb_field_vector(&fb, TABLE, FIELD_ABSENT, 4)), 0);
    CHECK_EQUAL(thimble_fb_field_table(&fb, TABLE, FIELD_ABSENT), 0);
    CHECK_EQUAL(thimble_fb_field(s.bytes, 0, FIELD_I32, 4), 0);  // a table that is absent itself
    CHECK_EQUAL(thimble_fb_field_i32(s.bytes, 0, FIELD_I32, 3), 3);
    CHECK(!fb.damaged);
}

static void fields_that_do_not_fit_are_absent(void) {
    sample s = make_sample();
    CHECK_EQUAL(thimble_fb_field(s.bytes, TABLE, FIELD_VECTOR, 8), 0);  // 8 bytes from 12 in a table of 16
    set_u16(&s, VTABLE + 6, 13);
    CHECK_EQUAL(thimble_fb_field(s.bytes, TABLE, FIELD_I32, 4), 0);  // misaligned, and too near to the end
    set_u16(&s, VTABLE + 6, 9);
    CHECK_EQUAL(thimble_fb_field(s.bytes, TABLE, FIELD_I32, 4), 0);  // misaligned
    set_u16(&s, VTABLE + 6, 10);
    CHECK_EQUAL(thimble_fb_field(s.bytes, TABLE, FIELD_I32, 2), TABLE + 10);
}

static void tables_outside_are_refused(void) {
    const sample s = make_sample();
    static const uint32_t positions[] = {0,          2,          TABLE + 1, TABLE + 2, FILE_BYTES - 2,
                                         FILE_BYTES, 0x7ffffffc, 0xfffffffc};
    for (size_t i = 0; i < sizeof positions / sizeof positions[0]; i++) {
        CHECK(!table_is_fine(&s, positions[i]));
    }
    thimble_fb fb = reader(&s);
    for (fb.file_bytes = 0; fb.file_bytes < TABLE + 16; fb.file_bytes++) {  // cut short
        CHECK(!thimble_fb_check_table(&fb, TABLE));
    }
}

static void vtables_outside_are_refused(void) {
    static const uint32_t distances[] = {TABLE + 2,
                                         TABLE + 2000,
                                         0x80000000,
                                         (uint32_t)-(FILE_BYTES - TABLE),
                                         (uint32_t)-(FILE_BYTES - TABLE - 2),
                                         TABLE - VTABLE + 1,
                                         0};
    for (size_t i = 0; i < sizeof distances / sizeof distances[0]; i++) {
        sample s = make_sample();
        set_u32(&s, TABLE, distances[i]);
        CHECK(!table_is_fine(&s, TABLE));
    }
}

static void vtables_of_impossible_size_are_refused(void) {
    static const uint32_t sizes[] = {0, 2, 3, 13, 46, 0xffff};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        sample s = make_sample();
        set_u16(&s, VTABLE, sizes[i]);
        CHECK(!table_is_fine(&s, TABLE));
    }
}

static void tables_of_impossible_size_are_refused(void) {
    static const uint32_t sizes[] = {0, 3, FILE_BYTES - TABLE + 1, 0xffff};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        sample s = make_sample();
        set_u16(&s, VTABLE + 2, sizes[i]);
        CHECK(!table_is_fine(&s, TABLE));
    }
}

static void fields_that_start_outside_their_table_are_refused(void) {
    static const uint32_t distances[] = {1, 3, 16, 0xffff};
    for (size_t i = 0; i < sizeof distances / sizeof distances[0]; i++) {
        sample s = make_sample();
        set_u16(&s, VTABLE + 4, distances[i]);
        CHECK(!table_is_fine(&s, TABLE));
    }
}

static void references_outside_are_damage(void) {
    static const uint32_t distances[] = {FILE_BYTES, 0xffffffff, (uint32_t)-12, FILE_BYTES - (TABLE + 12), 5, 6};
    for (size_t i = 0; i < sizeof distances / sizeof distances[0]; i++) {
        sample s = make_sample();
        set_u32(&s, TABLE + 12, distances[i]);
        thimble_fb fb = reader(&s);
        CHECK_EQUAL(thimble_fb_count(s.bytes, thimble_fb_field_vector(&fb, TABLE, FIELD_VECTOR, 4)), 0);
        CHECK(fb.damaged);
    }
}

static void vectors_longer_than_the_file_are_damage(void) {
    static const uint32_t counts[] = {4, 0x40000000, 0x80000001, 0xffffffff};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        sample s = make_sample();
        set_u32(&s, VECTOR, counts[i]);
        thimble_fb fb = reader(&s);
        CHECK_EQUAL(thimble_fb_count(s.bytes, thimble_fb_field_vector(&fb, TABLE, FIELD_VECTOR, 4)), 0);
        CHECK(fb.damaged);
    }
    sample s = make_sample();
    set_u32(&s, VECTOR, 3);  // up to the last byte
    thimble_fb fb = reader(&s);
    CHECK_EQUAL(thimble_fb_count(s.bytes, thimble_fb_field_vector(&fb, TABLE, FIELD_VECTOR, 4)), 3);
    CHECK(!fb.damaged);
    CHECK_EQUAL(thimble_fb_count(s.bytes, thimble_fb_field_vector(&fb, TABLE, FIELD_VECTOR, 8)), 0);
    CHECK(fb.damaged);
}

static void references_to_what_is_no_table_are_damage(void) {
    const sample s = make_sample();
    thimble_fb fb = reader(&s);
    CHECK_EQUAL(thimble_fb_field_table(&fb, TABLE, FIELD_VECTOR), 0);
    CHECK(fb.damaged);
}

static void tables_in_vectors_are_checked(void) {
    sample s = make_sample();
    // The vector's two references: one to itself, which is no table, and one back to the table, by wrapping around.
    set_u32(&s, VECTOR + 4, 0);
    set_u32(&s, VECTOR + 8, (uint32_t)TABLE - (VECTOR + 8));
    for (uint32_t index = 0; index < 4; index++) {
        thimble_fb fb = reader(&s);
        CHECK_EQUAL(thimble_fb_vector_table(&fb, VECTOR, index), 0);
        CHECK(fb.damaged);
    }
}

int main(void) {
    RUN(reads_what_is_there);
    RUN(absent_fields_have_their_default);
    RUN(fields_that_do_not_fit_are_absent);
    RUN(tables_outside_are_refused);
    RUN(vtables_outside_are_refused);
    RUN(vtables_of_impossible_size_are_refused);
    RUN(tables_of_impossible_size_are_refused);
    RUN(fields_that_start_outside_their_table_are_refused);
    RUN(references_outside_are_damage);
    RUN(vectors_longer_than_the_file_are_damage);
    RUN(references_to_what_is_no_table_are_damage);
    RUN(tables_in_vectors_are_checked);
    return check_result();
}
