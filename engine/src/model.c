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

static int32_t builtin_code(const uint8_t *file, uint32_t op_code) {
    // Old files have the code in an int8 field only, new ones in both.
    const int32_t deprecated = thimble_fb_field_i8(file, op_code, OP_CODE_DEPRECATED_BUILTIN, 0);
    const int32_t code = thimble_fb_field_i32(file, op_code, OP_CODE_BUILTIN, 0);
    return code > deprecated ? code : deprecated;
}

// The op that table `op` describes.
static void read_op(thimble_fb *fb, const thimble_model *model, uint32_t op, thimble_op_view *view) {
    const uint32_t op_code_index = (uint32_t)thimble_fb_field_i32(fb->file, op, OP_CODE_INDEX, 0);
    view->builtin_code = builtin_code(fb->file, thimble_fb_vector_table(fb, model->op_codes, op_code_index));
    view->options = thimble_fb_field_table(fb, op, OP_OPTIONS);
    view->inputs = thimble_fb_field_vector(fb, op, OP_INPUTS, 4);
    view->outputs = thimble_fb_field_vector(fb, op, OP_OUTPUTS, 4);
    view->input_count = thimble_fb_count(fb->file, view->inputs);
    view->output_count = thimble_fb_count(fb->file, view->outputs);
}

// The bytes of buffer `buffer_index`, a vector.
static uint32_t buffer_data(thimble_fb *fb, const thimble_model *model, uint32_t buffer_index) {
    return thimble_fb_field_vector(fb, thimble_fb_vector_table(fb, model->buffers, buffer_index), BUFFER_DATA, 1);
}

// The shape and the size that follows from it. Of more than THIMBLE_MAX_RANK dimensions, the first.
static void read_shape(thimble_fb *fb, uint32_t tensor, thimble_tensor_view *view) {
    const uint32_t shape = thimble_fb_field_vector(fb, tensor, TENSOR_SHAPE, 4);
    view->type = (thimble_type)thimble_fb_field_i8(fb->file, tensor, TENSOR_TYPE, 0);
    view->rank = (int32_t)thimble_fb_count(fb->file, shape);
    view->element_count = 1;
    for (uint32_t i = 0; i < (uint32_t)view->rank && i < THIMBLE_MAX_RANK; i++) {
        view->shape[i] = thimble_fb_i32(fb->file, thimble_fb_elements(shape) + 4 * i);
        view->element_count *= (uint32_t)view->shape[i];
    }
    view->data_bytes = view->element_count * thimble_type_bytes((int32_t)view->type);
}

// The tensor that table `tensor` describes, into *view, which is zeroed. All but the shape is right unless fb->damaged:
// that is set too where data or zero points do not fit the rest.
static void read_tensor(thimble_fb *fb, const thimble_model *model, uint32_t tensor, thimble_tensor_view *view) {
    read_shape(fb, tensor, view);

    const uint32_t buffer_index = (uint32_t)thimble_fb_field_i32(fb->file, tensor, TENSOR_BUFFER, 0);
    const uint32_t data = buffer_data(fb, model, buffer_index);
    const uint32_t data_bytes = thimble_fb_count(fb->file, data);
    if (data_bytes >= view->data_bytes) {
        view->constant = thimble_fb_elements(data);  // of no bytes to read, any position will do
    } else {
        fb->damaged |= data_bytes != 0;
    }

    const uint32_t quantization = thimble_fb_field_table(fb, tensor, TENSOR_QUANTIZATION);
    const uint32_t scales = thimble_fb_field_vector(fb, quantization, QUANTIZATION_SCALE, 4);
    const uint32_t zero_points = thimble_fb_field_vector(fb, quantization, QUANTIZATION_ZERO_POINT, 8);
    const uint32_t zero_point_count = thimble_fb_count(fb->file, zero_points);
    view->quantized_dimension = thimble_fb_field_i32(fb->file, quantization, QUANTIZATION_DIMENSION, 0);
    view->scales = thimble_fb_elements(scales);
    view->scale_count = thimble_fb_count(fb->file, scales);
    if (view->scale_count != 0) {
        view->scale = thimble_fb_f32(fb->file, view->scales);
    }
    if (zero_point_count != 0) {
        view->zero_point = thimble_fb_i32(fb->file, thimble_fb_elements(zero_points));
        const int32_t high = thimble_fb_i32(fb->file, thimble_fb_elements(zero_points) + 4);
        fb->damaged |=
            high != view->zero_point >> 31 || (zero_point_count != 1 && zero_point_count != view->scale_count);
    }
}

