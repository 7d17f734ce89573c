// runner.c - plans a model into an arena and runs it.
//
// The arena, from its start:
//
//     places    u32 for each graph input and output: where it is
//     records   one per op that runs, in order
//     tensors   activations and scratch, packed by plan.c
//
// While thimble_init works, the planning tables lie at the arena's end, where no record has come yet and no tensor has
// a value. thimble_measure does the same in the caller's room, where the records that find no room are only counted: so
// both see the same sizes. Records hold numbers of fixed width and no pointers: their size is the same on every machine.
//
// A place is an offset in the arena, or with FILE_PLACE set, a position in the file. During planning it is the index
// of an item (with ITEM_PLACE set); finish_places turns that into an offset.
//
// SPDX-License-Identifier: Apache-2.0
#include "error.h"
#include "model.h"
#include "op.h"
#include "plan.h"
#include "state.h"

enum {
    MAX_OP_SLOTS = 255,
    NO_ITEM = UINT16_MAX,  // nobody reads the tensor
    UNWRITTEN = UINT16_MAX  // when an item begins, as long as that is not known
};

static const uint32_t FILE_PLACE = 0x80000000u, ITEM_PLACE = 0x40000000u, ABSENT_PLACE = 0xffffffffu;

typedef struct thimble_record {
    uint16_t words;  // of the whole record, 4 bytes each
    uint16_t op_index;
    uint8_t op_slot;  // in the caller's list of ops
    uint8_t input_count, place_count;
    uint8_t type_and_scratch;  // type of the first input * 2 + (1 if there is scratch)
    uint32_t places[];  // inputs, outputs, scratch; behind them the op's own record
} thimble_record;

_Static_assert(sizeof(thimble_record) == 8, "the arena's size must be the same on every machine");
_Static_assert(sizeof(thimble_model) + sizeof(thimble_runner) <= 256 || sizeof(void *) > 4, "stated in DESIGN.md");

typedef struct thimble_planning {
    const thimble_model *model;
    const thimble_op *const *ops;
    uint8_t *arena;
    uint32_t record_capacity;  // up to where records may be written
    uint32_t record_bytes;  // places and records so far, written or not
    uint32_t record_count;
    thimble_item *items;
    uint32_t item_count, item_capacity;
    uint16_t *item_of;  // per tensor: index in items, or NO_ITEM
    thimble_error error;
    thimble_memory need;  // the result
    thimble_options options;
    thimble_prepare prepare;  // of the op at hand
} thimble_planning;

static uint32_t round_up(uint32_t bytes, uint32_t alignment) {
    return (bytes + alignment - 1) / alignment * alignment;
}

// Where the op is in the caller's list, whose end it returns if it is not there.
static uint32_t find_op(const thimble_planning *planning, int32_t builtin_code) {
    uint32_t slot = 0;
    while (planning->ops[slot] != NULL && planning->ops[slot]->builtin_code != builtin_code) {
        slot++;
    }
    return slot;
}

// ---- lifetimes ----------------------------------------------------------------------------------------------------
//
// Time is counted in ops: 0 when the graph's inputs are filled, 1 when the first op runs, and behind the last op the
// graph's outputs are read. Ops are visited from the last to the first: whoever reads a tensor last makes its item,
// whoever writes it sets when the item begins. An op that writes to no item does not run.

static uint32_t add_item(thimble_planning *planning, uint32_t bytes, uint32_t first, uint32_t last) {
    planning->items[planning->item_count] =
        (thimble_item){.bytes = round_up(bytes, THIMBLE_ALIGNMENT), .first = (uint16_t)first, .last = (uint16_t)last};
    return planning->item_count++;
}

// Whether the op writes to an item that begins at `first`. Those with UNWRITTEN are waiting for their writer.
static bool writes_item(const thimble_planning *planning, const thimble_op_view *op, uint32_t first) {
    for (uint32_t i = 0; i < op->output_count; i++) {
        const uint16_t item = planning->item_of[thimble_model_tensor_index(planning->model, op->outputs, i)];
        if (item != NO_ITEM && planning->items[item].first == first) {
            return true;
        }
    }
    return false;
}

