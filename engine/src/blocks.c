// blocks.c - moves between an image and the sub-images of its blocks.
//
// After SpaceToBatchND, BatchToSpaceND, SpaceToDepth and DepthToSpace in tensorflow/lite/kernels/internal/reference of
// TensorFlow Lite.
//
// SPDX-License-Identifier: Apache-2.0
#include "blocks.h"

#include "copy.h"

enum { INPUT, BLOCK, BORDERS };
enum { ROWS, COLUMNS, DIRECTIONS };

// ---- batch --------------------------------------------------------------------------------------------------------

typedef struct blocks_axis {
    int32_t image, part;    // rows (or columns) of the image and of a sub-image
    int32_t block, before;  // a sub-image's row i is the image's row i * block + place - before
} blocks_axis;

typedef struct thimble_blocks_record {
    blocks_axis axes[DIRECTIONS];
    int32_t batches, places;
    int32_t pixel_bytes;
    uint32_t output_bytes;
    bool has_border;
    uint8_t zero;  // every byte of the stored real zero
} thimble_blocks_record;

static bool axis_fits(const blocks_axis *axis, int32_t after) {
    return axis->block >= 1 && axis->before >= 0 && after >= 0 && (int64_t)axis->part * axis->block <= INT32_MAX &&
           (int64_t)axis->part * axis->block == (int64_t)axis->image + axis->before + after;
}

thimble_status thimble_blocks_prepare_batch(thimble_prepare *p, bool to_batch) {
    THIMBLE_TRY(thimble_check_slots(p, 3, 3));
    const thimble_tensor_view *const input = &p->inputs[INPUT], *const output = &p->output;
    const thimble_tensor_view *const image = to_batch ? input : output, *const parts = to_batch ? output : input;
    const int32_t last = input->rank - 1;
    THIMBLE_REQUIRE(p, input->type == output->type && (last == 2 || last == 3) && output->rank == input->rank,
                    output->index, "input and output need the same type and 4 dimensions (or 3)");
    int32_t block[DIRECTIONS] = {1, 1}, borders[2 * DIRECTIONS] = {0};
    THIMBLE_REQUIRE(p,
                    thimble_prepare_constant_i32(p, BLOCK, block, last - 1) == last - 1 &&
                        thimble_prepare_constant_i32(p, BORDERS, borders, 2 * (last - 1)) == 2 * (last - 1),
                    p->inputs[BLOCK].index,
                    "block sizes and borders have to be constant: one int32 and two int32 for each dimension");
    thimble_blocks_record *record = THIMBLE_RECORD(p, thimble_blocks_record);
    *record = (thimble_blocks_record){
        .batches = image->shape[0],
        .pixel_bytes = image->shape[last] * (int32_t)thimble_type_bytes((int32_t)image->type),
        .output_bytes = output->data_bytes,
        .zero = output->type == THIMBLE_INT8 || output->type == THIMBLE_UINT8 ? (uint8_t)output->zero_point : 0};
    for (int32_t i = 0; i < DIRECTIONS; i++) {
        const bool has = i < last - 1;
        blocks_axis *axis = &record->axes[i];
        *axis = (blocks_axis){has ? image->shape[1 + i] : 1, has ? parts->shape[1 + i] : 1, block[i], borders[2 * i]};
        THIMBLE_REQUIRE(p, axis_fits(axis, borders[2 * i + 1]), output->index,
                        "the output's height or width does not follow from block sizes and borders");
        record->has_border |= borders[2 * i] != 0 || borders[2 * i + 1] != 0;
    }
    const int64_t places = (int64_t)block[ROWS] * block[COLUMNS];
    THIMBLE_REQUIRE(p,
                    places <= INT32_MAX && parts->shape[0] == image->shape[0] * places &&
                        parts->shape[last] == image->shape[last],
                    output->index, "the output's batch size or channels do not follow from the block sizes");
    record->places = output->element_count != 0 ? (int32_t)places : 0;
    return THIMBLE_OK;
}

// Which rows of a sub-image lie in the image, for the place that is `offset` rows into the block.
static thimble_range rows_inside(const blocks_axis *axis, int32_t offset) {
    const int32_t first = axis->before - offset, end = first + axis->image;
    return (thimble_range){first <= 0 ? 0 : (first - 1) / axis->block + 1, end <= 0 ? 0 : (end - 1) / axis->block + 1};
}

// Steps in memory may wrap where they are not used.
static int32_t product(int32_t a, int32_t b) {
    return (int32_t)((uint32_t)a * (uint32_t)b);
}