void thimble_model_op(const thimble_model *model, uint32_t op_index, thimble_op_view *view) {
    thimble_fb fb = thimble_model_fb(model);
    read_op(&fb, model, thimble_fb_vector_table(&fb, model->ops, op_index), view);
}

void thimble_model_tensor(const thimble_model *model, int32_t tensor_index, thimble_tensor_view *view) {
    thimble_fb fb = thimble_model_fb(model);
    memset(view, 0, sizeof *view);
    view->index = tensor_index;
    if (tensor_index != THIMBLE_NO_TENSOR) {
        read_tensor(&fb, model, thimble_fb_vector_table(&fb, model->tensors, (uint32_t)tensor_index), view);
    }
}

int32_t thimble_model_tensor_index(const thimble_model *model, uint32_t vector, uint32_t index) {
    if (vector == 0 || index >= thimble_fb_u32(model->file, vector)) {
        return THIMBLE_NO_TENSOR;
    }
    return thimble_fb_i32(model->file, thimble_fb_elements(vector) + 4 * index);
}

void thimble_model_tensor_at(const thimble_model *model, uint32_t vector, uint32_t index, thimble_tensor_view *view) {
    thimble_model_tensor(model, thimble_model_tensor_index(model, vector, index), view);
}

bool thimble_model_is_variable(const thimble_model *model, int32_t tensor_index) {
    thimble_fb fb = thimble_model_fb(model);
    const uint32_t table = thimble_fb_vector_table(&fb, model->tensors, (uint32_t)tensor_index);
    return thimble_fb_field_i8(fb.file, table, TENSOR_VARIABLE, 0) != 0;
}

// The zero-terminated text that is vector `text`; "" if there is none or its end is missing.
static const char *text_at(const thimble_fb *fb, uint32_t text) {
    const uint32_t end = thimble_fb_elements(text) + thimble_fb_count(fb->file, text);
    const bool ends = text != 0 && end < fb->file_bytes && fb->file[end] == 0;
    return ends ? (const char *)fb->file + thimble_fb_elements(text) : "";
}

thimble_tensor thimble_model_describe(const thimble_model *model, int32_t tensor_index, void *data) {
    thimble_fb fb = thimble_model_fb(model);
    const uint32_t table = thimble_fb_vector_table(&fb, model->tensors, (uint32_t)tensor_index);
    const char *name = text_at(&fb, thimble_fb_field_vector(&fb, table, TENSOR_NAME, 1));
    thimble_tensor_view view;
    thimble_model_tensor(model, tensor_index, &view);
    thimble_tensor tensor = {.data = data, .data_bytes = view.data_bytes, .name = name};
    memcpy(tensor.shape, view.shape, sizeof tensor.shape);
    tensor.type = view.type;
    tensor.rank = view.rank;
    tensor.scale = view.scale;
    tensor.zero_point = view.zero_point;
    return tensor;
}

bool thimble_model_metadata(const thimble_model *model, const char *name, const void **data, size_t *data_bytes) {
    thimble_fb fb = thimble_model_fb(model);
    for (uint32_t i = 0; i < MAX_METADATA && i < thimble_fb_count(fb.file, model->metadata); i++) {
        const uint32_t entry = thimble_fb_vector_table(&fb, model->metadata, i);
        if (strcmp(text_at(&fb, thimble_fb_field_vector(&fb, entry, METADATA_NAME, 1)), name) == 0) {
            fb.damaged = false;
            const uint32_t buffer_index = (uint32_t)thimble_fb_field_i32(fb.file, entry, METADATA_BUFFER, 0);
            const uint32_t bytes = buffer_data(&fb, model, buffer_index);
            *data = fb.file + thimble_fb_elements(bytes);
            *data_bytes = thimble_fb_count(fb.file, bytes);
            return !fb.damaged;
        }
    }
    return false;
}

// ---- checking -----------------------------------------------------------------------------------------------------

typedef struct thimble_opening {
    thimble_fb fb;
    thimble_model model;  // as far as it is read
    thimble_error error;  // what would be wrong here: op_index, tensor_index and file_offset of what is being checked
} thimble_opening;

