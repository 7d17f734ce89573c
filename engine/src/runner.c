// runner.c - plans a model into an arena and runs it.
//
// The arena, from its start:
//
//     places    u32 for each graph input and output: where it is
//     records   one per op that runs, in order
//     tensors   activations and scratch, packed by plan.c
//
// While thimble_init works, the planning tables lie at the arena's end, where no record has come yet and no tensor has
// a value. thimble_measure keeps the same tables in the caller's room and only counts the records, so both see the
// same sizes. Records hold numbers of fixed width and no pointers: their size is the same on every machine.
//
// A place is an offset in the arena, or with FILE_PLACE set, a position in the file. During planning it is the index
// of an item (with ITEM_PLACE set); finish_places turns that into an offset.
//
// SPDX-License-Identifier: Apache-2.0
#include "error.h"
#include "model.h"
#include "op.h"
#include "plan.h"

enum {
    MAX_OP_SLOTS = 255,
    NO_ITEM = UINT16_MAX,         // nobody reads the tensor
    NEEDED_ITEM = UINT16_MAX - 1  // somebody reads it, but it is not written yet
};

static const uint32_t FILE_PLACE = 0x80000000u, ITEM_PLACE = 0x40000000u, ABSENT_PLACE = 0xffffffffu;

typedef struct thimble_record {
    uint16_t words;  // of the whole record, 4 bytes each
    uint16_t op_index;
    uint8_t op_slot;  // in the caller's list of ops
    uint8_t input_count, output_count;
    uint8_t type_and_scratch;  // type of the first input * 2 + (1 if there is scratch)
    uint32_t places[];      // inputs, outputs, scratch; behind them the op's own record
} thimble_record;

_Static_assert(sizeof(thimble_record) == 8, "the arena's size must be the same on every machine");
_Static_assert(sizeof(thimble_model) + sizeof(thimble_runner) <= 256 || sizeof(void *) > 4, "stated in DESIGN.md");

typedef struct thimble_planning {
    const thimble_model *model;
    const thimble_op *const *ops;
    uint8_t *arena;            // NULL: only measuring
    uint32_t record_capacity;  // up to where records may be written
    uint32_t record_bytes;     // places and records so far, written or not
    uint32_t record_count;
    thimble_item *items;
    uint32_t item_count;
    uint16_t *item_of;        // per tensor: index in items, NO_ITEM or NEEDED_ITEM
    uint32_t item_capacity, table_bytes;
    thimble_prepare prepare;  // of the op at hand
} thimble_planning;

static uint32_t round_up(uint32_t bytes, uint32_t alignment) {
    return (bytes + alignment - 1) / alignment * alignment;
}

static thimble_status out_of_memory(thimble_error *error, size_t needed_bytes) {
    thimble_fail(error, THIMBLE_ERR_MEMORY, THIMBLE_TEXT("the buffer is too small"));
    if (error != NULL) {
        error->needed_bytes = needed_bytes;
    }
    return THIMBLE_ERR_MEMORY;
}

// ---- planning tables ----------------------------------------------------------------------------------------------

// One item for each tensor that is written, and one per op for scratch.
static void size_tables(thimble_planning *planning) {
    const thimble_model *model = planning->model;
    planning->item_capacity = thimble_model_inputs(model).count;
    for (uint32_t i = 0; i < model->op_count; i++) {
        planning->item_capacity += thimble_model_op(model, i).outputs.count + 1;
    }
    planning->table_bytes = round_up(planning->item_capacity * (uint32_t)sizeof *planning->items +
                                         model->tensor_count * (uint32_t)sizeof *planning->item_of,
                                     4);
}

// Lays the tables out at `memory`, which is 4-byte aligned.
static void set_tables(thimble_planning *planning, void *memory) {
    planning->items = memory;
    planning->item_of = (uint16_t *)(planning->items + planning->item_capacity);
    memset(planning->item_of, 0xff, sizeof *planning->item_of * planning->model->tensor_count);
}

// ---- lifetimes ----------------------------------------------------------------------------------------------------

