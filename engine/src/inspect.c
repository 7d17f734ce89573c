// inspect.c - reads ops and tensors of an opened model for tools, and counts multiply-accumulates.
//
//     CONV_2D            output elements * filter_h * filter_w * filter_input_channels   filter [out][h][w][in]
//     DEPTHWISE_CONV_2D  output elements * filter_h * filter_w                           filter [1][h][w][out]
//     FULLY_CONNECTED    output elements * input_depth                                   weights [out][in]
//
// SPDX-License-Identifier: Apache-2.0
#include "../include/thimble/thimble_inspect.h"

#include "model.h"
#include "op.h"

// Field numbers of the TFLite schema.
enum { OP_CODE_INDEX = 0, OP_CODE_VERSION = 2 };
enum { BUILTIN_CONV_2D = 3, BUILTIN_DEPTHWISE_CONV_2D = 4, BUILTIN_FULLY_CONNECTED = 9 };

// The product, or UINT64_MAX if it does not fit.
static uint64_t times(uint64_t a, int32_t b) {
    return b > 0 && a > UINT64_MAX / (uint32_t)b ? UINT64_MAX : a * (uint32_t)b;
}

static uint64_t mac_count(const thimble_model *model, const thimble_op_info *op) {
    if (op->input_count < 2 || op->output_count < 1 || op->inputs[1] < 0) {
        return 0;
    }
    thimble_tensor_view weights, output;
    thimble_model_tensor(model, op->inputs[1], &weights);
    thimble_model_tensor(model, op->outputs[0], &output);
    const uint64_t outputs = output.element_count;
    switch (op->builtin_code) {
    case BUILTIN_CONV_2D:
        return weights.rank == 4 ? times(times(times(outputs, weights.shape[1]), weights.shape[2]), weights.shape[3])
                                 : 0;
    case BUILTIN_DEPTHWISE_CONV_2D:
        return weights.rank == 4 ? times(times(outputs, weights.shape[1]), weights.shape[2]) : 0;
    case BUILTIN_FULLY_CONNECTED:
        return weights.rank >= 1 ? times(outputs, weights.shape[weights.rank - 1]) : 0;
    default:
        return 0;
    }
}

static uint32_t table_at(const thimble_model *model, uint32_t vector, uint32_t index) {
    const uint32_t at = thimble_fb_elements(vector) + 4 * index;
    return at + thimble_fb_u32(model->file, at);
}

static int32_t op_version(const thimble_model *model, uint32_t op_index) {
    const uint32_t op = table_at(model, model->ops, op_index);
    const uint32_t op_code = (uint32_t)thimble_fb_field_i32(model->file, op, OP_CODE_INDEX, 0);
    return thimble_fb_field_i32(model->file, table_at(model, model->op_codes, op_code), OP_CODE_VERSION, 1);
}

bool thimble_inspect_op(const thimble_model *model, uint32_t op_index, thimble_op_info *info) {
    if (op_index >= model->op_count) {
        return false;
    }
    thimble_op_view view;
    thimble_model_op(model, op_index, &view);
    thimble_op_info op = {.builtin_code = view.builtin_code,
                          .version = op_version(model, op_index),
                          .input_count = view.input_count,
                          .output_count = view.output_count};
    for (uint32_t i = 0; i < view.input_count; i++) {
        op.inputs[i] = thimble_model_tensor_index(model, view.inputs, i);
    }
    for (uint32_t i = 0; i < view.output_count; i++) {
        op.outputs[i] = thimble_model_tensor_index(model, view.outputs, i);
    }
    op.mac_count = mac_count(model, &op);
    *info = op;
    return true;
}

bool thimble_inspect_tensor(const thimble_model *model, int32_t tensor_index, thimble_tensor_info *info) {
    if (tensor_index < 0 || (uint32_t)tensor_index >= model->tensor_count) {
        return false;
    }
    thimble_tensor_view view;
    thimble_model_tensor(model, tensor_index, &view);
    void *constant = view.constant != 0 ? (void *)(uintptr_t)(model->file + view.constant) : NULL;
    *info = (thimble_tensor_info){.tensor = thimble_model_describe(model, tensor_index, constant),
                                  .element_count = view.element_count,
                                  .is_constant = view.constant != 0,
                                  .is_variable = thimble_model_is_variable(model, tensor_index),
                                  .scale_count = view.scale_count,
                                  .channel_dimension = view.quantized_dimension};
    return true;
}

int32_t thimble_inspect_input(const thimble_model *model, size_t index) {
    return index < UINT32_MAX ? thimble_model_tensor_index(model, model->inputs, (uint32_t)index) : THIMBLE_NO_TENSOR;
}

