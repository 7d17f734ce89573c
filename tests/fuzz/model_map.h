// model_map.h - where in a .tflite file what stands: the places worth changing for a fuzzer.
//
// Reads any bytes; what does not look like a model is left out. This reader shares no code with the engine's.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef MODEL_MAP_H
#define MODEL_MAP_H

#include <stddef.h>
#include <stdint.h>

typedef enum place_kind {
    PLACE_REFERENCE,  // u32: distance to a table or a vector
    PLACE_TO_VTABLE,  // i32: distance from a table back to its vtable
    PLACE_VTABLE,     // u16: entry of a vtable
    PLACE_COUNT,      // u32: length of a vector
    PLACE_DIMENSION,  // i32: of a tensor's shape
    PLACE_TYPE,       // i8: of a tensor
    PLACE_BUFFER,     // u32: index of a tensor's buffer
    PLACE_SCALE,      // f32
    PLACE_ZERO_POINT,  // i64
    PLACE_CHANNEL_DIMENSION,  // i32
    PLACE_TENSOR,     // i32: index in an op's or the graph's inputs or outputs
    PLACE_OP_CODE,    // u32: index of an op's code
    PLACE_BUILTIN_8,  // i8: the op
    PLACE_BUILTIN_32,  // i32: the op
    PLACE_OPTION_8,
    PLACE_OPTION_32,  // of an op
    PLACE_NUMBER,     // i32: of a small constant: a shape, a padding
    PLACE_DATA,       // one byte of a constant
} place_kind;

enum { PLACE_KINDS = PLACE_DATA + 1, MOST_PLACES = 8192 };

typedef struct place {
    uint32_t position;
    place_kind kind;
} place;

typedef struct model_map {
    const uint8_t *file;
    uint32_t file_bytes;
    uint32_t count;
    place places[MOST_PLACES];
} model_map;

void map_model(model_map *map, const uint8_t *file, size_t file_bytes);

// Bytes of one value of this kind.
uint32_t place_bytes(place_kind kind);

#endif
