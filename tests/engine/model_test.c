// model_test.c - opening a model: each rule of model.c, by a file that breaks it, and what is legal though unusual.
//
// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>

#include "check.h"
#include "made_model.h"
#include "thimble/thimble_inspect.h"
#include "vector_files.h"

static const int8_t weights[] = {1, 2, 3, 4};

// Tensor 3 = RELU(tensor 2), tensor 2 = ADD(tensor 0, constant tensor 1).
static const made_graph two_ops = {
    .tensor_count = 4,
    .tensors = {{.type = THIMBLE_INT8, .rank = 2, .shape = {1, 4}, .scale = 1, .name = "picture"},
                {.type = THIMBLE_INT8, .rank = 1, .shape = {4}, .scale = 1, .data = weights, .data_bytes = 4},
                {.type = THIMBLE_INT8, .rank = 2, .shape = {1, 4}, .scale = 1, .zero_point = -3},
                {.type = THIMBLE_INT8, .rank = 2, .shape = {1, 4}, .scale = 1, .name = "answer"}},
    .op_count = 2,
    .ops = {{.builtin_code = BUILTIN_ADD, .input_count = 2, .inputs = {0, 1}, .output_count = 1, .outputs = {2}},
            {.builtin_code = BUILTIN_RELU, .input_count = 1, .inputs = {2}, .output_count = 1, .outputs = {3}}},
    .input_count = 1,
    .inputs = {0},
    .output_count = 1,
    .outputs = {3},
};

static made_file file;

// Opens a copy that ends where the file ends, so that a sanitizer sees what is read behind it.
static thimble_status open_exactly(const uint8_t *bytes, size_t byte_count, thimble_error *error) {
    uint8_t *copy = exact_memory(byte_count);
    memcpy(copy, bytes, byte_count);
    thimble_model model;
    const thimble_status status = thimble_model_open(&model, copy, byte_count, error);
    free(copy);
    return status;
}

// ---- what is wrong ------------------------------------------------------------------------------------------------

enum { OUTSIDE = 1 << 20, BACKWARDS = -64 };

static uint32_t quantization_of(int tensor) {
    return made_target(&file, file.tensors[tensor], TENSOR_QUANTIZATION);
}

static void no_identifier(void) {
    file.bytes[4] = 'X';
}

static void shorter_than_its_header(void) {
    file.byte_count = 7;
}

static void root_outside(void) {
    made_set_u32(&file, 0, OUTSIDE);
}

static void root_misaligned(void) {
    made_set_u32(&file, 0, made_u32(&file, 0) + 2);
}

static void root_without_vtable(void) {
    made_set_u32(&file, file.model, 0);
}

static void other_schema(void) {
    made_set(&file, file.model, MODEL_VERSION, 2);
}

static void no_schema(void) {
    made_remove(&file, file.model, MODEL_VERSION);
}

static void op_codes_outside(void) {
    made_set(&file, file.model, MODEL_OP_CODES, OUTSIDE);
}

static void subgraphs_outside(void) {
    made_set(&file, file.model, MODEL_SUBGRAPHS, (uint32_t)BACKWARDS);
}

static void buffers_outside(void) {
    made_set(&file, file.model, MODEL_BUFFERS, OUTSIDE);
}

static void metadata_misaligned(void) {
    made_set(&file, file.model, MODEL_METADATA, made_u32(&file, made_field(file.model, MODEL_METADATA)) + 1);
}

static void endless_op_codes(void) {
    made_set_u32(&file, made_target(&file, file.model, MODEL_OP_CODES), 0xffffffff);
}

static void no_subgraph(void) {
    made_remove(&file, file.model, MODEL_SUBGRAPHS);
}

static void two_subgraphs(void) {
    made_refer(&file, file.model, MODEL_SUBGRAPHS, made_add_vector(&file, 2, 4, NULL));
}

