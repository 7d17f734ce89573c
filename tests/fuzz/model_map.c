// model_map.c - walks a .tflite by the schema (version 3) and notes what stands where.
//
// SPDX-License-Identifier: Apache-2.0
#include "model_map.h"

#include <stdbool.h>
#include <string.h>

enum { MOST_ELEMENTS = 256, MOST_NUMBERS = 16 };

uint32_t place_bytes(place_kind kind) {
    switch (kind) {
    case PLACE_TYPE:
    case PLACE_BUILTIN_8:
    case PLACE_OPTION_8:
    case PLACE_DATA:
        return 1;
    case PLACE_VTABLE:
        return 2;
    case PLACE_ZERO_POINT:
        return 8;
    default:
        return 4;
    }
}

static bool inside(const model_map *map, uint32_t position, uint32_t bytes) {
    return position < map->file_bytes && bytes <= map->file_bytes - position;
}

static uint32_t u16_at(const model_map *map, uint32_t position) {
    uint16_t value = 0;
    if (inside(map, position, sizeof value)) {
        memcpy(&value, map->file + position, sizeof value);
    }
    return value;
}

static uint32_t u32_at(const model_map *map, uint32_t position) {
    uint32_t value = 0;
    if (inside(map, position, sizeof value)) {
        memcpy(&value, map->file + position, sizeof value);
    }
    return value;
}

static void note(model_map *map, uint32_t position, place_kind kind) {
    if (map->count < MOST_PLACES && inside(map, position, place_bytes(kind))) {
        map->places[map->count++] = (place){position, kind};
    }
}

// Where field `field` of a table stands; 0 if it is absent.
static uint32_t field_of(model_map *map, uint32_t table, uint32_t field) {
    const uint32_t vtable = table - u32_at(map, table);
    const uint32_t entry = vtable + 4 + 2 * field;
    if (!inside(map, table, 4) || entry + 2 > vtable + u16_at(map, vtable)) {
        return 0;
    }
    note(map, entry, PLACE_VTABLE);
    const uint32_t offset = u16_at(map, entry);
    return offset == 0 || !inside(map, table + offset, 1) ? 0 : table + offset;
}

static void note_field(model_map *map, uint32_t table, uint32_t field, place_kind kind) {
    const uint32_t position = field_of(map, table, field);
    if (position != 0) {
        note(map, position, kind);
    }
}

static uint32_t follow(model_map *map, uint32_t position) {
    if (position == 0) {
        return 0;
    }
    note(map, position, PLACE_REFERENCE);
    const uint32_t target = position + u32_at(map, position);
    return inside(map, target, 4) ? target : 0;
}

static uint32_t table_in(model_map *map, uint32_t position) {
    const uint32_t table = follow(map, position);
    if (table != 0) {
        note(map, table, PLACE_TO_VTABLE);
    }
    return table;
}

typedef struct elements {
    uint32_t first, count;
} elements;

static elements vector_in(model_map *map, uint32_t position) {
    const uint32_t vector = follow(map, position);
    if (vector == 0) {
        return (elements){0, 0};
    }
    note(map, vector, PLACE_COUNT);
    const uint32_t count = u32_at(map, vector);
    return (elements){vector + 4, count < map->file_bytes ? count : 0};
}

static void note_vector(model_map *map, uint32_t table, uint32_t field, place_kind kind) {
    const elements vector = vector_in(map, field_of(map, table, field));
    for (uint32_t i = 0; i < vector.count && i < MOST_ELEMENTS; i++) {
        note(map, vector.first + i * place_bytes(kind), kind);
    }
}

static void map_op_code(model_map *map, uint32_t code) {
    note_field(map, code, 0, PLACE_BUILTIN_8);
    note_field(map, code, 2, PLACE_OPTION_32);  // version
    note_field(map, code, 3, PLACE_BUILTIN_32);
}

static void map_tensor(model_map *map, uint32_t tensor) {
    note_vector(map, tensor, 0, PLACE_DIMENSION);
    note_field(map, tensor, 1, PLACE_TYPE);
    note_field(map, tensor, 2, PLACE_BUFFER);
    follow(map, field_of(map, tensor, 3));  // name
    const uint32_t quantization = table_in(map, field_of(map, tensor, 4));
    if (quantization != 0) {
        note_vector(map, quantization, 2, PLACE_SCALE);
        note_vector(map, quantization, 3, PLACE_ZERO_POINT);
        note_field(map, quantization, 6, PLACE_CHANNEL_DIMENSION);
    }
}

static void map_op(model_map *map, uint32_t op) {
    enum { MOST_OPTIONS = 8 };
    note_field(map, op, 0, PLACE_OP_CODE);
    note_vector(map, op, 1, PLACE_TENSOR);
    note_vector(map, op, 2, PLACE_TENSOR);
    note_field(map, op, 3, PLACE_OPTION_8);  // which options table
    const uint32_t options = table_in(map, field_of(map, op, 4));
    for (uint32_t i = 0; options != 0 && i < MOST_OPTIONS; i++) {
        const uint32_t position = field_of(map, options, i);
        if (position != 0) {
            note(map, position, position % 4 == 0 ? PLACE_OPTION_32 : PLACE_OPTION_8);
        }
    }
}

static void map_buffer(model_map *map, uint32_t buffer) {
    const elements data = vector_in(map, field_of(map, buffer, 0));
    if (data.count <= 4 * MOST_NUMBERS && data.count % 4 == 0) {
        for (uint32_t i = 0; i < data.count; i += 4) {
            note(map, data.first + i, PLACE_NUMBER);
        }
    } else {
        const uint32_t step = data.count / MOST_NUMBERS + 1;
        for (uint32_t i = 0; i < data.count; i += step) {
            note(map, data.first + i, PLACE_DATA);
        }
    }
}

static void map_tables(model_map *map, elements tables, void map_table(model_map *, uint32_t)) {
    for (uint32_t i = 0; i < tables.count && i < MOST_ELEMENTS; i++) {
        const uint32_t table = table_in(map, tables.first + 4 * i);
        if (table != 0) {
            map_table(map, table);
        }
    }
}

static void map_subgraph(model_map *map, uint32_t graph) {
    map_tables(map, vector_in(map, field_of(map, graph, 0)), map_tensor);
    note_vector(map, graph, 1, PLACE_TENSOR);
    note_vector(map, graph, 2, PLACE_TENSOR);
    map_tables(map, vector_in(map, field_of(map, graph, 3)), map_op);
}

static void map_metadata(model_map *map, uint32_t metadata) {
    follow(map, field_of(map, metadata, 0));
    note_field(map, metadata, 1, PLACE_BUFFER);
}

void map_model(model_map *map, const uint8_t *file, size_t file_bytes) {
    *map = (model_map){.file = file, .file_bytes = (uint32_t)file_bytes};
    if (file_bytes < 8) {
        return;
    }
    note(map, 0, PLACE_REFERENCE);
    const uint32_t model = u32_at(map, 0);
    if (!inside(map, model, 4)) {
        return;
    }
    note(map, model, PLACE_TO_VTABLE);
    map_tables(map, vector_in(map, field_of(map, model, 1)), map_op_code);
    map_tables(map, vector_in(map, field_of(map, model, 2)), map_subgraph);
    map_tables(map, vector_in(map, field_of(map, model, 4)), map_buffer);
    map_tables(map, vector_in(map, field_of(map, model, 6)), map_metadata);
}