int32_t thimble_inspect_output(const thimble_model *model, size_t index) {
    return index < UINT32_MAX ? thimble_model_tensor_index(model, model->outputs, (uint32_t)index) : THIMBLE_NO_TENSOR;
}

// ---- problems -----------------------------------------------------------------------------------------------------
//
// The model is measured with stand-ins for its ops. They prepare as the real ones do, but report a failure and then say
// that all is well.

enum { MAX_STAND_INS = 254 };

typedef struct thimble_problem_search {
    const thimble_op *const *ops;
    thimble_problem_fn *report;
    void *context;
} thimble_problem_search;

static const thimble_op *find_op(const thimble_op *const ops[], int32_t builtin_code) {
    while (*ops != NULL && (*ops)->builtin_code != builtin_code) {
        ops++;
    }
    return *ops;
}

static thimble_status prepare_stand_in(thimble_prepare *p) {
    const thimble_problem_search *search = p->options->context;
    const thimble_op *op = find_op(search->ops, p->op.builtin_code);
    thimble_status status = THIMBLE_ERR_OP_MISSING;
    if (op != NULL) {
        status = op->prepare(p);
    } else {
        thimble_refuse(p, status, THIMBLE_TEXT("the engine does not have this op"), -1);
    }
    if (status != THIMBLE_OK) {
        search->report(search->context, p->error);
        p->record_bytes = 0;
        p->scratch_bytes = 0;
        p->in_place = -1;
        p->is_view = false;
    }
    return THIMBLE_OK;
}

// How many inputs a missing op is taken to read: those up to its state, whose place only the op itself could tell.
static uint16_t count_read_inputs(const thimble_model *model, const thimble_op_view *op) {
    uint32_t count = 0;
    while (count < op->input_count) {
        const int32_t tensor_index = thimble_model_tensor_index(model, op->inputs, count);
        if (tensor_index != THIMBLE_NO_TENSOR && thimble_model_is_variable(model, tensor_index)) {
            break;
        }
        count++;
    }
    return (uint16_t)count;
}

typedef struct thimble_stand_ins {
    thimble_op ops[MAX_STAND_INS];
    const thimble_op *list[MAX_STAND_INS + 1];
} thimble_stand_ins;

thimble_status thimble_inspect_problems(const thimble_model *model, const thimble_op *const ops[],
                                        const thimble_options *options, thimble_problem_fn *report, void *context,
                                        void *room, size_t room_bytes, thimble_error *error) {
    thimble_problem_search search = {.ops = ops, .report = report, .context = context};
    thimble_options all = options != NULL ? *options : (thimble_options){0};
    all.context = &search;
    const size_t padding = (size_t)(-(uintptr_t)room % _Alignof(thimble_stand_ins));
    const size_t own_bytes = sizeof(thimble_stand_ins) + padding;
    thimble_error own_error;
    thimble_memory need;
    thimble_stand_ins *stand_ins = NULL;
    uint32_t count = 0;
    if (room_bytes >= own_bytes) {
        stand_ins = (thimble_stand_ins *)(void *)((uint8_t *)room + padding);
        memset(stand_ins, 0, sizeof *stand_ins);
    }
    for (uint32_t i = 0; stand_ins != NULL && i < model->op_count; i++) {
        thimble_op_view view;
        thimble_model_op(model, i, &view);
        const int32_t builtin_code = view.builtin_code;
        if (find_op(stand_ins->list, builtin_code) != NULL) {
            continue;
        }
        if (count == MAX_STAND_INS) {
            thimble_error_start(&own_error);
            THIMBLE_SAY(&own_error, "the model has over 254 kinds of ops");
            return thimble_error_end(&own_error, THIMBLE_ERR_UNSUPPORTED, error);
        }
        const thimble_op *op = find_op(ops, builtin_code);
        stand_ins->ops[count] =
            (thimble_op){.name = op != NULL ? op->name : NULL,
                         .builtin_code = builtin_code,
                         .prepare = prepare_stand_in,
                         .read_inputs = op != NULL ? op->read_inputs : count_read_inputs(model, &view),
                         .has_state = op != NULL && op->has_state};
        stand_ins->list[count] = &stand_ins->ops[count];
        count++;
    }
    const thimble_op *const none[] = {NULL};
    const thimble_status status = stand_ins != NULL
                                      ? thimble_measure(model, stand_ins->list, &all, (uint8_t *)room + own_bytes,
                                                        room_bytes - own_bytes, &need, &own_error)
                                      : thimble_measure(model, none, &all, NULL, 0, &need, &own_error);
    if (status == THIMBLE_ERR_MEMORY) {
        own_error.needed_bytes += sizeof(thimble_stand_ins) + _Alignof(thimble_stand_ins);
    }
    return thimble_error_end(&own_error, status, error);
}
