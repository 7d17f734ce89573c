// model.c - opens a .tflite: checks every table, vector and index that will be read, and reads them back.
//
// Field numbers are those of the public TFLite schema, version 3 (tensorflow/compiler/mlir/lite/schema/schema.fbs).
//
// SPDX-License-Identifier: Apache-2.0
#include "model.h"

#include "error.h"

enum { MODEL_VERSION, MODEL_OP_CODES, MODEL_SUBGRAPHS, MODEL_DESCRIPTION, MODEL_BUFFERS, MODEL_METADATA = 6 };
enum { SUBGRAPH_TENSORS, SUBGRAPH_INPUTS, SUBGRAPH_OUTPUTS, SUBGRAPH_OPS };
enum { TENSOR_SHAPE, TENSOR_TYPE, TENSOR_BUFFER, TENSOR_NAME, TENSOR_QUANTIZATION, TENSOR_VARIABLE, TENSOR_SPARSITY };
enum { QUANTIZATION_SCALE = 2, QUANTIZATION_ZERO_POINT, QUANTIZATION_DIMENSION = 6 };
enum { BUFFER_DATA, BUFFER_OFFSET, BUFFER_SIZE };
enum { OP_CODE_INDEX, OP_INPUTS, OP_OUTPUTS, OP_OPTIONS = 4 };
enum { OP_CODE_DEPRECATED_BUILTIN, OP_CODE_BUILTIN = 3 };
enum { METADATA_NAME, METADATA_BUFFER };
enum { SCHEMA_VERSION = 3, MAX_METADATA = 64 };

uint32_t thimble_type_bytes(int32_t type) {
    switch (type) {
    case THIMBLE_FLOAT32:
    case THIMBLE_INT32:
        return 4;
    case THIMBLE_UINT8:
    case THIMBLE_BOOL:
    case THIMBLE_INT8:
        return 1;
    case THIMBLE_INT16:
        return 2;
    case THIMBLE_INT64:
        return 8;
    default:
        return 0;
    }
}

// ---- reading back -------------------------------------------------------------------------------------------------

// A vector of checked file position `vector`, as the model struct keeps them; 0 is an empty one.
static thimble_fb_vector vector_at(const thimble_model *model, uint32_t vector) {
    if (vector == 0) {
        return (thimble_fb_vector){0, 0};
    }
    return (thimble_fb_vector){vector, thimble_fb_u32(model->file, vector - 4)};
}

thimble_fb_vector thimble_model_inputs(const thimble_model *model) {
    return vector_at(model, model->inputs);
}

thimble_fb_vector thimble_model_outputs(const thimble_model *model) {
    return vector_at(model, model->outputs);
}

static int32_t builtin_code(const thimble_fb *fb, uint32_t op_code) {
    // Old files have the code in an int8 field only, new ones in both.
    const int32_t deprecated = thimble_fb_field_i8(fb, op_code, OP_CODE_DEPRECATED_BUILTIN, 0);
    const int32_t code = thimble_fb_field_i32(fb, op_code, OP_CODE_BUILTIN, 0);
    return code > deprecated ? code : deprecated;
}

// The op that table `op` describes.
static thimble_op_view read_op(thimble_fb *fb, const thimble_model *model, uint32_t op) {
    const uint32_t op_code_index = (uint32_t)thimble_fb_field_i32(fb, op, OP_CODE_INDEX, 0);
    const uint32_t op_code = thimble_fb_vector_table(fb, vector_at(model, model->op_codes), op_code_index);
    return (thimble_op_view){.builtin_code = builtin_code(fb, op_code),
                             .options = thimble_fb_field_table(fb, op, OP_OPTIONS),
                             .inputs = thimble_fb_field_vector(fb, op, OP_INPUTS, 4),
                             .outputs = thimble_fb_field_vector(fb, op, OP_OUTPUTS, 4)};
}

// The bytes of buffer `buffer_index`; count 0 if it is empty.
static thimble_fb_vector buffer_data(thimble_fb *fb, const thimble_model *model, uint32_t buffer_index) {
    const uint32_t buffer = thimble_fb_vector_table(fb, vector_at(model, model->buffers), buffer_index);
    return thimble_fb_field_vector(fb, buffer, BUFFER_DATA, 1);
}