static void too_many_buffers(void) {
    made_refer(&file, file.model, MODEL_BUFFERS, made_add_vector(&file, THIMBLE_MAX_BUFFERS + 1, 4, NULL));
}

static void buffer_without_table(void) {
    made_set_u32(&file, made_target(&file, file.model, MODEL_BUFFERS) + 8, 0);
}

static void buffer_data_outside(void) {
    made_set(&file, file.buffers[2], BUFFER_DATA, OUTSIDE);
}

static void endless_buffer(void) {
    made_set_u32(&file, made_target(&file, file.buffers[2], BUFFER_DATA), 0x7fffffff);
}

static void weights_outside_the_flatbuffer(void) {
    made_set(&file, file.buffers[2], BUFFER_OFFSET, 4096);
}

static void weights_beyond_four_gigabytes(void) {
    made_set(&file, file.buffers[2], BUFFER_OFFSET, 0);
    made_set_u32(&file, made_field(file.buffers[2], BUFFER_OFFSET) + 4, 1);
}

static void compressed_weights(void) {
    static const char name[] = "COMPRESSION_METADATA";
    made_refer(&file, file.metadata, METADATA_NAME, made_add_vector(&file, sizeof name - 1, 1, name));
}

static void subgraph_without_table(void) {
    made_set_u32(&file, made_target(&file, file.model, MODEL_SUBGRAPHS) + 4, OUTSIDE);
}

static void tensors_outside(void) {
    made_set(&file, file.subgraph, SUBGRAPH_TENSORS, OUTSIDE);
}

static void graph_inputs_outside(void) {
    made_set(&file, file.subgraph, SUBGRAPH_INPUTS, OUTSIDE);
}

static void too_many_tensors(void) {
    made_refer(&file, file.subgraph, SUBGRAPH_TENSORS, made_add_vector(&file, THIMBLE_MAX_TENSORS + 1, 4, NULL));
}

static void too_many_ops(void) {
    made_refer(&file, file.subgraph, SUBGRAPH_OPS, made_add_vector(&file, THIMBLE_MAX_OPS + 1, 4, NULL));
}

static void too_many_graph_inputs(void) {
    made_refer(&file, file.subgraph, SUBGRAPH_INPUTS, made_add_vector(&file, 33, 4, NULL));
}

static void too_many_graph_outputs(void) {
    made_refer(&file, file.subgraph, SUBGRAPH_OUTPUTS, made_add_vector(&file, 33, 4, NULL));
}

static void graph_input_that_is_no_tensor(void) {
    made_set_u32(&file, made_target(&file, file.subgraph, SUBGRAPH_INPUTS) + 4, 4);
}

static void graph_output_left_out(void) {
    made_set_u32(&file, made_target(&file, file.subgraph, SUBGRAPH_OUTPUTS) + 4, (uint32_t)-1);
}

static void tensor_without_table(void) {
    made_set_u32(&file, made_target(&file, file.subgraph, SUBGRAPH_TENSORS) + 4 + 4 * 2, 0x7ffffffc);
}

static void shape_outside(void) {
    made_set(&file, file.tensors[2], TENSOR_SHAPE, OUTSIDE);
}

static void endless_shape(void) {
    made_set_u32(&file, made_target(&file, file.tensors[2], TENSOR_SHAPE), 0x40000001);
}

static void sparse_tensor(void) {
    made_refer(&file, file.tensors[1], TENSOR_SPARSITY, made_add_table(&file, 1));
}

static void float16_tensor(void) {
    made_set(&file, file.tensors[1], TENSOR_TYPE, 1);
}

static void int4_tensor(void) {
    made_set(&file, file.tensors[1], TENSOR_TYPE, 17);
}

static void tensor_of_negative_type(void) {
    made_set(&file, file.tensors[1], TENSOR_TYPE, 0x80);
}

static void seven_dimensions(void) {
    static const int32_t shape[] = {1, 1, 1, 1, 1, 1, 4};
    made_refer(&file, file.tensors[2], TENSOR_SHAPE, made_add_vector(&file, 7, 4, shape));
}