static int32_t index_at(const thimble_model *model, thimble_fb_vector indices, uint32_t i) {
    return thimble_fb_i32(model->file, indices.first + 4 * i);
}

static thimble_status refuse_tensor(const thimble_planning *planning, uint32_t op_index, int32_t tensor_index,
                                    const char *text) {
    thimble_error *error = planning->prepare.error;
    thimble_fail(error, THIMBLE_ERR_MODEL, text);
    if (error != NULL) {
        error->op_index = op_index < planning->model->op_count ? (int32_t)op_index : -1;
        error->tensor_index = tensor_index;
    }
    return THIMBLE_ERR_MODEL;
}

static const thimble_op *find_op(const thimble_op *const ops[], int32_t builtin_code, uint8_t *slot) {
    for (uint32_t i = 0; ops[i] != NULL && i < MAX_OP_SLOTS; i++) {
        if (ops[i]->builtin_code == builtin_code) {
            *slot = (uint8_t)i;
            return ops[i];
        }
    }
    return NULL;
}

// How many of its inputs the op reads when it runs.
static uint32_t count_read_inputs(const thimble_planning *planning, const thimble_op_view *op) {
    uint8_t slot;
    const thimble_op *object = find_op(planning->ops, op->builtin_code, &slot);
    return object != NULL && object->read_inputs < op->inputs.count ? object->read_inputs : op->inputs.count;
}

// Whether anybody reads what the op writes.
static bool is_needed(const thimble_planning *planning, const thimble_op_view *op) {
    for (uint32_t i = 0; i < op->outputs.count; i++) {
        if (planning->item_of[index_at(planning->model, op->outputs, i)] != NO_ITEM) {
            return true;
        }
    }
    return false;
}

static void need_tensors(thimble_planning *planning, thimble_fb_vector tensors, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        const int32_t tensor_index = index_at(planning->model, tensors, i);
        if (tensor_index != THIMBLE_NO_TENSOR && thimble_model_tensor(planning->model, tensor_index).constant == 0) {
            planning->item_of[tensor_index] = NEEDED_ITEM;
        }
    }
}

// Marks the tensors that somebody reads, from the graph's outputs backwards.
static void find_needed(thimble_planning *planning) {
    const thimble_fb_vector outputs = thimble_model_outputs(planning->model);
    need_tensors(planning, outputs, outputs.count);
    for (uint32_t i = planning->model->op_count; i > 0; i--) {
        const thimble_op_view op = thimble_model_op(planning->model, i - 1);
        if (is_needed(planning, &op)) {
            need_tensors(planning, op.inputs, count_read_inputs(planning, &op));
        }
    }
}

// A tensor comes to life: as a graph input or as the output of an op.
static thimble_status begin_tensor(thimble_planning *planning, int32_t tensor_index, uint32_t op_index) {
    const thimble_tensor_view tensor = thimble_model_tensor(planning->model, tensor_index);
    if (planning->item_of[tensor_index] < NEEDED_ITEM || (tensor.constant != 0 && tensor.data_bytes != 0)) {
        return refuse_tensor(planning, op_index, tensor_index, THIMBLE_TEXT("the tensor is written twice"));
    }
    planning->item_of[tensor_index] = (uint16_t)planning->item_count;
    planning->items[planning->item_count++] = (thimble_item){.bytes = round_up(tensor.data_bytes, THIMBLE_ALIGNMENT),
                                                             .first = (uint16_t)op_index,
                                                             .last = (uint16_t)op_index};
    return THIMBLE_OK;
}

static thimble_status use_tensors(thimble_planning *planning, thimble_fb_vector tensors, uint32_t count,
                                  uint32_t op_index) {
    for (uint32_t i = 0; i < count; i++) {
        const int32_t tensor_index = index_at(planning->model, tensors, i);
        const uint16_t item = tensor_index == THIMBLE_NO_TENSOR ? NO_ITEM : planning->item_of[tensor_index];
        if (item == NEEDED_ITEM) {
            return refuse_tensor(planning, op_index, tensor_index,
                                 THIMBLE_TEXT("the tensor is read before anything is written to it"));
        }
        if (item != NO_ITEM) {
            planning->items[item].last = (uint16_t)op_index;
        }
    }
    return THIMBLE_OK;
}