// The shape and the size that follows from it. Of more than THIMBLE_MAX_RANK dimensions, the first.
static void read_shape(thimble_fb *fb, uint32_t tensor, thimble_tensor_view *view) {
    const thimble_fb_vector shape = thimble_fb_field_vector(fb, tensor, TENSOR_SHAPE, 4);
    view->type = (thimble_type)thimble_fb_field_i8(fb, tensor, TENSOR_TYPE, 0);
    view->rank = (int32_t)shape.count;
    view->element_count = 1;
    for (uint32_t i = 0; i < shape.count && i < THIMBLE_MAX_RANK; i++) {
        view->shape[i] = thimble_fb_i32(fb->file, shape.first + 4 * i);
        view->element_count *= (uint32_t)view->shape[i];
    }
    view->data_bytes = view->element_count * thimble_type_bytes((int32_t)view->type);
}

// The tensor that table `tensor` describes. Of the view, all but the shape is right unless fb->damaged: that is set too
// where data or zero points do not fit the rest.
static thimble_tensor_view read_tensor(thimble_fb *fb, const thimble_model *model, uint32_t tensor) {
    thimble_tensor_view view = {0};
    read_shape(fb, tensor, &view);

    const uint32_t buffer_index = (uint32_t)thimble_fb_field_i32(fb, tensor, TENSOR_BUFFER, 0);
    const thimble_fb_vector data = buffer_data(fb, model, buffer_index);
    view.constant = data.first;
    if (data.count < view.data_bytes) {
        fb->damaged |= data.count != 0;
        view.constant = 0;
    } else if (data.count == 0) {
        view.constant = 4;  // no bytes to read: any position will do
    }

    const uint32_t quantization = thimble_fb_field_table(fb, tensor, TENSOR_QUANTIZATION);
    const thimble_fb_vector scales = thimble_fb_field_vector(fb, quantization, QUANTIZATION_SCALE, 4);
    const thimble_fb_vector zero_points = thimble_fb_field_vector(fb, quantization, QUANTIZATION_ZERO_POINT, 8);
    view.quantized_dimension = thimble_fb_field_i32(fb, quantization, QUANTIZATION_DIMENSION, 0);
    view.scales = scales.first;
    view.scale_count = scales.count;
    if (scales.count != 0) {
        view.scale = thimble_fb_f32(fb->file, scales.first);
    }
    if (zero_points.count != 0) {
        view.zero_point = thimble_fb_i32(fb->file, zero_points.first);
        const int32_t high = thimble_fb_i32(fb->file, zero_points.first + 4);
        fb->damaged |= high != view.zero_point >> 31 || (zero_points.count != 1 && zero_points.count != scales.count);
    }
    return view;
}

thimble_op_view thimble_model_op(const thimble_model *model, uint32_t op_index) {
    thimble_fb fb = thimble_model_fb(model);
    return read_op(&fb, model, thimble_fb_vector_table(&fb, vector_at(model, model->ops), op_index));
}

static uint32_t tensor_table(thimble_fb *fb, const thimble_model *model, int32_t tensor_index) {
    return thimble_fb_vector_table(fb, vector_at(model, model->tensors), (uint32_t)tensor_index);
}

thimble_tensor_view thimble_model_tensor(const thimble_model *model, int32_t tensor_index) {
    thimble_fb fb = thimble_model_fb(model);
    thimble_tensor_view view = read_tensor(&fb, model, tensor_table(&fb, model, tensor_index));
    view.index = tensor_index;
    return view;
}

// The zero-terminated text at `position`; "" if there is none or its end is missing.
static const char *text_at(const thimble_fb *fb, thimble_fb_vector text) {
    const bool ends =
        text.first != 0 && text.count < fb->file_bytes - text.first && fb->file[text.first + text.count] == 0;
    return ends ? (const char *)fb->file + text.first : "";
}