#define REQUIRE_STATUS(condition, status, what) \
    do {                                        \
        if (!(condition)) {                     \
            THIMBLE_SAY(&opening->error, what); \
            return status;                      \
        }                                       \
    } while (0)
#define REQUIRE(condition, what) REQUIRE_STATUS(condition, THIMBLE_ERR_MODEL, what)
#define REQUIRE_SUPPORTED(condition, what) REQUIRE_STATUS(condition, THIMBLE_ERR_UNSUPPORTED, what)

static thimble_status check_buffers(thimble_opening *opening) {
    thimble_fb *fb = &opening->fb;
    const uint32_t buffers = opening->model.buffers, count = thimble_fb_count(fb->file, buffers);
    REQUIRE_SUPPORTED(count <= THIMBLE_MAX_BUFFERS, "the file has more than 16384 buffers");
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t buffer = thimble_fb_vector_table(fb, buffers, i);
        opening->error.file_offset = thimble_fb_elements(buffers) + 4 * i;
        thimble_fb_field_vector(fb, buffer, BUFFER_DATA, 1);
        REQUIRE(!fb->damaged, "a buffer lies outside the file: the file is damaged or cut short");
        const uint32_t offset = thimble_fb_field(fb->file, buffer, BUFFER_OFFSET, 8);
        REQUIRE_SUPPORTED(offset == 0 ||
                              (thimble_fb_u32(fb->file, offset) <= 1 && thimble_fb_u32(fb->file, offset + 4) == 0),
                          "weights are stored outside the flatbuffer: convert to a file below 2 GB");
    }
    return THIMBLE_OK;
}