// Notes that at `time` a tensor is written again, or read before it is written.
static void refuse_tensor(thimble_planning *planning, int32_t tensor_index, uint32_t time) {
    planning->error.tensor_index = tensor_index;
    planning->error.op_index = time - 1 < planning->model->op_count ? (int32_t)time - 1 : -1;
}

// At `time`, the first `count` of `tensors` (or as many as there are) are read or written.
static void visit_tensors(thimble_planning *planning, uint32_t tensors, uint32_t count, uint32_t time, bool writes) {
    for (uint32_t i = 0; i < count && i < thimble_fb_count(planning->model->file, tensors); i++) {
        thimble_tensor_view tensor;
        thimble_model_tensor_at(planning->model, tensors, i, &tensor);
        const bool is_constant = tensor.constant != 0 && (!writes || tensor.data_bytes != 0);
        if (tensor.index == THIMBLE_NO_TENSOR || (is_constant && !writes)) {
            continue;
        }
        uint16_t *index = &planning->item_of[tensor.index];
        if (*index == NO_ITEM && planning->item_count < planning->item_capacity) {
            *index = (uint16_t)add_item(planning, tensor.data_bytes, UNWRITTEN, time);
        }
        thimble_item *item = *index == NO_ITEM ? NULL : &planning->items[*index];
        if (item == NULL || item->first != UNWRITTEN || is_constant) {
            refuse_tensor(planning, tensor.index, time);
        } else if (writes) {
            item->first = (uint16_t)time;
        }
    }
}

static thimble_status find_lifetimes(thimble_planning *planning) {
    const thimble_model *model = planning->model;
    visit_tensors(planning, model->outputs, THIMBLE_MAX_OP_TENSORS, model->op_count + 1, false);
    for (uint32_t time = model->op_count; time > 0; time--) {
        thimble_op_view view;
        thimble_model_op(model, time - 1, &view);
        if (writes_item(planning, &view, UNWRITTEN)) {
            const thimble_op *op = planning->ops[find_op(planning, view.builtin_code)];
            visit_tensors(planning, view.outputs, THIMBLE_MAX_OP_TENSORS, time, true);
            visit_tensors(planning, view.inputs, op == NULL ? 1 : op->read_inputs, time, false);
        }
    }
    visit_tensors(planning, model->inputs, THIMBLE_MAX_OP_TENSORS, 0, true);
    for (uint32_t i = 0; i < model->tensor_count; i++) {
        const uint16_t item = planning->item_of[i];
        if (item != NO_ITEM && planning->items[item].first == UNWRITTEN) {
            refuse_tensor(planning, (int32_t)i, planning->items[item].last);
        }
    }
    if (planning->error.tensor_index == THIMBLE_NO_TENSOR) {
        return THIMBLE_OK;
    }
    THIMBLE_SAY(&planning->error, "the tensor is written twice, or read before it is written");
    return THIMBLE_ERR_MODEL;
}

// ---- preparing ops ------------------------------------------------------------------------------------------------

// Gives the op's output the memory of input `slot`, if that input dies here, or (`is_view`) if both stay unchanged from
// here on. Only between equal sizes: a smaller output would keep all of the input's memory busy for its own life.
// Returns whether it did.
static bool share_memory(thimble_planning *planning, uint32_t time, uint32_t slot) {
    const thimble_prepare *p = &planning->prepare;
    const int32_t input_index = thimble_model_tensor_index(p->model, p->op.inputs, slot);
    const uint16_t input = planning->item_of[input_index], output = planning->item_of[p->output.index];
    if (input == NO_ITEM || planning->items[output].bytes != planning->items[input].bytes ||
        (!p->is_view && planning->items[input].last != time)) {
        return false;
    }
    planning->items[output].bytes = 0;
    planning->item_of[p->output.index] = input;
    if (planning->items[output].last > planning->items[input].last) {
        planning->items[input].last = planning->items[output].last;
    }
    return true;
}

static uint32_t *put_places(const thimble_planning *planning, uint32_t tensors, uint32_t *place) {
    for (uint32_t i = 0; i < thimble_fb_count(planning->model->file, tensors); i++) {
        thimble_tensor_view tensor;
        thimble_model_tensor_at(planning->model, tensors, i, &tensor);
        *place = tensor.constant != 0 ? FILE_PLACE | tensor.constant : ABSENT_PLACE;
        if (tensor.index != THIMBLE_NO_TENSOR && planning->item_of[tensor.index] != NO_ITEM) {
            *place = ITEM_PLACE | planning->item_of[tensor.index];
        }
        place++;
    }
    return place;
}