thimble_tensor thimble_model_describe(const thimble_model *model, int32_t tensor_index, void *data) {
    thimble_fb fb = thimble_model_fb(model);
    const thimble_tensor_view view = thimble_model_tensor(model, tensor_index);
    const thimble_fb_vector name = thimble_fb_field_vector(&fb, tensor_table(&fb, model, tensor_index), TENSOR_NAME, 1);
    thimble_tensor tensor = {.data = data,
                             .data_bytes = view.data_bytes,
                             .name = text_at(&fb, name),
                             .type = view.type,
                             .rank = view.rank,
                             .scale = view.scale,
                             .zero_point = view.zero_point};
    memcpy(tensor.shape, view.shape, sizeof tensor.shape);
    return tensor;
}

bool thimble_model_metadata(const thimble_model *model, const char *name, const void **data, size_t *data_bytes) {
    thimble_fb fb = thimble_model_fb(model);
    const thimble_fb_vector entries = vector_at(model, model->metadata);
    for (uint32_t i = 0; i < entries.count && i < MAX_METADATA; i++) {
        const uint32_t entry = thimble_fb_vector_table(&fb, entries, i);
        if (strcmp(text_at(&fb, thimble_fb_field_vector(&fb, entry, METADATA_NAME, 1)), name) == 0) {
            fb.damaged = false;
            const thimble_fb_vector bytes =
                buffer_data(&fb, model, (uint32_t)thimble_fb_field_i32(&fb, entry, METADATA_BUFFER, 0));
            if (fb.damaged) {
                return false;
            }
            *data = model->file + bytes.first;
            *data_bytes = bytes.count;
            return true;
        }
    }
    return false;
}

// ---- checking -----------------------------------------------------------------------------------------------------

// What is being opened, and where: for the messages.
typedef struct thimble_opening {
    thimble_fb fb;
    thimble_model *model;
    thimble_error *error;
    int32_t op_index, tensor_index;
    uint32_t position;  // of the table being checked
} thimble_opening;

static thimble_status refuse(const thimble_opening *opening, thimble_status status, const char *text) {
    thimble_fail(opening->error, status, text);
    if (opening->error != NULL) {
        opening->error->op_index = opening->op_index;
        opening->error->tensor_index = opening->tensor_index;
        opening->error->file_offset = opening->position;
    }
    return status;
}

#define REQUIRE_STATUS(condition, status, text)                 \
    do {                                                        \
        if (!(condition)) {                                     \
            return refuse(opening, status, THIMBLE_TEXT(text)); \
        }                                                       \
    } while (0)
#define REQUIRE(condition, text) REQUIRE_STATUS(condition, THIMBLE_ERR_MODEL, text)
#define REQUIRE_SUPPORTED(condition, text) REQUIRE_STATUS(condition, THIMBLE_ERR_UNSUPPORTED, text)

static thimble_status check_buffers(thimble_opening *opening, thimble_fb_vector buffers) {
    thimble_fb *fb = &opening->fb;
    for (uint32_t i = 0; i < buffers.count; i++) {
        const uint32_t buffer = thimble_fb_vector_table(fb, buffers, i);
        opening->position = buffers.first + 4 * i;
        thimble_fb_field_vector(fb, buffer, BUFFER_DATA, 1);
        REQUIRE(!fb->damaged, "a buffer lies outside the file: the file is damaged or cut short");
        const uint32_t offset = thimble_fb_field(fb, buffer, BUFFER_OFFSET, 8);
        REQUIRE_SUPPORTED(offset == 0 ||
                              (thimble_fb_u32(fb->file, offset) <= 1 && thimble_fb_u32(fb->file, offset + 4) == 0),
                          "weights are stored outside the flatbuffer: convert to a file below 2 GB");
    }
    return THIMBLE_OK;
}

