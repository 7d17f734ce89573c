// made_model.c - writes .tflite files from front to back.
//
// SPDX-License-Identifier: Apache-2.0
#include "made_model.h"

#include <stdlib.h>
#include <string.h>

enum { SLOT_BYTES = 8 };

uint32_t made_u32(const made_file *file, uint32_t position) {
    uint32_t value;
    memcpy(&value, file->bytes + position, sizeof value);
    return value;
}

void made_set_u32(made_file *file, uint32_t position, uint32_t value) {
    memcpy(file->bytes + position, &value, sizeof value);
}

void made_set_u16(made_file *file, uint32_t position, uint32_t value) {
    const uint16_t narrow = (uint16_t)value;
    memcpy(file->bytes + position, &narrow, sizeof narrow);
}

// Zeros at the end of the file, from a multiple of 4 on.
static uint32_t add_bytes(made_file *file, uint32_t bytes) {
    const uint32_t position = (file->byte_count + 3) / 4 * 4;
    if (bytes > MADE_MOST_BYTES - position) {
        abort();  // a test asks for too much
    }
    memset(file->bytes + file->byte_count, 0, position + bytes - file->byte_count);
    file->byte_count = position + bytes;
    return position;
}

uint32_t made_field(uint32_t table, uint32_t field) {
    return table + 4 + SLOT_BYTES * field;
}

uint32_t made_vtable_entry(const made_file *file, uint32_t table, uint32_t field) {
    return table - made_u32(file, table) + 4 + 2 * field;
}

static void use(made_file *file, uint32_t table, uint32_t field) {
    made_set_u16(file, made_vtable_entry(file, table, field), made_field(table, field) - table);
}

void made_set(made_file *file, uint32_t table, uint32_t field, uint32_t value) {
    use(file, table, field);
    made_set_u32(file, made_field(table, field), value);
}

void made_remove(made_file *file, uint32_t table, uint32_t field) {
    made_set_u16(file, made_vtable_entry(file, table, field), 0);
}

void made_refer(made_file *file, uint32_t table, uint32_t field, uint32_t target) {
    made_set(file, table, field, target - made_field(table, field));
}

uint32_t made_target(const made_file *file, uint32_t table, uint32_t field) {
    return made_field(table, field) + made_u32(file, made_field(table, field));
}

uint32_t made_add_table(made_file *file, uint32_t field_count) {
    const uint32_t vtable_bytes = 4 + 2 * field_count, table_bytes = 4 + SLOT_BYTES * field_count;
    const uint32_t vtable = add_bytes(file, vtable_bytes);
    const uint32_t table = add_bytes(file, table_bytes);
    made_set_u16(file, vtable, vtable_bytes);
    made_set_u16(file, vtable + 2, table_bytes);
    made_set_u32(file, table, table - vtable);
    return table;
}

uint32_t made_add_vector(made_file *file, uint32_t count, uint32_t element_bytes, const void *elements) {
    const uint32_t vector = add_bytes(file, 4 + count * element_bytes + 1);  // a string ends with a zero behind it
    made_set_u32(file, vector, count);
    if (elements != NULL) {
        memcpy(file->bytes + vector + 4, elements, (size_t)count * element_bytes);
    }
    return vector;
}

static void add_indices(made_file *file, uint32_t table, uint32_t field, uint32_t count, const int32_t *indices) {
    made_refer(file, table, field, made_add_vector(file, count, 4, indices));
}

// A vector of `count` references in the field; they are set when the tables are added.
static uint32_t add_references(made_file *file, uint32_t table, uint32_t field, uint32_t count) {
    const uint32_t vector = made_add_vector(file, count, 4, NULL);
    made_refer(file, table, field, vector);
    return vector + 4;
}

static uint32_t add_referred_table(made_file *file, uint32_t reference, uint32_t field_count) {
    const uint32_t table = made_add_table(file, field_count);
    made_set_u32(file, reference, table - reference);
    return table;
}

static void add_text(made_file *file, uint32_t table, uint32_t field, const char *text) {
    made_refer(file, table, field, made_add_vector(file, (uint32_t)strlen(text), 1, text));
}