static thimble_status find_lifetimes(thimble_planning *planning) {
    const thimble_model *model = planning->model;
    const thimble_fb_vector inputs = thimble_model_inputs(model), outputs = thimble_model_outputs(model);
    for (uint32_t i = 0; i < inputs.count; i++) {
        THIMBLE_TRY(begin_tensor(planning, index_at(model, inputs, i), 0));
    }
    for (uint32_t op_index = 0; op_index < model->op_count; op_index++) {
        const thimble_op_view op = thimble_model_op(model, op_index);
        if (!is_needed(planning, &op)) {
            continue;
        }
        THIMBLE_TRY(use_tensors(planning, op.inputs, count_read_inputs(planning, &op), op_index));
        for (uint32_t i = 0; i < op.outputs.count; i++) {
            THIMBLE_TRY(begin_tensor(planning, index_at(model, op.outputs, i), op_index));
        }
    }
    return use_tensors(planning, outputs, outputs.count, model->op_count);
}

// ---- preparing ops ------------------------------------------------------------------------------------------------

// Where the next `bytes` bytes of records go, or NULL when measuring or out of room. Counts them in any case.
static void *append(thimble_planning *planning, uint32_t bytes) {
    const uint32_t begin = planning->record_bytes;
    planning->record_bytes += bytes;
    return planning->arena != NULL && planning->record_bytes <= planning->record_capacity ? planning->arena + begin
                                                                                          : NULL;
}

static uint32_t place_of(const thimble_planning *planning, int32_t tensor_index) {
    if (tensor_index == THIMBLE_NO_TENSOR) {
        return ABSENT_PLACE;
    }
    const uint16_t item = planning->item_of[tensor_index];
    if (item < NEEDED_ITEM) {
        return ITEM_PLACE | item;
    }
    const uint32_t constant = thimble_model_tensor(planning->model, tensor_index).constant;
    return constant != 0 ? FILE_PLACE | constant : ABSENT_PLACE;
}

// Gives the op's output the memory of input `slot`, if that input dies here, or (`is_view`) if both stay unchanged from
// here on. Only between equal sizes: a smaller output would keep all of the input's memory busy for its own life.
// Returns whether it did.
static bool share_memory(thimble_planning *planning, uint32_t slot) {
    const thimble_prepare *p = &planning->prepare;
    const int32_t input_index = index_at(p->model, p->op.inputs, slot);
    const int32_t output_index = index_at(p->model, p->op.outputs, 0);
    const uint16_t input = planning->item_of[input_index], output = planning->item_of[output_index];
    if (input >= NEEDED_ITEM || planning->items[output].bytes != planning->items[input].bytes ||
        (!p->is_view && planning->items[input].last != p->op_index)) {
        return false;
    }
    for (uint32_t i = 0; i < p->op.inputs.count; i++) {
        const int32_t other = index_at(p->model, p->op.inputs, i);
        if (i != slot && other != THIMBLE_NO_TENSOR && planning->item_of[other] == input) {
            return false;
        }
    }
    planning->items[output].bytes = 0;
    planning->item_of[output_index] = input;
    if (planning->items[output].last > planning->items[input].last) {
        planning->items[input].last = planning->items[output].last;
    }
    return true;
}

static uint32_t place_count_of(const thimble_record *record) {
    return (uint32_t)record->input_count + record->output_count + (record->type_and_scratch & 1u);
}

static uint32_t *put_places(const thimble_planning *planning, thimble_fb_vector tensors, uint32_t *place) {
    for (uint32_t i = 0; i < tensors.count; i++) {
        *place++ = place_of(planning, index_at(planning->model, tensors, i));
    }
    return place;
}