static void unknown_dimension(void) {
    made_set_u32(&file, made_target(&file, file.tensors[2], TENSOR_SHAPE) + 4, (uint32_t)-1);
}

static void set_shape(int tensor, int32_t a, int32_t b, int32_t c) {
    const int32_t shape[] = {a, b, c};
    made_refer(&file, file.tensors[tensor], TENSOR_SHAPE, made_add_vector(&file, 3, 4, shape));
}

static void two_gigabytes(void) {
    set_shape(2, 1 << 16, 1 << 15, 1);
}

static void shape_that_overflows_to_four(void) {
    set_shape(2, 1 << 16, 1 << 16, 4);
}

static void shape_that_overflows_behind_a_zero(void) {
    set_shape(2, 0, 1 << 16, 1 << 16);
}

static void buffer_that_does_not_exist(void) {
    made_set(&file, file.tensors[1], TENSOR_BUFFER, 6);
}

static void negative_buffer(void) {
    made_set(&file, file.tensors[1], TENSOR_BUFFER, (uint32_t)-1);
}

static void data_shorter_than_its_shape(void) {
    made_set_u32(&file, made_target(&file, file.buffers[2], BUFFER_DATA), 3);
}

static void quantization_outside(void) {
    made_set(&file, file.tensors[2], TENSOR_QUANTIZATION, OUTSIDE);
}

static void scales_outside(void) {
    made_set(&file, quantization_of(2), QUANTIZATION_SCALE, OUTSIDE);
}

static void endless_zero_points(void) {
    made_set_u32(&file, made_target(&file, quantization_of(2), QUANTIZATION_ZERO_POINT), 0x20000001);
}

static void zero_points_for_other_channels(void) {
    made_refer(&file, quantization_of(2), QUANTIZATION_ZERO_POINT, made_add_vector(&file, 2, 8, NULL));
}

static void zero_point_of_64_bits(void) {
    static const int64_t zero_point = INT64_C(1) << 31;
    made_refer(&file, quantization_of(2), QUANTIZATION_ZERO_POINT, made_add_vector(&file, 1, 8, &zero_point));
}

static void op_without_table(void) {
    made_set_u32(&file, made_target(&file, file.subgraph, SUBGRAPH_OPS) + 4 + 4, OUTSIDE);
}

static void op_without_code(void) {
    made_set(&file, file.ops[1], OP_CODE_INDEX, 2);
}

static void op_with_negative_code_index(void) {
    made_set(&file, file.ops[1], OP_CODE_INDEX, (uint32_t)-1);
}

static void op_code_outside(void) {
    made_set_u32(&file, made_target(&file, file.model, MODEL_OP_CODES) + 4 + 4, OUTSIDE);
}

static void op_inputs_outside(void) {
    made_set(&file, file.ops[1], OP_INPUTS, OUTSIDE);
}

static void op_options_outside(void) {
    made_set(&file, file.ops[1], OP_OPTIONS, OUTSIDE);
}

static void negative_op(void) {
    made_set(&file, file.op_codes[1], OP_CODE_DEPRECATED, (uint32_t)-2);
    made_set(&file, file.op_codes[1], OP_CODE_BUILTIN, (uint32_t)-2);
}

static void custom_op(void) {
    made_set(&file, file.op_codes[1], OP_CODE_DEPRECATED, BUILTIN_CUSTOM);
    made_set(&file, file.op_codes[1], OP_CODE_BUILTIN, BUILTIN_CUSTOM);
}

static void op_with_33_tensors(void) {
    made_refer(&file, file.ops[1], OP_INPUTS, made_add_vector(&file, 32, 4, NULL));
}

static void op_with_33_inputs(void) {
    made_refer(&file, file.ops[1], OP_INPUTS, made_add_vector(&file, 33, 4, NULL));
}