static void add_tensor(made_file *file, uint32_t tensor, uint32_t index, const made_tensor *made) {
    add_indices(file, tensor, TENSOR_SHAPE, made->rank, made->shape);
    made_set(file, tensor, TENSOR_TYPE, (uint32_t)made->type);
    made_set(file, tensor, TENSOR_BUFFER, made->data != NULL ? index + 1 : 0);
    if (made->name != NULL) {
        add_text(file, tensor, TENSOR_NAME, made->name);
    }
    if (made->scale != 0) {
        const int64_t zero_point = made->zero_point;
        const uint32_t quantization = made_add_table(file, QUANTIZATION_DIMENSION + 1);
        made_refer(file, tensor, TENSOR_QUANTIZATION, quantization);
        made_refer(file, quantization, QUANTIZATION_SCALE, made_add_vector(file, 1, 4, &made->scale));
        made_refer(file, quantization, QUANTIZATION_ZERO_POINT, made_add_vector(file, 1, 8, &zero_point));
    }
}

static void add_subgraph(made_file *file, const made_graph *graph) {
    const uint32_t subgraphs = add_references(file, file->model, MODEL_SUBGRAPHS, 1);
    file->subgraph = add_referred_table(file, subgraphs, SUBGRAPH_OPS + 1);
    add_indices(file, file->subgraph, SUBGRAPH_INPUTS, graph->input_count, graph->inputs);
    add_indices(file, file->subgraph, SUBGRAPH_OUTPUTS, graph->output_count, graph->outputs);
    const uint32_t tensors = add_references(file, file->subgraph, SUBGRAPH_TENSORS, graph->tensor_count);
    for (uint32_t i = 0; i < graph->tensor_count; i++) {
        file->tensors[i] = add_referred_table(file, tensors + 4 * i, TENSOR_SPARSITY + 1);
        add_tensor(file, file->tensors[i], i, &graph->tensors[i]);
    }
    const uint32_t ops = add_references(file, file->subgraph, SUBGRAPH_OPS, graph->op_count);
    for (uint32_t i = 0; i < graph->op_count; i++) {
        const made_op *op = &graph->ops[i];
        file->ops[i] = add_referred_table(file, ops + 4 * i, OP_OPTIONS + 1);
        made_set(file, file->ops[i], OP_CODE_INDEX, i);
        add_indices(file, file->ops[i], OP_INPUTS, op->input_count, op->inputs);
        add_indices(file, file->ops[i], OP_OUTPUTS, op->output_count, op->outputs);
    }
}

void made_write(made_file *file, const made_graph *graph) {
    file->byte_count = 0;
    add_bytes(file, 8);
    memcpy(file->bytes + 4, "TFL3", 4);
    file->model = add_referred_table(file, 0, MODEL_METADATA + 1);
    made_set(file, file->model, MODEL_VERSION, 3);
    const uint32_t op_codes = add_references(file, file->model, MODEL_OP_CODES, graph->op_count);
    for (uint32_t i = 0; i < graph->op_count; i++) {
        file->op_codes[i] = add_referred_table(file, op_codes + 4 * i, OP_CODE_BUILTIN + 1);
        made_set(file, file->op_codes[i], OP_CODE_DEPRECATED, (uint32_t)graph->ops[i].builtin_code);
        made_set(file, file->op_codes[i], OP_CODE_BUILTIN, (uint32_t)graph->ops[i].builtin_code);
    }
    add_subgraph(file, graph);

    const uint32_t buffer_count = graph->tensor_count + 2;
    const uint32_t buffers = add_references(file, file->model, MODEL_BUFFERS, buffer_count);
    for (uint32_t i = 0; i < buffer_count; i++) {
        file->buffers[i] = add_referred_table(file, buffers + 4 * i, BUFFER_SIZE + 1);
    }
    for (uint32_t i = 0; i < graph->tensor_count; i++) {
        const made_tensor *made = &graph->tensors[i];
        if (made->data != NULL) {
            made_refer(file, file->buffers[i + 1], BUFFER_DATA, made_add_vector(file, made->data_bytes, 1, made->data));
        }
    }
    const uint32_t metadata = add_references(file, file->model, MODEL_METADATA, 1);
    file->metadata = add_referred_table(file, metadata, METADATA_BUFFER + 1);
    add_text(file, file->metadata, METADATA_NAME, "note");
    made_set(file, file->metadata, METADATA_BUFFER, buffer_count - 1);
    made_refer(file, file->buffers[buffer_count - 1], BUFFER_DATA, made_add_vector(file, 5, 1, "hello"));
}