static void append_record(thimble_planning *planning, uint8_t op_slot) {
    const thimble_prepare *p = &planning->prepare;
    const uint32_t scratch_count = p->scratch_bytes != 0;
    const uint32_t place_count = p->op.inputs.count + p->op.outputs.count + scratch_count;
    const uint32_t bytes = (uint32_t)sizeof(thimble_record) + 4 * place_count + round_up(p->record_bytes, 4);
    const uint32_t scratch_item = planning->item_count;
    if (scratch_count != 0) {
        planning->items[planning->item_count++] =
            (thimble_item){.bytes = round_up(p->scratch_bytes, THIMBLE_ALIGNMENT) * thimble_worker_count(p->options),
                           .first = (uint16_t)p->op_index,
                           .last = (uint16_t)p->op_index};
    }
    thimble_record *record = append(planning, bytes);
    if (record != NULL) {
        const uint32_t type = (uint32_t)p->inputs[0].type;
        *record = (thimble_record){.words = (uint16_t)(bytes / 4),
                                   .op_index = (uint16_t)p->op_index,
                                   .op_slot = op_slot,
                                   .input_count = (uint8_t)p->op.inputs.count,
                                   .output_count = (uint8_t)p->op.outputs.count,
                                   .type_and_scratch = (uint8_t)(type * 2 + scratch_count)};
        uint32_t *place = put_places(planning, p->op.inputs, record->places);
        place = put_places(planning, p->op.outputs, place);
        if (scratch_count != 0) {
            *place++ = ITEM_PLACE | scratch_item;
        }
        memcpy(place, p->record, p->record_bytes);
    }
    planning->record_count++;
}

static thimble_status prepare_op(thimble_planning *planning, uint32_t op_index) {
    thimble_prepare *p = &planning->prepare;
    p->op = thimble_model_op(planning->model, op_index);
    p->op_index = (int32_t)op_index;
    p->op_name = NULL;
    p->record_bytes = 0;
    p->scratch_bytes = 0;
    p->in_place = -1;
    p->is_view = false;
    if (!is_needed(planning, &p->op)) {
        return THIMBLE_OK;
    }
    uint8_t op_slot = 0;
    const thimble_op *op = find_op(planning->ops, p->op.builtin_code, &op_slot);
    if (op == NULL) {
        return thimble_refuse(p, THIMBLE_ERR_OP_MISSING,
                              THIMBLE_TEXT("the op is not in the list of ops, or the engine does not have it"), -1);
    }
    p->op_name = op->name;
    for (uint32_t i = 0; i < THIMBLE_PREPARED_INPUTS; i++) {
        p->inputs[i] = thimble_prepare_tensor(p, p->op.inputs, i);
    }
    p->output = thimble_prepare_tensor(p, p->op.outputs, 0);
    THIMBLE_TRY(op->prepare(p));
    if (p->is_view && share_memory(planning, 0)) {
        return THIMBLE_OK;
    }
    if (!p->is_view && p->in_place >= 0) {
        share_memory(planning, (uint32_t)p->in_place);
    }
    append_record(planning, op_slot);
    return THIMBLE_OK;
}

// Prepares all ops, packs the tensors and adds everything up.
static thimble_status plan_model(thimble_planning *planning, thimble_memory *need) {
    const thimble_model *model = planning->model;
    find_needed(planning);
    THIMBLE_TRY(find_lifetimes(planning));
    append(planning, 4 * (thimble_model_inputs(model).count + thimble_model_outputs(model).count));
    for (uint32_t i = 0; i < model->op_count; i++) {
        THIMBLE_TRY(prepare_op(planning, i));
    }
    const uint32_t bound = thimble_plan_bound(planning->items, planning->item_count, model->op_count);
    const uint32_t activation_bytes = thimble_plan(planning->items, planning->item_count, bound);
    const uint32_t record_bytes = round_up(planning->record_bytes, THIMBLE_ALIGNMENT);
    const uint32_t larger = activation_bytes > planning->table_bytes ? activation_bytes : planning->table_bytes;
    if (larger > INT32_MAX - record_bytes) {
        return thimble_fail(planning->prepare.error, THIMBLE_ERR_UNSUPPORTED,
                            THIMBLE_TEXT("the model needs an arena of more than 2 GB"));
    }
    *need = (thimble_memory){.arena_bytes = record_bytes + larger,
                             .activation_bytes = activation_bytes,
                             .record_bytes = record_bytes,
                             .live_peak_bytes = bound};
    return THIMBLE_OK;
}