static void op_input_that_is_no_tensor(void) {
    made_set_u32(&file, made_target(&file, file.ops[1], OP_INPUTS) + 4, 4);
}

static void op_input_below_minus_1(void) {
    made_set_u32(&file, made_target(&file, file.ops[1], OP_INPUTS) + 4, (uint32_t)-2);
}

static void op_output_left_out(void) {
    made_set_u32(&file, made_target(&file, file.ops[1], OP_OUTPUTS) + 4, (uint32_t)-1);
}

static void op_without_output(void) {
    made_remove(&file, file.ops[1], OP_OUTPUTS);
}

typedef struct broken_file {
    const char *name;
    void (*break_it)(void);
    thimble_status status;
    int32_t op_index, tensor_index;
    const char *says;
} broken_file;

#define MODEL(function, op, tensor, says) {#function, function, THIMBLE_ERR_MODEL, op, tensor, says}
#define UNSUPPORTED(function, op, tensor, says) {#function, function, THIMBLE_ERR_UNSUPPORTED, op, tensor, says}

static const broken_file broken_files[] = {
    MODEL(no_identifier, -1, -1, "not a .tflite"),
    MODEL(shorter_than_its_header, -1, -1, "not a .tflite"),
    MODEL(root_outside, -1, -1, "damaged"),
    MODEL(root_misaligned, -1, -1, "damaged"),
    MODEL(root_without_vtable, -1, -1, "damaged"),
    UNSUPPORTED(other_schema, -1, -1, "version"),
    UNSUPPORTED(no_schema, -1, -1, "version"),
    MODEL(op_codes_outside, -1, -1, "damaged"),
    MODEL(subgraphs_outside, -1, -1, "damaged"),
    MODEL(buffers_outside, -1, -1, "damaged"),
    MODEL(metadata_misaligned, -1, -1, "damaged"),
    MODEL(endless_op_codes, -1, -1, "damaged"),
    UNSUPPORTED(no_subgraph, -1, -1, "subgraph"),
    UNSUPPORTED(two_subgraphs, -1, -1, "subgraph"),
    UNSUPPORTED(too_many_buffers, -1, -1, "16384 buffers"),
    MODEL(buffer_without_table, -1, -1, "buffer"),
    MODEL(buffer_data_outside, -1, -1, "buffer"),
    MODEL(endless_buffer, -1, -1, "buffer"),
    UNSUPPORTED(weights_outside_the_flatbuffer, -1, -1, "outside the flatbuffer"),
    UNSUPPORTED(weights_beyond_four_gigabytes, -1, -1, "outside the flatbuffer"),
    UNSUPPORTED(compressed_weights, -1, -1, "compressed"),
    MODEL(subgraph_without_table, -1, -1, "lists"),
    MODEL(tensors_outside, -1, -1, "lists"),
    MODEL(graph_inputs_outside, -1, -1, "lists"),
    UNSUPPORTED(too_many_tensors, -1, -1, "4096 tensors"),
    UNSUPPORTED(too_many_ops, -1, -1, "4096 tensors"),
    UNSUPPORTED(too_many_graph_inputs, -1, -1, "more than 32 inputs"),
    UNSUPPORTED(too_many_graph_outputs, -1, -1, "more than 32 inputs"),
    MODEL(graph_input_that_is_no_tensor, -1, -1, "does not exist"),
    MODEL(graph_output_left_out, -1, -1, "does not exist"),
    MODEL(tensor_without_table, -1, 2, "outside"),
    MODEL(shape_outside, -1, 2, "shape"),
    MODEL(endless_shape, -1, 2, "shape"),
    UNSUPPORTED(sparse_tensor, -1, 1, "sparse"),
    UNSUPPORTED(float16_tensor, -1, 1, "type"),
    UNSUPPORTED(int4_tensor, -1, 1, "type"),
    UNSUPPORTED(tensor_of_negative_type, -1, 1, "type"),
    UNSUPPORTED(seven_dimensions, -1, 2, "6 dimensions"),
    UNSUPPORTED(unknown_dimension, -1, 2, "not fixed"),
    UNSUPPORTED(two_gigabytes, -1, 2, "2 GB"),
    UNSUPPORTED(shape_that_overflows_to_four, -1, 2, "2 GB"),
    UNSUPPORTED(shape_that_overflows_behind_a_zero, -1, 2, "2 GB"),
    MODEL(buffer_that_does_not_exist, -1, 1, "contradict"),
    MODEL(negative_buffer, -1, 1, "contradict"),
    MODEL(data_shorter_than_its_shape, -1, 1, "contradict"),
    MODEL(quantization_outside, -1, 2, "quantization"),
    MODEL(scales_outside, -1, 2, "quantization"),
    MODEL(endless_zero_points, -1, 2, "quantization"),
    MODEL(zero_points_for_other_channels, -1, 2, "contradict"),
    MODEL(zero_point_of_64_bits, -1, 2, "contradict"),
    MODEL(op_without_table, 1, -1, "outside"),
    MODEL(op_without_code, 1, -1, "code"),
    MODEL(op_with_negative_code_index, 1, -1, "code"),
    MODEL(op_code_outside, 1, -1, "code"),
    MODEL(op_inputs_outside, 1, -1, "outside"),
    MODEL(op_options_outside, 1, -1, "options"),
    MODEL(negative_op, 1, -1, "negative"),
    UNSUPPORTED(custom_op, 1, -1, "custom"),
    UNSUPPORTED(op_with_33_tensors, 1, -1, "32 inputs and outputs"),
    UNSUPPORTED(op_with_33_inputs, 1, -1, "more than 32 inputs"),
    MODEL(op_input_that_is_no_tensor, 1, -1, "does not exist"),
    MODEL(op_input_below_minus_1, 1, -1, "does not exist"),
    MODEL(op_output_left_out, 1, -1, "does not exist"),
    MODEL(op_without_output, 1, -1, "no output"),
};