static thimble_status check_tensor(thimble_opening *opening, uint32_t tensor) {
    thimble_fb *fb = &opening->fb;
    opening->position = tensor;
    const thimble_tensor_view view = read_tensor(fb, opening->model, tensor);
    REQUIRE_SUPPORTED(thimble_fb_field(fb, tensor, TENSOR_SPARSITY, 4) == 0,
                      "sparse tensors are not supported: convert without sparsity");
    REQUIRE_SUPPORTED(thimble_fb_field_i8(fb, tensor, TENSOR_VARIABLE, 0) == 0,
                      "variable tensors (state kept between runs) are not supported");
    uint32_t bound = thimble_type_bytes((int32_t)view.type);  // size with dimensions of 0 counted as 1
    REQUIRE_SUPPORTED(bound != 0, "the tensor's type is not supported (int4, float16, string, complex ...)");
    REQUIRE_SUPPORTED((uint32_t)view.rank <= THIMBLE_MAX_RANK, "the tensor has more than 6 dimensions");
    for (int32_t i = 0; i < view.rank; i++) {
        REQUIRE_SUPPORTED(view.shape[i] >= 0, "the tensor's shape is not fixed: convert with a fixed batch size");
        const uint32_t dimension = view.shape[i] == 0 ? 1 : (uint32_t)view.shape[i];
        REQUIRE_SUPPORTED(bound <= INT32_MAX / dimension, "the tensor is larger than 2 GB");
        bound *= dimension;
    }
    REQUIRE(!fb->damaged,
            "the tensor's shape, data or quantization lies outside the file, or they contradict each other");
    return THIMBLE_OK;
}

static bool indices_in_range(const thimble_fb *fb, thimble_fb_vector indices, uint32_t count, int32_t lowest) {
    for (uint32_t i = 0; i < indices.count; i++) {
        const int32_t index = thimble_fb_i32(fb->file, indices.first + 4 * i);
        if (index < lowest || index >= (int32_t)count) {
            return false;
        }
    }
    return true;
}

static thimble_status check_op(thimble_opening *opening, uint32_t table) {
    thimble_fb *fb = &opening->fb;
    opening->position = table;
    const uint32_t tensor_count = opening->model->tensor_count;
    const thimble_op_view op = read_op(fb, opening->model, table);
    REQUIRE(!fb->damaged, "the op's code, options, inputs or outputs lie outside the file");
    REQUIRE(op.builtin_code >= 0, "the op's code is negative");
    REQUIRE_SUPPORTED(op.builtin_code != THIMBLE_BUILTIN_CUSTOM,
                      "custom ops are not supported: convert with built-in ops only");
    REQUIRE_SUPPORTED(op.inputs.count <= THIMBLE_MAX_OP_TENSORS &&
                          op.outputs.count <= THIMBLE_MAX_OP_TENSORS - op.inputs.count,
                      "the op has more than 32 inputs and outputs");
    REQUIRE(indices_in_range(fb, op.inputs, tensor_count, THIMBLE_NO_TENSOR) &&
                indices_in_range(fb, op.outputs, tensor_count, 0) && op.outputs.count != 0,
            "the op names a tensor that does not exist, or has no output");
    return THIMBLE_OK;
}

static thimble_status check_subgraph(thimble_opening *opening, uint32_t subgraph) {
    thimble_fb *fb = &opening->fb;
    thimble_model *model = opening->model;
    opening->position = subgraph;
    const thimble_fb_vector tensors = thimble_fb_field_vector(fb, subgraph, SUBGRAPH_TENSORS, 4);
    const thimble_fb_vector inputs = thimble_fb_field_vector(fb, subgraph, SUBGRAPH_INPUTS, 4);
    const thimble_fb_vector outputs = thimble_fb_field_vector(fb, subgraph, SUBGRAPH_OUTPUTS, 4);
    const thimble_fb_vector ops = thimble_fb_field_vector(fb, subgraph, SUBGRAPH_OPS, 4);
    REQUIRE(!fb->damaged, "the graph's lists lie outside the file");
    REQUIRE_SUPPORTED(tensors.count <= THIMBLE_MAX_TENSORS && ops.count <= THIMBLE_MAX_OPS &&
                          inputs.count <= THIMBLE_MAX_OP_TENSORS && outputs.count <= THIMBLE_MAX_OP_TENSORS,
                      "the graph is too large (4096 tensors, 4096 ops, 32 inputs, 32 outputs)");
    REQUIRE(indices_in_range(fb, inputs, tensors.count, 0) && indices_in_range(fb, outputs, tensors.count, 0),
            "a graph input or output names a tensor that does not exist");
    model->tensors = tensors.first;
    model->tensor_count = tensors.count;
    model->inputs = inputs.first;
    model->outputs = outputs.first;
    model->ops = ops.first;
    model->op_count = ops.count;
    for (uint32_t i = 0; i < tensors.count; i++) {
        opening->tensor_index = (int32_t)i;
        THIMBLE_TRY(check_tensor(opening, thimble_fb_vector_table(fb, tensors, i)));
    }
    opening->tensor_index = -1;
    for (uint32_t i = 0; i < ops.count; i++) {
        opening->op_index = (int32_t)i;
        THIMBLE_TRY(check_op(opening, thimble_fb_vector_table(fb, ops, i)));
    }
    opening->op_index = -1;
    return THIMBLE_OK;
}

