// runner.c - plans a model into an arena and runs it.
//
// The arena, from its start:
//
//     places    u32 for each graph input and output: where it is
//     records   one per op that runs, in order; folded constants lie between them
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
    FOLDED_OP = 255,   // op_slot of a record that only holds a constant
    MAX_OP_SLOTS = 255,
    NO_ITEM = UINT16_MAX
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

// What is known of a tensor while planning: its item, and for a folded one (items[].bytes == 0) also its value.
typedef struct thimble_planning {
    const thimble_model *model;
    const thimble_op *const *ops;
    const thimble_options *options;
    thimble_error *error;
    uint8_t *arena;            // NULL: only measuring
    uint32_t record_capacity;  // up to where records may be written
    uint32_t record_bytes;     // places and records so far, written or not
    uint32_t record_count;
    thimble_item *items;
    uint32_t item_count;
    int32_t (*folded)[THIMBLE_MAX_FOLD];  // values of folded tensors
    uint32_t folded_count;
    uint16_t *item_of;   // per tensor: index in items, or NO_ITEM
    uint16_t *folded_of;  // per tensor: index in folded, or NO_ITEM
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

typedef struct thimble_tables {
    uint32_t item_count, folded_count, bytes;
} thimble_tables;

// What an op could fold to: its output is a small int32 tensor.
static bool may_fold(const thimble_model *model, const thimble_op_view *op) {
    const thimble_tensor_view output = thimble_model_tensor(model, thimble_fb_i32(model->file, op->outputs.first));
    return output.type == THIMBLE_INT32 && output.element_count <= THIMBLE_MAX_FOLD;
}

static thimble_tables size_tables(const thimble_model *model) {
    thimble_tables tables = {.item_count = thimble_model_inputs(model).count};
    for (uint32_t i = 0; i < model->op_count; i++) {
        const thimble_op_view op = thimble_model_op(model, i);
        tables.item_count += op.outputs.count + 1;  // 1 for scratch
        tables.folded_count += may_fold(model, &op);
    }
    tables.bytes = round_up(tables.item_count * (uint32_t)sizeof(thimble_item) +
                                tables.folded_count * (uint32_t)sizeof(int32_t[THIMBLE_MAX_FOLD]) +
                                model->tensor_count * 2 * (uint32_t)sizeof(uint16_t),
                            4);
    return tables;
}

// Lays the tables out at `memory`, which is 4-byte aligned.
static void set_tables(thimble_planning *planning, const thimble_tables *tables, void *memory) {
    planning->items = memory;
    planning->folded = (int32_t(*)[THIMBLE_MAX_FOLD])(planning->items + tables->item_count);
    planning->item_of = (uint16_t *)(planning->folded + tables->folded_count);
    planning->folded_of = planning->item_of + planning->model->tensor_count;
    memset(planning->item_of, 0xff, 2 * sizeof(uint16_t) * planning->model->tensor_count);
}

// ---- lifetimes ----------------------------------------------------------------------------------------------------

static int32_t index_at(const thimble_model *model, thimble_fb_vector indices, uint32_t i) {
    return thimble_fb_i32(model->file, indices.first + 4 * i);
}

static thimble_status refuse_tensor(const thimble_planning *planning, uint32_t op_index, int32_t tensor_index,
                                    const char *text) {
    thimble_fail(planning->error, THIMBLE_ERR_MODEL, text);
    if (planning->error != NULL) {
        planning->error->op_index = op_index < planning->model->op_count ? (int32_t)op_index : -1;
        planning->error->tensor_index = tensor_index;
    }
    return THIMBLE_ERR_MODEL;
}

// A tensor comes to life: as a graph input or as the output of an op.
static thimble_status begin_tensor(thimble_planning *planning, int32_t tensor_index, uint32_t op_index) {
    const thimble_tensor_view tensor = thimble_model_tensor(planning->model, tensor_index);
    if (planning->item_of[tensor_index] != NO_ITEM || (tensor.constant != 0 && tensor.data_bytes != 0)) {
        return refuse_tensor(planning, op_index, tensor_index, THIMBLE_TEXT("the tensor is written twice"));
    }
    planning->item_of[tensor_index] = (uint16_t)planning->item_count;
    planning->items[planning->item_count++] = (thimble_item){.bytes = round_up(tensor.data_bytes, THIMBLE_ALIGNMENT),
                                                             .first = (uint16_t)op_index,
                                                             .last = (uint16_t)op_index};
    return THIMBLE_OK;
}

static thimble_status use_tensor(thimble_planning *planning, int32_t tensor_index, uint32_t op_index) {
    if (tensor_index == THIMBLE_NO_TENSOR || thimble_model_tensor(planning->model, tensor_index).constant != 0) {
        return THIMBLE_OK;
    }
    if (planning->item_of[tensor_index] == NO_ITEM) {
        return refuse_tensor(planning, op_index, tensor_index,
                             THIMBLE_TEXT("the tensor is read before anything is written to it"));
    }
    planning->items[planning->item_of[tensor_index]].last = (uint16_t)op_index;
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
        for (uint32_t i = 0; i < op.inputs.count; i++) {
            THIMBLE_TRY(use_tensor(planning, index_at(model, op.inputs, i), op_index));
        }
        for (uint32_t i = 0; i < op.outputs.count; i++) {
            THIMBLE_TRY(begin_tensor(planning, index_at(model, op.outputs, i), op_index));
        }
    }
    for (uint32_t i = 0; i < outputs.count; i++) {
        THIMBLE_TRY(use_tensor(planning, index_at(model, outputs, i), model->op_count));
    }
    return THIMBLE_OK;
}