static void each_rule_is_kept_and_named(void) {
    for (size_t i = 0; i < sizeof broken_files / sizeof broken_files[0]; i++) {
        const broken_file *broken = &broken_files[i];
        checks.about = broken->name;
        made_write(&file, &two_ops);
        broken->break_it();
        thimble_error error;
        memset(&error, 0x55, sizeof error);
        CHECK_EQUAL(open_exactly(file.bytes, file.byte_count, &error), broken->status);
        CHECK_EQUAL(error.status, broken->status);
        CHECK_SAYS(error.text, broken->says);
        CHECK_EQUAL(error.op_index, broken->op_index);
        CHECK_EQUAL(error.tensor_index, broken->tensor_index);
        CHECK_EQUAL(error.builtin_code, -1);
        CHECK(error.op_name == NULL);
        CHECK(error.file_offset < file.byte_count);
        CHECK_EQUAL(error.needed_bytes, 0);
        CHECK_EQUAL(open_exactly(file.bytes, file.byte_count, NULL), broken->status);
    }
}

static void a_failure_says_where_in_the_file(void) {
    thimble_error error;
    made_write(&file, &two_ops);
    float16_tensor();
    open_exactly(file.bytes, file.byte_count, &error);
    CHECK_EQUAL(error.file_offset, file.tensors[1]);
    made_write(&file, &two_ops);
    op_inputs_outside();
    open_exactly(file.bytes, file.byte_count, &error);
    CHECK_EQUAL(error.file_offset, file.ops[1]);
}

static void a_failure_leaves_the_model_untouched(void) {
    made_write(&file, &two_ops);
    op_without_output();
    thimble_model model, before;
    memset(&model, 0x33, sizeof model);
    before = model;
    CHECK_EQUAL(thimble_model_open(&model, file.bytes, file.byte_count, NULL), THIMBLE_ERR_MODEL);
    CHECK(memcmp(&model, &before, sizeof model) == 0);
}