// Scratch lives while the op runs, a piece for each worker; state lives from the start to the end.
static void add_scratch(thimble_planning *planning, uint32_t op_index, bool is_state) {
    const thimble_prepare *p = &planning->prepare;
    const uint32_t bytes = round_up(p->scratch_bytes, THIMBLE_ALIGNMENT);
    if (is_state) {
        add_item(planning, bytes, 0, planning->model->op_count + 1);
    } else {
        add_item(planning, bytes * thimble_worker_count(p->options), op_index + 1, op_index + 1);
    }
}

static void append_record(thimble_planning *planning, uint32_t op_index, uint32_t op_slot) {
    const thimble_prepare *p = &planning->prepare;
    const uint32_t scratch_count = p->scratch_bytes != 0;
    const uint32_t place_count = p->op.input_count + p->op.output_count + scratch_count;
    const uint32_t bytes = (uint32_t)sizeof(thimble_record) + 4 * place_count + round_up(p->record_bytes, 4);
    thimble_record *record = (thimble_record *)(void *)(planning->arena + planning->record_bytes);
    planning->record_bytes += bytes;
    planning->record_count++;
    if (scratch_count != 0) {
        add_scratch(planning, op_index, planning->ops[op_slot]->has_state);
    }
    if (planning->record_bytes > planning->record_capacity) {
        return;
    }
    const uint32_t type = (uint32_t)p->inputs[0].type;
    *record = (thimble_record){.words = (uint16_t)(bytes / 4),
                               .op_index = (uint16_t)op_index,
                               .op_slot = (uint8_t)op_slot,
                               .input_count = (uint8_t)p->op.input_count,
                               .place_count = (uint8_t)place_count,
                               .type_and_scratch = (uint8_t)(type * 2 + scratch_count)};
    uint32_t *place = put_places(planning, p->op.inputs, record->places);
    place = put_places(planning, p->op.outputs, place);
    if (scratch_count != 0) {
        *place++ = ITEM_PLACE | (planning->item_count - 1);
    }
    memcpy(place, p->record, p->record_bytes);
}

static thimble_status prepare_op(thimble_planning *planning, uint32_t op_index) {
    thimble_prepare *p = &planning->prepare;
    thimble_model_op(p->model, op_index, &p->op);
    if (!writes_item(planning, &p->op, op_index + 1)) {
        return THIMBLE_OK;
    }
    const uint32_t op_slot = find_op(planning, p->op.builtin_code);
    const thimble_op *op = planning->ops[op_slot];
    planning->error.op_index = (int32_t)op_index;
    planning->error.builtin_code = p->op.builtin_code;
    if (op == NULL || op_slot >= MAX_OP_SLOTS) {
        THIMBLE_SAY(&planning->error, "the op is not in the list of ops, or the engine does not have it");
        return THIMBLE_ERR_OP_MISSING;
    }
    planning->error.op_name = op->name;
    p->record_bytes = 0;
    p->scratch_bytes = 0;
    p->in_place = -1;
    p->is_view = false;
    for (uint32_t i = 0; i < THIMBLE_PREPARED_INPUTS; i++) {
        thimble_model_tensor_at(p->model, p->op.inputs, i, &p->inputs[i]);
    }
    thimble_model_tensor_at(p->model, p->op.outputs, 0, &p->output);
    THIMBLE_TRY(op->prepare(p));
    const bool shares = (p->is_view || p->in_place >= 0) &&
                        share_memory(planning, op_index + 1, p->is_view ? 0 : (uint32_t)p->in_place);
    if (!p->is_view || !shares) {
        append_record(planning, op_index, op_slot);
    }
    return THIMBLE_OK;
}

// Turns items into offsets, from `place` on.
static void finish_places(const thimble_planning *planning, uint32_t *place, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        if ((place[i] & (FILE_PLACE | ITEM_PLACE)) == ITEM_PLACE) {
            place[i] = (uint32_t)planning->need.record_bytes + planning->items[place[i] & ~ITEM_PLACE].offset;
        }
    }
}