static thimble_status start_planning(thimble_planning *planning, const thimble_model *model,
                                     const thimble_op *const ops[], const thimble_options *options,
                                     thimble_error *error) {
    static const thimble_options defaults = {0};
    if (model == NULL || model->file == NULL || ops == NULL) {
        return thimble_fail(error, THIMBLE_ERR_ARGUMENT, THIMBLE_TEXT("model or ops is NULL or not opened"));
    }
    memset(planning, 0, sizeof *planning);
    planning->model = model;
    planning->ops = ops;
    planning->prepare.model = model;
    planning->prepare.options = options == NULL ? &defaults : options;
    planning->prepare.error = error;
    size_tables(planning);
    if (planning->item_capacity >= NEEDED_ITEM) {
        return thimble_fail(error, THIMBLE_ERR_UNSUPPORTED, THIMBLE_TEXT("the graph has too many tensors"));
    }
    return THIMBLE_OK;
}

thimble_status thimble_measure(const thimble_model *model, const thimble_op *const ops[],
                               const thimble_options *options, void *room, size_t room_bytes, thimble_memory *need,
                               thimble_error *error) {
    thimble_planning planning;
    THIMBLE_TRY(start_planning(&planning, model, ops, options, error));
    const size_t padding = (size_t)(-(uintptr_t)room % 4);
    const size_t needed_bytes = planning.table_bytes + 3;  // whatever its alignment
    if (room == NULL || room_bytes < planning.table_bytes + padding) {
        return out_of_memory(error, needed_bytes);
    }
    set_tables(&planning, (uint8_t *)room + padding);
    THIMBLE_TRY(plan_model(&planning, need));
    need->room_bytes = needed_bytes;
    return THIMBLE_OK;
}

// Turns items into offsets, from `place` on.
static void finish_places(const thimble_planning *planning, uint32_t activations, uint32_t *place, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        if ((place[i] & (FILE_PLACE | ITEM_PLACE)) == ITEM_PLACE) {
            place[i] = activations + planning->items[place[i] & ~ITEM_PLACE].offset;
        }
    }
}

thimble_status thimble_init(thimble_runner *runner, const thimble_model *model, const thimble_op *const ops[],
                            const thimble_options *options, void *arena, size_t arena_bytes, thimble_error *error) {
    thimble_planning planning;
    THIMBLE_TRY(start_planning(&planning, model, ops, options, error));
    if (runner == NULL || (arena == NULL && arena_bytes != 0) || (uintptr_t)arena % THIMBLE_ALIGNMENT != 0) {
        return thimble_fail(error, THIMBLE_ERR_ARGUMENT,
                            THIMBLE_TEXT("runner is NULL, or the arena is not aligned to 16 bytes"));
    }
    if (arena_bytes < planning.table_bytes) {
        return out_of_memory(error, planning.table_bytes);
    }
    const uint32_t usable_bytes = arena_bytes < INT32_MAX ? (uint32_t)arena_bytes : INT32_MAX;
    planning.arena = arena;
    planning.record_capacity = (usable_bytes - planning.table_bytes) & ~3u;
    set_tables(&planning, planning.arena + planning.record_capacity);
    thimble_memory need;
    THIMBLE_TRY(plan_model(&planning, &need));
    if (arena_bytes < need.arena_bytes) {
        return out_of_memory(error, need.arena_bytes);
    }
    const uint32_t activations = (uint32_t)need.record_bytes;
    uint32_t *graph_places = (uint32_t *)arena;
    const uint32_t *end = put_places(&planning, thimble_model_outputs(model),
                                     put_places(&planning, thimble_model_inputs(model), graph_places));
    const uint32_t graph_place_count = (uint32_t)(end - graph_places);
    finish_places(&planning, activations, graph_places, graph_place_count);
    uint32_t at = 4 * graph_place_count;
    for (uint32_t i = 0; i < planning.record_count; i++) {
        thimble_record *record = (thimble_record *)(void *)(planning.arena + at);
        finish_places(&planning, activations, record->places, place_count_of(record));
        at += 4u * record->words;
    }
    *runner = (thimble_runner){.model = model,
                               .ops = ops,
                               .arena = arena,
                               .options = *planning.prepare.options,
                               .first_record = 4 * graph_place_count,
                               .record_count = planning.record_count};
    return THIMBLE_OK;
}