static void a_success_leaves_the_error_untouched(void) {
    made_write(&file, &two_ops);
    thimble_model model;
    thimble_error error, before;
    memset(&error, 0x33, sizeof error);
    before = error;
    CHECK_EQUAL(thimble_model_open(&model, file.bytes, file.byte_count, &error), THIMBLE_OK);
    CHECK(memcmp(&error, &before, sizeof error) == 0);
}

static void wrong_arguments_are_refused(void) {
    made_write(&file, &two_ops);
    thimble_model model;
    thimble_error error = {0};
    CHECK_EQUAL(thimble_model_open(NULL, file.bytes, file.byte_count, &error), THIMBLE_ERR_ARGUMENT);
    CHECK_EQUAL(thimble_model_open(&model, NULL, file.byte_count, &error), THIMBLE_ERR_ARGUMENT);
    CHECK_EQUAL(thimble_model_open(&model, file.bytes + 8, 100, &error), THIMBLE_ERR_ARGUMENT);
    CHECK_EQUAL(thimble_model_open(&model, file.bytes, (size_t)INT32_MAX + 1, &error), THIMBLE_ERR_ARGUMENT);
    CHECK_EQUAL(error.status, THIMBLE_ERR_ARGUMENT);
    CHECK_SAYS(error.text, "aligned");
    CHECK_EQUAL(error.op_index, -1);
    CHECK_EQUAL(thimble_model_open(NULL, NULL, 0, NULL), THIMBLE_ERR_ARGUMENT);
}

static void a_file_cut_short_anywhere_is_refused(void) {
    made_write(&file, &two_ops);
    for (uint32_t bytes = 0; bytes + 2 < file.byte_count; bytes++) {  // the last byte ends the note, which is not text
        thimble_error error = {0};
        CHECK(open_exactly(file.bytes, bytes, &error) != THIMBLE_OK);
        CHECK(error.text != NULL);
    }
}

// ---- what is legal ------------------------------------------------------------------------------------------------

static thimble_status open_made(thimble_model *model) {
    return thimble_model_open(model, file.bytes, file.byte_count, NULL);
}

static void codes_come_from_the_field_that_has_them(void) {
    thimble_model model;
    thimble_op_info info;
    made_write(&file, &two_ops);
    made_remove(&file, file.op_codes[1], OP_CODE_BUILTIN);  // as old converters wrote
    made_remove(&file, file.op_codes[0], OP_CODE_DEPRECATED);
    CHECK_EQUAL(open_made(&model), THIMBLE_OK);
    CHECK(thimble_inspect_op(&model, 1, &info));
    CHECK_EQUAL(info.builtin_code, BUILTIN_RELU);
    made_set(&file, file.op_codes[1], OP_CODE_DEPRECATED, 127);  // as new ones write for codes above 127
    made_set(&file, file.op_codes[1], OP_CODE_BUILTIN, 150);
    CHECK_EQUAL(open_made(&model), THIMBLE_OK);
    CHECK(thimble_inspect_op(&model, 1, &info));
    CHECK_EQUAL(info.builtin_code, 150);
}

static void tensors_may_lack_everything(void) {
    thimble_model model;
    thimble_tensor_info info;
    made_write(&file, &two_ops);
    for (uint32_t field = TENSOR_SHAPE; field <= TENSOR_SPARSITY; field++) {
        made_remove(&file, file.tensors[0], field);
    }
    CHECK_EQUAL(open_made(&model), THIMBLE_OK);
    CHECK(thimble_inspect_tensor(&model, 0, &info));
    CHECK_EQUAL(info.tensor.rank, 0);
    CHECK_EQUAL(info.tensor.type, THIMBLE_FLOAT32);
    CHECK_EQUAL(info.tensor.data_bytes, 4);
    CHECK_EQUAL(info.scale_count, 0);
    CHECK(info.tensor.scale == 0);
    CHECK(strcmp(info.tensor.name, "") == 0);
    CHECK(!info.is_constant);
}