static void finish(thimble_planning *planning, thimble_runner *runner) {
    const thimble_model *model = planning->model;
    uint32_t *places = (uint32_t *)(void *)planning->arena;
    uint32_t *at = put_places(planning, model->outputs, put_places(planning, model->inputs, places));
    const uint32_t graph_place_count = (uint32_t)(at - places);
    finish_places(planning, places, graph_place_count);
    for (uint32_t i = 0; i < planning->record_count; i++) {
        thimble_record *record = (thimble_record *)(void *)at;
        finish_places(planning, record->places, record->place_count);
        at += record->words;
    }
    runner->model = model;
    runner->ops = planning->ops;
    runner->arena = planning->arena;
    runner->options = planning->options;
    runner->first_record = 4 * graph_place_count;
    runner->record_count = planning->record_count;
}

// Plans the model into *planning, whose tables lie at the end of `memory`, and if there is a runner, makes it ready.
static thimble_status plan(thimble_planning *planning, thimble_runner *runner, const thimble_model *model,
                           const thimble_op *const ops[], const thimble_options *options, void *memory,
                           size_t memory_bytes) {
    memset(planning, 0, sizeof *planning);
    thimble_error_start(&planning->error);
    if (model == NULL || model->file == NULL || ops == NULL) {
        THIMBLE_SAY(&planning->error,
                    "model, ops or runner is NULL, the model is not opened, or the arena not aligned to 16 bytes");
        return THIMBLE_ERR_ARGUMENT;
    }
    planning->model = model;
    planning->ops = ops;
    if (options != NULL) {
        planning->options = *options;
    }
    planning->prepare.model = model;
    planning->prepare.options = &planning->options;
    planning->prepare.error = &planning->error;

    // One item for each tensor that is written, and one per op for scratch.
    const uint32_t input_count = thimble_fb_count(model->file, model->inputs);
    planning->item_capacity = input_count;
    for (uint32_t i = 0; i < model->op_count; i++) {
        thimble_model_op(model, i, &planning->prepare.op);
        planning->item_capacity += planning->prepare.op.output_count + 1;
    }
    if (planning->item_capacity >= NO_ITEM) {
        THIMBLE_SAY(&planning->error, "the graph has too many tensors");
        return THIMBLE_ERR_UNSUPPORTED;
    }
    const uint32_t item_bytes = planning->item_capacity * (uint32_t)sizeof *planning->items;
    const uint32_t index_bytes = model->tensor_count * (uint32_t)sizeof *planning->item_of;
    const uint32_t table_bytes = round_up(item_bytes + index_bytes, 4);
    const size_t padding = (size_t)(-(uintptr_t)memory % 4);
    planning->need.room_bytes = table_bytes + 3;  // whatever its alignment
    if (memory == NULL || memory_bytes < table_bytes + padding) {
        planning->error.needed_bytes = runner == NULL ? planning->need.room_bytes : table_bytes;
        THIMBLE_SAY(&planning->error, "the buffer is too small");
        return THIMBLE_ERR_MEMORY;
    }
    const size_t usable_bytes = memory_bytes - padding < INT32_MAX ? memory_bytes - padding : INT32_MAX;
    planning->arena = (uint8_t *)memory + padding;
    planning->record_capacity = (uint32_t)(usable_bytes - table_bytes) & ~3u;
    planning->items = (thimble_item *)(void *)(planning->arena + planning->record_capacity);
    planning->item_of = (uint16_t *)(planning->items + planning->item_capacity);
    memset(planning->item_of, 0xff, index_bytes);

    THIMBLE_TRY(find_lifetimes(planning));
    planning->record_bytes = 4 * (input_count + thimble_fb_count(model->file, model->outputs));
    for (uint32_t i = 0; i < model->op_count; i++) {
        THIMBLE_TRY(prepare_op(planning, i));
    }
    thimble_error_start(&planning->error);  // no op's any more
    const uint32_t bound = thimble_plan_bound(planning->items, planning->item_count, model->op_count + 1);
    const uint32_t activation_bytes = thimble_plan(planning->items, planning->item_count, bound);
    const uint32_t record_bytes = round_up(planning->record_bytes, THIMBLE_ALIGNMENT);
    const uint32_t larger = activation_bytes > table_bytes ? activation_bytes : table_bytes;
    if (larger > INT32_MAX - record_bytes) {
        THIMBLE_SAY(&planning->error, "the model needs an arena of more than 2 GB");
        return THIMBLE_ERR_UNSUPPORTED;
    }
    planning->need.arena_bytes = record_bytes + larger;
    planning->need.activation_bytes = activation_bytes;
    planning->need.record_bytes = record_bytes;
    planning->need.live_peak_bytes = bound;
    if (runner != NULL) {
        if (memory_bytes < planning->need.arena_bytes) {
            planning->error.needed_bytes = planning->need.arena_bytes;
            THIMBLE_SAY(&planning->error, "the buffer is too small");
            return THIMBLE_ERR_MEMORY;
        }
        finish(planning, runner);
    }
    return THIMBLE_OK;
}