// ---- running ------------------------------------------------------------------------------------------------------

// Models lie in read-only memory; ops take constants as const, so the cast is never used to write.
static void *address_of(const thimble_runner *runner, uint32_t place) {
    if (place == ABSENT_PLACE) {
        return NULL;
    }
    if ((place & FILE_PLACE) != 0) {
        return (void *)(uintptr_t)(runner->model->file + (place & ~FILE_PLACE));
    }
    return runner->arena + place;
}

static bool trace(const thimble_runner *runner, const thimble_record *record, const void *output, bool after) {
    const thimble_op_view op = thimble_model_op(runner->model, record->op_index);
    const int32_t output_index = thimble_fb_i32(runner->model->file, op.outputs.first);
    const thimble_event event = {.after = after,
                                 .op_index = record->op_index,
                                 .builtin_code = op.builtin_code,
                                 .op_name = runner->ops[record->op_slot]->name,
                                 .output = output,
                                 .output_bytes = thimble_model_tensor(runner->model, output_index).data_bytes,
                                 .output_tensor = output_index};
    return runner->options.trace(runner->options.context, &event);
}

thimble_status thimble_run(thimble_runner *runner) {
    uint32_t at = runner->first_record;
    for (uint32_t i = 0; i < runner->record_count; i++) {
        const thimble_record *record = (const thimble_record *)(const void *)(runner->arena + at);
        at += 4u * record->words;
        const uint32_t place_count = place_count_of(record);
        void *tensors[THIMBLE_MAX_OP_TENSORS + 1];
        for (uint32_t t = 0; t < place_count; t++) {
            tensors[t] = address_of(runner, record->places[t]);
        }
        const thimble_call call = {.record = record->places + place_count,
                                   .type = (thimble_type)(record->type_and_scratch >> 1),
                                   .input_count = record->input_count,
                                   .inputs = tensors,
                                   .outputs = tensors + record->input_count,
                                   .scratch = (record->type_and_scratch & 1) != 0 ? tensors[place_count - 1] : NULL,
                                   .file = runner->model->file,
                                   .options = &runner->options};
        if (runner->options.trace != NULL && !trace(runner, record, call.outputs[0], false)) {
            return THIMBLE_ERR_STOPPED;
        }
        runner->ops[record->op_slot]->run(&call);
        if (runner->options.trace != NULL && !trace(runner, record, call.outputs[0], true)) {
            return THIMBLE_ERR_STOPPED;
        }
    }
    return THIMBLE_OK;
}

size_t thimble_input_count(const thimble_runner *runner) {
    return thimble_model_inputs(runner->model).count;
}

size_t thimble_output_count(const thimble_runner *runner) {
    return thimble_model_outputs(runner->model).count;
}

// The tensor at `index` of `tensors`, whose places start at places[first].
static thimble_tensor describe(const thimble_runner *runner, thimble_fb_vector tensors, size_t index, size_t first) {
    if (index >= tensors.count) {
        return (thimble_tensor){.name = ""};
    }
    const uint32_t *places = (const uint32_t *)(const void *)runner->arena;
    return thimble_model_describe(runner->model, index_at(runner->model, tensors, (uint32_t)index),
                                  address_of(runner, places[first + index]));
}

thimble_tensor thimble_input(const thimble_runner *runner, size_t index) {
    return describe(runner, thimble_model_inputs(runner->model), index, 0);
}

thimble_tensor thimble_output(const thimble_runner *runner, size_t index) {
    return describe(runner, thimble_model_outputs(runner->model), index, thimble_input_count(runner));
}
