// flatbuffer.h - bounds-checked reading of FlatBuffers, as far as a .tflite needs it.
//
// A table starts with the (signed) distance back to its vtable. The vtable lists, per field, the distance from the
// table's start to the field's value, 0 meaning absent:
//
//     vtable: u16 vtable_bytes, u16 table_bytes, u16 field[0], u16 field[1] ...
//     table:  i32 distance to the vtable, values ...
//     vector: u32 count, elements ...          string: a vector of bytes and a final zero
//
// References (to tables, vectors, strings) are u32 distances forward from where they stand. All positions here are
// bytes from the start of the file; 0 stands for "absent", which no table or vector can have as its position. A vector
// is known by the position of its count; an absent one counts as empty.
//
// A table must pass thimble_fb_check_table once; then its fields may be read any number of times. Reading a field
// checks that the value lies inside the table and is aligned, so that no file makes a chip trap; a value that does not
// is treated as absent. References are followed only to where the target fits in the file; one that leads elsewhere is
// treated as absent too, and sets `damaged`, which stays set: a caller that checks a file looks at it once in a while.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_FLATBUFFER_H
#define THIMBLE_FLATBUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct thimble_fb {
    const uint8_t *file;  // aligned to THIMBLE_ALIGNMENT
    uint32_t file_bytes;
    bool damaged;  // a reference led outside the file, or to something that is not a table
} thimble_fb;

// Reads at a position that is known to be inside the file and aligned.
static inline uint16_t thimble_fb_u16(const uint8_t *file, uint32_t position) {
    uint16_t value;
    memcpy(&value, __builtin_assume_aligned(file + position, 2), sizeof value);
    return value;
}

static inline uint32_t thimble_fb_u32(const uint8_t *file, uint32_t position) {
    uint32_t value;
    memcpy(&value, __builtin_assume_aligned(file + position, 4), sizeof value);
    return value;
}

static inline int32_t thimble_fb_i32(const uint8_t *file, uint32_t position) {
    return (int32_t)thimble_fb_u32(file, position);
}

static inline float thimble_fb_f32(const uint8_t *file, uint32_t position) {
    float value;
    memcpy(&value, __builtin_assume_aligned(file + position, 4), sizeof value);
    return value;
}

// Number of elements of a checked vector.
uint32_t thimble_fb_count(const uint8_t *file, uint32_t vector);

// Position of the first element of a vector that is not absent.
static inline uint32_t thimble_fb_elements(uint32_t vector) {
    return vector + 4;
}

// True if a well-formed table starts at `table`: it, its vtable and all its fields' starts lie inside the file.
bool thimble_fb_check_table(const thimble_fb *fb, uint32_t table);

// Position of field `field` (counted from 0 as in the schema) of a checked table, whose value takes `value_bytes`
// (1, 2, 4 or 8; aligned to at most 4). Returns 0 if it is absent or does not fit. A table at 0 has no fields.
uint32_t thimble_fb_field(const uint8_t *file, uint32_t table, uint32_t field, uint32_t value_bytes);

// Scalar fields, with the value the schema gives to absent ones.
int32_t thimble_fb_field_i32(const uint8_t *file, uint32_t table, uint32_t field, int32_t absent);
int32_t thimble_fb_field_i8(const uint8_t *file, uint32_t table, uint32_t field, int32_t absent);

// The table that field `field` refers to, checked; 0 if it is absent.
uint32_t thimble_fb_field_table(thimble_fb *fb, uint32_t table, uint32_t field);

// The vector that field `field` refers to, of elements of `element_bytes` each (aligned to at most 4); 0 if it is absent.
uint32_t thimble_fb_field_vector(thimble_fb *fb, uint32_t table, uint32_t field, uint32_t element_bytes);

// Element `index` of a vector of references to tables, checked. One beyond the end counts as damage.
uint32_t thimble_fb_vector_table(thimble_fb *fb, uint32_t vector, uint32_t index);

#endif