static thimble_status check_model(thimble_opening *opening) {
    thimble_fb *fb = &opening->fb;
    thimble_model *model = opening->model;
    REQUIRE(fb->file_bytes >= 8 && memcmp(fb->file + 4, "TFL3", 4) == 0,
            "this is not a .tflite file: the identifier TFL3 is missing");
    const uint32_t root = thimble_fb_u32(fb->file, 0);
    REQUIRE(thimble_fb_check_table(fb, root), "the file is damaged or cut short: its root table lies outside");
    REQUIRE_SUPPORTED(thimble_fb_field_i32(fb, root, MODEL_VERSION, 0) == SCHEMA_VERSION,
                      "the file's schema version is not 3");
    opening->position = root;
    const thimble_fb_vector op_codes = thimble_fb_field_vector(fb, root, MODEL_OP_CODES, 4);
    const thimble_fb_vector subgraphs = thimble_fb_field_vector(fb, root, MODEL_SUBGRAPHS, 4);
    const thimble_fb_vector buffers = thimble_fb_field_vector(fb, root, MODEL_BUFFERS, 4);
    const thimble_fb_vector metadata = thimble_fb_field_vector(fb, root, MODEL_METADATA, 4);
    REQUIRE(!fb->damaged, "the file is damaged or cut short: its lists lie outside");
    REQUIRE_SUPPORTED(subgraphs.count == 1,
                      "the file has no or more than one subgraph (control flow, several signatures)");
    REQUIRE_SUPPORTED(buffers.count <= THIMBLE_MAX_BUFFERS, "the file has more than 16384 buffers");
    model->op_codes = op_codes.first;
    model->buffers = buffers.first;
    model->metadata = metadata.first;
    THIMBLE_TRY(check_buffers(opening, buffers));
    const void *compression;
    size_t compression_bytes;
    REQUIRE_SUPPORTED(!thimble_model_metadata(model, "COMPRESSION_METADATA", &compression, &compression_bytes),
                      "the weights are compressed (TFLM look-up tables): convert without");
    return check_subgraph(opening, thimble_fb_vector_table(fb, subgraphs, 0));
}

thimble_status thimble_model_open(thimble_model *model, const void *file, size_t file_bytes, thimble_error *error) {
    if (model == NULL || file == NULL || (uintptr_t)file % THIMBLE_ALIGNMENT != 0 || file_bytes > INT32_MAX) {
        return thimble_fail(error, THIMBLE_ERR_ARGUMENT,
                            THIMBLE_TEXT("the file has to be in memory, aligned to 16 bytes and below 2 GB"));
    }
    thimble_model opened = {.file = file, .file_bytes = (uint32_t)file_bytes};
    thimble_opening opening = {
        .fb = thimble_model_fb(&opened), .model = &opened, .error = error, .op_index = -1, .tensor_index = -1};
    THIMBLE_TRY(check_model(&opening));
    *model = opened;
    return THIMBLE_OK;
}

uint32_t thimble_version(void) {
    return THIMBLE_VERSION;
}