static void dimensions_of_zero_make_a_tensor_without_bytes(void) {
    thimble_model model;
    thimble_tensor_info info;
    made_write(&file, &two_ops);
    set_shape(1, 1 << 10, 0, 1 << 10);  // its buffer of 4 bytes is longer than that, and shorter than without the 0
    CHECK_EQUAL(open_made(&model), THIMBLE_OK);
    CHECK(thimble_inspect_tensor(&model, 1, &info));
    CHECK_EQUAL(info.tensor.data_bytes, 0);
    CHECK_EQUAL(info.element_count, 0);
}

static void empty_buffers_and_small_offsets_are_no_data(void) {
    thimble_model model;
    thimble_tensor_info info;
    made_write(&file, &two_ops);
    made_refer(&file, file.buffers[2], BUFFER_DATA, made_add_vector(&file, 0, 1, NULL));
    made_set(&file, file.buffers[2], BUFFER_OFFSET, 1);  // the schema: 0 and 1 are no offsets
    CHECK_EQUAL(open_made(&model), THIMBLE_OK);
    CHECK(thimble_inspect_tensor(&model, 1, &info));
    CHECK(!info.is_constant);
}

static void one_vector_may_serve_many(void) {
    thimble_model model;
    made_write(&file, &two_ops);
    const uint32_t shape = made_add_vector(&file, 2, 4, (const int32_t[]){1, 4});
    for (int i = 0; i < 4; i++) {
        made_refer(&file, file.tensors[i], TENSOR_SHAPE, shape);
    }
    CHECK_EQUAL(open_made(&model), THIMBLE_OK);
}

static void zero_points_may_be_one_for_each_channel(void) {
    thimble_model model;
    thimble_tensor_info info;
    made_write(&file, &two_ops);
    made_refer(&file, quantization_of(1), QUANTIZATION_SCALE,
               made_add_vector(&file, 4, 4, (const float[]){0.5f, 1, 2, 4}));
    made_refer(&file, quantization_of(1), QUANTIZATION_ZERO_POINT,
               made_add_vector(&file, 4, 8, (const int64_t[]){-7, 0, 0, 0}));
    CHECK_EQUAL(open_made(&model), THIMBLE_OK);
    CHECK(thimble_inspect_tensor(&model, 1, &info));
    CHECK_EQUAL(info.scale_count, 4);
    CHECK_EQUAL(info.tensor.zero_point, -7);
    CHECK(info.tensor.scale == 0.5f);
}

static const char *name_of(const thimble_model *model, int32_t tensor) {
    thimble_tensor_info info;
    return thimble_inspect_tensor(model, tensor, &info) ? info.tensor.name : NULL;
}

static void names_without_an_end_are_empty(void) {
    thimble_model model;
    made_write(&file, &two_ops);
    CHECK_EQUAL(open_made(&model), THIMBLE_OK);
    CHECK_SAYS(name_of(&model, 0), "picture");
    CHECK(strcmp(name_of(&model, 2), "") == 0);
    const uint32_t name = made_target(&file, file.tensors[0], TENSOR_NAME);
    file.bytes[name + 4 + 7] = 'x';
    CHECK(strcmp(name_of(&model, 0), "") == 0);
    made_set_u32(&file, name, 0xffffffff);  // longer than the file
    CHECK(strcmp(name_of(&model, 0), "") == 0);
    made_set(&file, file.tensors[0], TENSOR_NAME, OUTSIDE);
    CHECK(strcmp(name_of(&model, 0), "") == 0);
    CHECK_EQUAL(open_made(&model), THIMBLE_OK);
}