// ---- preparing ops ------------------------------------------------------------------------------------------------

// Where the next `bytes` bytes of records go, or NULL when measuring or out of room. Counts them in any case.
static void *append(thimble_planning *planning, uint32_t bytes) {
    const uint32_t begin = planning->record_bytes;
    planning->record_bytes += bytes;
    return planning->record_bytes <= planning->record_capacity ? planning->arena + begin : NULL;
}

static uint32_t place_of(const thimble_planning *planning, int32_t tensor_index) {
    if (tensor_index == THIMBLE_NO_TENSOR) {
        return ABSENT_PLACE;
    }
    const uint16_t item = planning->item_of[tensor_index];
    if (item == NO_ITEM) {
        return FILE_PLACE | thimble_model_tensor(planning->model, tensor_index).constant;
    }
    return planning->folded_of[tensor_index] != NO_ITEM ? planning->items[item].offset : ITEM_PLACE | item;
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

// The output is computed now and kept as a constant among the records.
static void fold(thimble_planning *planning, const thimble_prepare *p, const thimble_op *op) {
    const int32_t output_index = index_at(p->model, p->op.outputs, 0);
    const uint32_t bytes = thimble_model_tensor(p->model, output_index).data_bytes;
    const uint16_t folded = (uint16_t)planning->folded_count++;
    thimble_item *item = &planning->items[planning->item_of[output_index]];
    op->fold(p, planning->folded[folded]);
    planning->folded_of[output_index] = folded;
    item->bytes = 0;
    item->offset = planning->record_bytes + (uint32_t)sizeof(thimble_record);
    thimble_record *record = append(planning, (uint32_t)sizeof *record + bytes);
    if (record != NULL) {
        *record = (thimble_record){.words = (uint16_t)((sizeof *record + bytes) / 4), .op_slot = FOLDED_OP};
        memcpy(planning->arena + item->offset, planning->folded[folded], bytes);
    }
    planning->record_count++;
}

// Gives the op's output the memory of input `slot`, if that input dies here, or (`is_view`) if both stay unchanged from
// here on. Only between equal sizes: a smaller output would keep all of the input's memory busy for its own life.
// Returns whether it did.
static bool share_memory(thimble_planning *planning, const thimble_prepare *p, uint32_t slot) {
    const int32_t input_index = index_at(p->model, p->op.inputs, slot);
    const int32_t output_index = index_at(p->model, p->op.outputs, 0);
    const uint16_t input = planning->item_of[input_index], output = planning->item_of[output_index];
    if (input == NO_ITEM || planning->folded_of[input_index] != NO_ITEM ||
        planning->items[output].bytes != planning->items[input].bytes ||
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

static void append_record(thimble_planning *planning, const thimble_prepare *p, uint8_t op_slot) {
    const uint32_t scratch_count = p->scratch_bytes != 0;
    const uint32_t place_count = p->op.inputs.count + p->op.outputs.count + scratch_count;
    const uint32_t own_begin = (uint32_t)sizeof(thimble_record) + 4 * place_count;
    const uint32_t bytes = own_begin + round_up(p->record_bytes, 4);
    const uint32_t type = (uint32_t)thimble_prepare_input(p, 0).type;
    uint32_t scratch_item = 0;
    if (scratch_count != 0) {
        scratch_item = planning->item_count++;
        planning->items[scratch_item] =
            (thimble_item){.bytes = round_up(p->scratch_bytes, THIMBLE_ALIGNMENT) * thimble_worker_count(p->options),
                           .first = (uint16_t)p->op_index,
                           .last = (uint16_t)p->op_index};
    }
    thimble_record *record = append(planning, bytes);
    if (record != NULL) {
        *record = (thimble_record){.words = (uint16_t)(bytes / 4),
                                   .op_index = (uint16_t)p->op_index,
                                   .op_slot = op_slot,
                                   .input_count = (uint8_t)p->op.inputs.count,
                                   .output_count = (uint8_t)p->op.outputs.count,
                                   .type_and_scratch = (uint8_t)(type * 2 + scratch_count)};
        uint32_t *place = record->places;
        for (uint32_t i = 0; i < p->op.inputs.count; i++) {
            *place++ = place_of(planning, index_at(p->model, p->op.inputs, i));
        }
        for (uint32_t i = 0; i < p->op.outputs.count; i++) {
            *place++ = place_of(planning, index_at(p->model, p->op.outputs, i));
        }
        if (scratch_count != 0) {
            *place++ = ITEM_PLACE | scratch_item;
        }
        memcpy(place, p->record, p->record_bytes);
    }
    planning->record_count++;
}

static thimble_status prepare_op(thimble_planning *planning, uint32_t op_index) {
    const void *folded[THIMBLE_MAX_OP_TENSORS] = {NULL};
    thimble_prepare p = {.model = planning->model,
                         .op = thimble_model_op(planning->model, op_index),
                         .options = planning->options,
                         .in_place = -1,
                         .error = planning->error,
                         .op_index = (int32_t)op_index,
                         .folded = folded};
    for (uint32_t i = 0; i < p.op.inputs.count; i++) {
        const int32_t input = index_at(p.model, p.op.inputs, i);
        if (input != THIMBLE_NO_TENSOR && planning->folded_of[input] != NO_ITEM) {
            folded[i] = planning->folded[planning->folded_of[input]];
        }
    }
    uint8_t op_slot = 0;
    const thimble_op *op = find_op(planning->ops, p.op.builtin_code, &op_slot);
    if (op == NULL) {
        return thimble_refuse(&p, THIMBLE_ERR_OP_MISSING,
                              THIMBLE_TEXT("the op is not in the list of ops, or the engine does not have it"), -1);
    }
    p.op_name = op->name;
    THIMBLE_TRY(op->prepare(&p));
    if (p.is_constant && op->fold != NULL && may_fold(p.model, &p.op)) {
        fold(planning, &p, op);
        return THIMBLE_OK;
    }
    if (p.is_view) {
        if (share_memory(planning, &p, 0)) {
            return THIMBLE_OK;
        }
    } else if (p.in_place >= 0) {
        share_memory(planning, &p, (uint32_t)p.in_place);
    }
    append_record(planning, &p, op_slot);
    return THIMBLE_OK;
}

static void append_places(thimble_planning *planning, thimble_fb_vector tensors) {
    for (uint32_t i = 0; i < tensors.count; i++) {
        append(planning, 4);
    }
}

static thimble_status plan_model(thimble_planning *planning) {
    THIMBLE_TRY(find_lifetimes(planning));
    append_places(planning, thimble_model_inputs(planning->model));
    append_places(planning, thimble_model_outputs(planning->model));
    for (uint32_t i = 0; i < planning->model->op_count; i++) {
        THIMBLE_TRY(prepare_op(planning, i));
    }
    return THIMBLE_OK;
}

// Packs the tensors and adds everything up. False if the sum is 2 GB or more.
static bool sum_up(thimble_planning *planning, uint32_t table_bytes, thimble_memory *need) {
    const uint32_t bound = thimble_plan_bound(planning->items, planning->item_count, planning->model->op_count);
    const uint32_t activation_bytes = thimble_plan(planning->items, planning->item_count, bound);
    const uint32_t record_bytes = round_up(planning->record_bytes, THIMBLE_ALIGNMENT);
    const uint32_t larger = activation_bytes > table_bytes ? activation_bytes : table_bytes;
    if (larger > INT32_MAX - record_bytes) {
        return false;
    }
    *need = (thimble_memory){.arena_bytes = record_bytes + larger,
                             .activation_bytes = activation_bytes,
                             .record_bytes = record_bytes,
                             .live_peak_bytes = bound};
    return true;
}

static thimble_status start_planning(thimble_planning *planning, const thimble_model *model,
                                     const thimble_op *const ops[], const thimble_options *options,
                                     thimble_error *error, thimble_tables *tables) {
    static const thimble_options defaults = {0};
    if (model == NULL || model->file == NULL || ops == NULL) {
        return thimble_fail(error, THIMBLE_ERR_ARGUMENT, THIMBLE_TEXT("model or ops is NULL or not opened"));
    }
    *planning = (thimble_planning){
        .model = model, .ops = ops, .options = options == NULL ? &defaults : options, .error = error};
    *tables = size_tables(model);
    if (tables->item_count >= NO_ITEM) {
        return thimble_fail(error, THIMBLE_ERR_UNSUPPORTED, THIMBLE_TEXT("the graph has too many tensors"));
    }
    return THIMBLE_OK;
}

static thimble_status too_large(thimble_error *error) {
    return thimble_fail(error, THIMBLE_ERR_UNSUPPORTED, THIMBLE_TEXT("the model needs an arena of more than 2 GB"));
}

thimble_status thimble_measure(const thimble_model *model, const thimble_op *const ops[], const thimble_options *options,
                               void *room, size_t room_bytes, thimble_memory *need, thimble_error *error) {
    thimble_planning planning;
    thimble_tables tables;
    THIMBLE_TRY(start_planning(&planning, model, ops, options, error, &tables));
    const size_t padding = (size_t)(-(uintptr_t)room % 4);
    const size_t needed_bytes = tables.bytes + 3;  // whatever its alignment
    if (room == NULL || room_bytes < tables.bytes + padding) {
        return out_of_memory(error, needed_bytes);
    }
    set_tables(&planning, &tables, (uint8_t *)room + padding);
    THIMBLE_TRY(plan_model(&planning));
    if (!sum_up(&planning, tables.bytes, need)) {
        return too_large(error);
    }
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

static void finish_graph_places(const thimble_planning *planning, uint32_t activations) {
    const thimble_model *model = planning->model;
    const thimble_fb_vector inputs = thimble_model_inputs(model), outputs = thimble_model_outputs(model);
    uint32_t *places = (uint32_t *)(void *)planning->arena;
    for (uint32_t i = 0; i < inputs.count; i++) {
        places[i] = place_of(planning, index_at(model, inputs, i));
    }
    for (uint32_t i = 0; i < outputs.count; i++) {
        places[inputs.count + i] = place_of(planning, index_at(model, outputs, i));
    }
    finish_places(planning, activations, places, inputs.count + outputs.count);
}

thimble_status thimble_init(thimble_runner *runner, const thimble_model *model, const thimble_op *const ops[],
                            const thimble_options *options, void *arena, size_t arena_bytes, thimble_error *error) {
    thimble_planning planning;
    thimble_tables tables;
    THIMBLE_TRY(start_planning(&planning, model, ops, options, error, &tables));
    if (runner == NULL || (arena == NULL && arena_bytes != 0) || (uintptr_t)arena % THIMBLE_ALIGNMENT != 0) {
        return thimble_fail(error, THIMBLE_ERR_ARGUMENT,
                            THIMBLE_TEXT("runner is NULL, or the arena is not aligned to 16 bytes"));
    }
    if (arena_bytes < tables.bytes) {
        return out_of_memory(error, tables.bytes);
    }
    const uint32_t table_offset = ((uint32_t)(arena_bytes < INT32_MAX ? arena_bytes : INT32_MAX) - tables.bytes) & ~3u;
    planning.arena = arena;
    planning.record_capacity = table_offset;
    set_tables(&planning, &tables, planning.arena + table_offset);
    THIMBLE_TRY(plan_model(&planning));
    thimble_memory need;
    if (!sum_up(&planning, tables.bytes, &need)) {
        return too_large(error);
    }
    if (arena_bytes < need.arena_bytes) {
        return out_of_memory(error, need.arena_bytes);
    }
    finish_graph_places(&planning, (uint32_t)need.record_bytes);
    const uint32_t first_record = 4 * (thimble_model_inputs(model).count + thimble_model_outputs(model).count);
    uint32_t at = first_record;
    for (uint32_t i = 0; i < planning.record_count; i++) {
        thimble_record *record = (thimble_record *)(void *)(planning.arena + at);
        finish_places(&planning, (uint32_t)need.record_bytes, record->places,
                      place_count_of(record));
        at += 4u * record->words;
    }
    *runner = (thimble_runner){.model = model,
                               .ops = ops,
                               .arena = arena,
                               .options = *planning.options,
                               .first_record = first_record,
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
        if (record->op_slot == FOLDED_OP) {
            continue;
        }
        const uint32_t place_count = place_count_of(record);
        void *tensors[THIMBLE_MAX_OP_TENSORS + 1] = {NULL};
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

static thimble_tensor describe(const thimble_runner *runner, thimble_fb_vector tensors, size_t index, size_t place) {
    if (index >= tensors.count) {
        return (thimble_tensor){.name = ""};
    }
    const uint32_t *places = (const uint32_t *)(const void *)runner->arena;
    return thimble_model_describe(runner->model, index_at(runner->model, tensors, (uint32_t)index),
                                  address_of(runner, places[place]));
}

thimble_tensor thimble_input(const thimble_runner *runner, size_t index) {
    return describe(runner, thimble_model_inputs(runner->model), index, index);
}

thimble_tensor thimble_output(const thimble_runner *runner, size_t index) {
    return describe(runner, thimble_model_outputs(runner->model), index, thimble_input_count(runner) + index);
}