thimble_status thimble_measure(const thimble_model *model, const thimble_op *const ops[],
                               const thimble_options *options, void *room, size_t room_bytes, thimble_memory *need,
                               thimble_error *error) {
    thimble_planning planning;
    const thimble_status status = plan(&planning, NULL, model, ops, options, room, room_bytes);
    if (status == THIMBLE_OK) {
        *need = planning.need;
    }
    return thimble_error_end(&planning.error, status, error);
}

thimble_status thimble_init(thimble_runner *runner, const thimble_model *model, const thimble_op *const ops[],
                            const thimble_options *options, void *arena, size_t arena_bytes, thimble_error *error) {
    thimble_planning planning;
    if (runner == NULL || (arena == NULL && arena_bytes != 0) || (uintptr_t)arena % THIMBLE_ALIGNMENT != 0) {
        model = NULL;
    }
    const thimble_status status = plan(&planning, runner, model, ops, options, arena, arena_bytes);
    return thimble_error_end(&planning.error, status, error);
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
    thimble_op_view op;
    thimble_model_op(runner->model, record->op_index, &op);
    thimble_tensor_view tensor;
    thimble_model_tensor_at(runner->model, op.outputs, 0, &tensor);
    const thimble_event event = {.after = after,
                                 .op_index = record->op_index,
                                 .builtin_code = op.builtin_code,
                                 .op_name = runner->ops[record->op_slot]->name,
                                 .output = output,
                                 .output_bytes = tensor.data_bytes,
                                 .output_tensor = tensor.index};
    return runner->options.trace(runner->options.context, &event);
}

thimble_status thimble_run(thimble_runner *runner) {
    uint32_t at = runner->first_record;
    for (uint32_t i = 0; i < runner->record_count; i++) {
        const thimble_record *record = (const thimble_record *)(const void *)(runner->arena + at);
        at += 4u * record->words;
        const uint32_t place_count = record->place_count;
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

void thimble_reset(thimble_runner *runner) {
    uint32_t at = runner->first_record;
    for (uint32_t i = 0; i < runner->record_count; i++) {
        thimble_record *record = (thimble_record *)(void *)(runner->arena + at);
        at += 4u * record->words;
        if (runner->ops[record->op_slot]->has_state) {
            thimble_state_forget(record->places + record->place_count);
        }
    }
}

size_t thimble_input_count(const thimble_runner *runner) {
    return thimble_fb_count(runner->model->file, runner->model->inputs);
}

size_t thimble_output_count(const thimble_runner *runner) {
    return thimble_fb_count(runner->model->file, runner->model->outputs);
}

// The tensor at `index` of `tensors`, whose places start at places[first].
static thimble_tensor describe(const thimble_runner *runner, uint32_t tensors, size_t index, size_t first) {
    const uint32_t *places = (const uint32_t *)(const void *)runner->arena;
    const uint32_t slot = index < UINT32_MAX ? (uint32_t)index : UINT32_MAX;
    const int32_t tensor_index = thimble_model_tensor_index(runner->model, tensors, slot);
    void *data = tensor_index == THIMBLE_NO_TENSOR ? NULL : address_of(runner, places[first + slot]);
    return thimble_model_describe(runner->model, tensor_index, data);
}

thimble_tensor thimble_input(const thimble_runner *runner, size_t index) {
    return describe(runner, runner->model->inputs, index, 0);
}

thimble_tensor thimble_output(const thimble_runner *runner, size_t index) {
    return describe(runner, runner->model->outputs, index, thimble_input_count(runner));
}