static thimble_status check_tensor(thimble_opening *opening, uint32_t tensor) {
    thimble_fb *fb = &opening->fb;
    opening->error.file_offset = tensor;
    thimble_tensor_view view = {0};
    read_tensor(fb, &opening->model, tensor, &view);
    REQUIRE_SUPPORTED(thimble_fb_field(fb->file, tensor, TENSOR_SPARSITY, 4) == 0,
                      "sparse tensors are not supported: convert without sparsity");
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

// Whether a vector of tensor indices has at most 32, each at least `lowest` and the number of a tensor.
static thimble_status check_indices(thimble_opening *opening, uint32_t indices, int32_t lowest) {
    const thimble_model *model = &opening->model;
    const uint32_t count = thimble_fb_count(model->file, indices);
    REQUIRE_SUPPORTED(count <= THIMBLE_MAX_OP_TENSORS, "the op or the graph has more than 32 inputs or outputs");
    for (uint32_t i = 0; i < count; i++) {
        const int32_t index = thimble_model_tensor_index(model, indices, i);
        REQUIRE(index >= lowest && index < (int32_t)model->tensor_count,
                "the op or the graph names a tensor that does not exist");
    }
    return THIMBLE_OK;
}

static thimble_status check_op(thimble_opening *opening, uint32_t table) {
    const thimble_model *model = &opening->model;
    opening->error.file_offset = table;
    thimble_op_view op;
    read_op(&opening->fb, model, table, &op);
    REQUIRE(!opening->fb.damaged, "the op's code, options, inputs or outputs lie outside the file");
    REQUIRE(op.builtin_code >= 0, "the op's code is negative");
    REQUIRE_SUPPORTED(op.builtin_code != THIMBLE_BUILTIN_CUSTOM,
                      "custom ops are not supported: convert with built-in ops only");
    THIMBLE_TRY(check_indices(opening, op.inputs, THIMBLE_NO_TENSOR));
    THIMBLE_TRY(check_indices(opening, op.outputs, 0));
    REQUIRE_SUPPORTED(op.input_count + op.output_count <= THIMBLE_MAX_OP_TENSORS,
                      "the op has more than 32 inputs and outputs");
    REQUIRE(op.output_count != 0, "the op has no output");
    return THIMBLE_OK;
}

static thimble_status check_subgraph(thimble_opening *opening, uint32_t subgraph) {
    thimble_fb *fb = &opening->fb;
    thimble_model *model = &opening->model;
    opening->error.file_offset = subgraph;
    model->tensors = thimble_fb_field_vector(fb, subgraph, SUBGRAPH_TENSORS, 4);
    model->inputs = thimble_fb_field_vector(fb, subgraph, SUBGRAPH_INPUTS, 4);
    model->outputs = thimble_fb_field_vector(fb, subgraph, SUBGRAPH_OUTPUTS, 4);
    model->ops = thimble_fb_field_vector(fb, subgraph, SUBGRAPH_OPS, 4);
    model->tensor_count = thimble_fb_count(fb->file, model->tensors);
    model->op_count = thimble_fb_count(fb->file, model->ops);
    REQUIRE(!fb->damaged, "the graph's lists lie outside the file");
    REQUIRE_SUPPORTED(model->tensor_count <= THIMBLE_MAX_TENSORS && model->op_count <= THIMBLE_MAX_OPS,
                      "the graph has more than 4096 tensors or ops");
    THIMBLE_TRY(check_indices(opening, model->inputs, 0));
    THIMBLE_TRY(check_indices(opening, model->outputs, 0));
    for (uint32_t i = 0; i < model->tensor_count; i++) {
        opening->error.tensor_index = (int32_t)i;
        THIMBLE_TRY(check_tensor(opening, thimble_fb_vector_table(fb, model->tensors, i)));
    }
    opening->error.tensor_index = -1;
    for (uint32_t i = 0; i < model->op_count; i++) {
        opening->error.op_index = (int32_t)i;
        THIMBLE_TRY(check_op(opening, thimble_fb_vector_table(fb, model->ops, i)));
    }
    return THIMBLE_OK;
}

static thimble_status check_model(thimble_opening *opening) {
    thimble_fb *fb = &opening->fb;
    thimble_model *model = &opening->model;
    REQUIRE(fb->file_bytes >= 8 && memcmp(fb->file + 4, "TFL3", 4) == 0,
            "this is not a .tflite file: the identifier TFL3 is missing");
    const uint32_t root = thimble_fb_u32(fb->file, 0);
    REQUIRE(thimble_fb_check_table(fb, root), "the file is damaged or cut short: its root table lies outside");
    REQUIRE_SUPPORTED(thimble_fb_field_i32(fb->file, root, MODEL_VERSION, 0) == SCHEMA_VERSION,
                      "the file's schema version is not 3");
    opening->error.file_offset = root;
    const uint32_t subgraphs = thimble_fb_field_vector(fb, root, MODEL_SUBGRAPHS, 4);
    model->op_codes = thimble_fb_field_vector(fb, root, MODEL_OP_CODES, 4);
    model->buffers = thimble_fb_field_vector(fb, root, MODEL_BUFFERS, 4);
    model->metadata = thimble_fb_field_vector(fb, root, MODEL_METADATA, 4);
    REQUIRE(!fb->damaged, "the file is damaged or cut short: its lists lie outside");
    REQUIRE_SUPPORTED(thimble_fb_count(fb->file, subgraphs) == 1,
                      "the file has no or more than one subgraph (control flow, several signatures)");
    THIMBLE_TRY(check_buffers(opening));
    const void *compression;
    size_t compression_bytes;
    REQUIRE_SUPPORTED(!thimble_model_metadata(model, "COMPRESSION_METADATA", &compression, &compression_bytes),
                      "the weights are compressed (TFLM look-up tables): convert without");
    return check_subgraph(opening, thimble_fb_vector_table(fb, subgraphs, 0));
}

thimble_status thimble_model_open(thimble_model *model, const void *file, size_t file_bytes, thimble_error *error) {
    thimble_opening opening = {.fb = {.file = file, .file_bytes = (uint32_t)file_bytes},
                               .model = {.file = file, .file_bytes = (uint32_t)file_bytes}};
    thimble_status status = THIMBLE_ERR_ARGUMENT;
    thimble_error_start(&opening.error);
    THIMBLE_SAY(&opening.error, "the file has to be in memory, aligned to 16 bytes and below 2 GB");
    if (model != NULL && file != NULL && (uintptr_t)file % THIMBLE_ALIGNMENT == 0 && file_bytes <= INT32_MAX) {
        status = check_model(&opening);
    }
    if (status == THIMBLE_OK) {
        *model = opening.model;
    }
    return thimble_error_end(&opening.error, status, error);
}

uint32_t thimble_version(void) {
    return THIMBLE_VERSION;
}