static void a_name_that_ends_with_the_file_has_no_end(void) {
    thimble_model model;
    made_write(&file, &two_ops);
    const uint32_t name = made_add_vector(&file, 3, 1, "abc");
    made_refer(&file, file.tensors[0], TENSOR_NAME, name);
    CHECK_EQUAL(thimble_model_open(&model, file.bytes, name + 4 + 4, NULL), THIMBLE_OK);
    CHECK_SAYS(name_of(&model, 0), "abc");
    uint8_t *cut = exact_memory(name + 4 + 3);
    memcpy(cut, file.bytes, name + 4 + 3);
    CHECK_EQUAL(thimble_model_open(&model, cut, name + 4 + 3, NULL), THIMBLE_OK);
    CHECK(strcmp(name_of(&model, 0), "") == 0);
    free(cut);
}

static void metadata_is_found_by_its_name(void) {
    thimble_model model;
    const void *data = NULL;
    size_t data_bytes = 0;
    made_write(&file, &two_ops);
    CHECK_EQUAL(open_made(&model), THIMBLE_OK);
    CHECK(thimble_model_metadata(&model, "note", &data, &data_bytes));
    CHECK_EQUAL(data_bytes, 5);
    CHECK(data_bytes == 5 && memcmp(data, "hello", 5) == 0);
    CHECK(!thimble_model_metadata(&model, "not", &data, &data_bytes));
    CHECK(!thimble_model_metadata(&model, "notes", &data, &data_bytes));
    made_set(&file, file.metadata, METADATA_BUFFER, 6);
    CHECK(!thimble_model_metadata(&model, "note", &data, &data_bytes));
    made_set(&file, file.metadata, METADATA_BUFFER, 0);  // the empty buffer
    CHECK(thimble_model_metadata(&model, "note", &data, &data_bytes));
    CHECK_EQUAL(data_bytes, 0);
    made_set_u32(&file, made_target(&file, file.model, MODEL_METADATA) + 4, OUTSIDE);
    CHECK(!thimble_model_metadata(&model, "note", &data, &data_bytes));
    made_remove(&file, file.model, MODEL_METADATA);
    CHECK_EQUAL(open_made(&model), THIMBLE_OK);
    CHECK(!thimble_model_metadata(&model, "note", &data, &data_bytes));
}

static void metadata_beyond_the_first_64_is_not_looked_at(void) {
    thimble_model model;
    const void *data;
    size_t data_bytes;
    made_write(&file, &two_ops);
    for (uint32_t place = 63; place <= 64; place++) {
        const uint32_t entries = made_add_vector(&file, place + 1, 4, NULL), entry = made_add_table(&file, 2);
        made_set_u32(&file, entries + 4 + 4 * place, entry - (entries + 4 + 4 * place));
        made_refer(&file, entry, METADATA_NAME, made_add_vector(&file, 4, 1, "note"));
        made_refer(&file, file.model, MODEL_METADATA, entries);
        CHECK_EQUAL(open_made(&model), THIMBLE_OK);
        CHECK(thimble_model_metadata(&model, "note", &data, &data_bytes) == (place < 64));
    }
}

static void the_version_is_the_header_s(void) {
    CHECK_EQUAL(thimble_version(), THIMBLE_VERSION);
}

int main(void) {
    RUN(each_rule_is_kept_and_named);
    RUN(a_failure_says_where_in_the_file);
    RUN(a_failure_leaves_the_model_untouched);
    RUN(a_success_leaves_the_error_untouched);
    RUN(wrong_arguments_are_refused);
    RUN(a_file_cut_short_anywhere_is_refused);
    RUN(codes_come_from_the_field_that_has_them);
    RUN(tensors_may_lack_everything);
    RUN(dimensions_of_zero_make_a_tensor_without_bytes);
    RUN(empty_buffers_and_small_offsets_are_no_data);
    RUN(one_vector_may_serve_many);
    RUN(zero_points_may_be_one_for_each_channel);
    RUN(names_without_an_end_are_empty);
    RUN(a_name_that_ends_with_the_file_has_no_end);
    RUN(metadata_is_found_by_its_name);
    RUN(metadata_beyond_the_first_64_is_not_looked_at);
    RUN(the_version_is_the_header_s);
    return check_result();
}