// The copy between image (as its input) and the sub-image of one place; false if there is nothing to copy.
static bool find_copy(const thimble_blocks_record *r, int32_t place, thimble_copy *copy) {
    const blocks_axis *rows = &r->axes[ROWS], *columns = &r->axes[COLUMNS];
    const int32_t down = place / columns->block, across = place % columns->block;
    const thimble_range y = rows_inside(rows, down), x = rows_inside(columns, across);
    const int32_t image_row = product(columns->image, r->pixel_bytes),
                  part_row = product(columns->part, r->pixel_bytes);
    const int32_t image_bytes = product(rows->image, image_row), part_bytes = product(rows->part, part_row);
    if (r->batches == 0 || y.begin >= y.end || x.begin >= x.end) {
        return false;
    }
    *copy =
        (thimble_copy){.input_begin = (y.begin * rows->block + down - rows->before) * image_row +
                                      (x.begin * columns->block + across - columns->before) * r->pixel_bytes,
                       .output_begin = place * r->batches * part_bytes + y.begin * part_row + x.begin * r->pixel_bytes,
                       .run_bytes = r->pixel_bytes,
                       .loop_count = 3,
                       .loops = {{r->batches, image_bytes, part_bytes},
                                 {y.end - y.begin, product(rows->block, image_row), part_row},
                                 {x.end - x.begin, product(columns->block, r->pixel_bytes), r->pixel_bytes}}};
    return true;
}

void thimble_blocks_run_to_batch(const thimble_call *call) {
    const thimble_blocks_record *r = call->record;
    if (r->has_border) {
        memset(call->outputs[0], r->zero, r->output_bytes);
    }
    for (int32_t place = 0; place < r->places; place++) {
        thimble_copy copy;
        if (find_copy(r, place, &copy)) {
            thimble_copy_run(&copy, call->inputs[INPUT], call->outputs[0]);
        }
    }
}

void thimble_blocks_run_from_batch(const thimble_call *call) {
    const thimble_blocks_record *r = call->record;
    for (int32_t place = 0; place < r->places; place++) {
        thimble_copy copy;
        if (find_copy(r, place, &copy)) {
            const thimble_copy back = thimble_copy_reversed(&copy);
            thimble_copy_run(&back, call->inputs[INPUT], call->outputs[0]);
        }
    }
}

// ---- depth --------------------------------------------------------------------------------------------------------

thimble_status thimble_blocks_prepare_depth(thimble_prepare *p, bool to_depth) {
    THIMBLE_TRY(thimble_check_elementwise(p, 1, 1));
    const thimble_tensor_view *const input = &p->inputs[INPUT], *const output = &p->output;
    const int32_t *image = to_depth ? input->shape : output->shape, *deep = to_depth ? output->shape : input->shape;
    const int32_t block = thimble_option_i32(p, 0, 0);
    THIMBLE_REQUIRE(p, input->type == output->type && input->rank == 4 && output->rank == 4, output->index,
                    "input and output need the same type and 4 dimensions");
    THIMBLE_REQUIRE(p,
                    block >= 1 && image[0] == deep[0] && image[1] == (int64_t)deep[1] * block &&
                        image[2] == (int64_t)deep[2] * block && (int64_t)image[3] * block <= INT32_MAX &&
                        deep[3] == (int64_t)image[3] * block * block,
                    output->index, "the output's shape does not follow from the size of the blocks");
    const int32_t element_bytes = (int32_t)thimble_type_bytes((int32_t)input->type);
    const int32_t run = image[3] * block, row = product(deep[2], run);  // elements of a block's row, of an image's
    thimble_copy *copy = THIMBLE_RECORD(p, thimble_copy);
    *copy = (thimble_copy){
        .run_bytes = element_bytes,
        .loop_count = 5,
        .loops = {{deep[0], product(product(deep[1], block), row), product(product(deep[1], block), row)},
                  {deep[1], product(block, row), product(block, row)},
                  {deep[2], run, product(block, run)},
                  {block, row, run},
                  {run, 1, 1}}};
    for (int32_t i = 0; i < copy->loop_count; i++) {
        copy->loops[i].input_step = product(copy->loops[i].input_step, element_bytes);
        copy->loops[i].output_step = product(copy->loops[i].output_step, element_bytes);
    }
    *copy = to_depth ? *copy : thimble_copy_reversed(copy);
    p->record_bytes = thimble_copy_simplify(copy);
    return THIMBLE_OK;
}

void thimble_blocks_run_depth(const thimble_call *call) {
    thimble_copy_run(call->record, call->inputs[INPUT], call->outputs[0]);
}
