// batch_matmul.c - BATCH_MATMUL: products of matrices, one for each batch.
//
//     output[..][row][column] = sum over k of first[..][row][k] * second[..][k][column]
//
// Either matrix may lie in memory with rows and columns exchanged. Batch dimensions of 1 are repeated.
//
// Arithmetic: BatchMatMul in tensorflow/lite/kernels/internal/reference/batch_matmul.h of TensorFlow Lite.
//
// SPDX-License-Identifier: Apache-2.0
#include "op.h"

enum { FIRST, SECOND, INPUTS };
enum { EXCHANGE_FIRST, EXCHANGE_SECOND };  // adj_x, adj_y in BatchMatMulOptions
enum { BATCH_LOOPS = THIMBLE_MAX_RANK - 2 };

typedef struct batch_loop {
    int32_t count;
    int32_t steps[INPUTS];  // in elements
} batch_loop;

typedef struct thimble_batch_matmul_record {
    int32_t rows, depth, columns;
    int32_t outer_steps[INPUTS];  // to the next row of the first, the next column of the second
    int32_t inner_steps[INPUTS];  // along the depth
    thimble_rescale factor;
    int8_t zero_points[INPUTS], output_zero_point;
    uint8_t loop_count;
    batch_loop loops[BATCH_LOOPS];  // the innermost first
} thimble_batch_matmul_record;

// Dimension `from_end` (0: the last one) of `tensor`, as if it had ones in front.
static int32_t dimension(const thimble_tensor_view *tensor, int32_t from_end) {
    return from_end < tensor->rank ? tensor->shape[tensor->rank - 1 - from_end] : 1;
}

static thimble_status prepare_shapes(thimble_prepare *p, thimble_batch_matmul_record *r) {
    const thimble_tensor_view *const first = &p->inputs[FIRST], *const second = &p->inputs[SECOND];
    const bool exchange_first = thimble_option_i8(p, EXCHANGE_FIRST, 0) != 0;
    const bool exchange_second = thimble_option_i8(p, EXCHANGE_SECOND, 0) != 0;
    THIMBLE_REQUIRE(p, first->rank >= 2 && second->rank >= 2 && p->output.rank >= 2, p->output.index,
                    "inputs and output need at least 2 dimensions");
    r->rows = dimension(first, exchange_first ? 0 : 1);
    r->depth = dimension(first, exchange_first ? 1 : 0);
    r->columns = dimension(second, exchange_second ? 1 : 0);
    r->outer_steps[FIRST] = exchange_first ? 1 : r->depth;
    r->inner_steps[FIRST] = exchange_first ? r->rows : 1;
    r->outer_steps[SECOND] = exchange_second ? r->depth : 1;
    r->inner_steps[SECOND] = exchange_second ? 1 : r->columns;
    THIMBLE_REQUIRE(p,
                    dimension(second, exchange_second ? 0 : 1) == r->depth && dimension(&p->output, 1) == r->rows &&
                        dimension(&p->output, 0) == r->columns,
                    p->output.index, "rows and columns of inputs and output do not belong together");
    int32_t sizes[INPUTS] = {r->rows * r->depth, r->depth * r->columns};
    r->loop_count = (uint8_t)(p->output.rank - 2);
    for (int32_t i = 0; i < BATCH_LOOPS; i++) {
        batch_loop loop = {.count = dimension(&p->output, i + 2)};
        int32_t largest = 1;
        for (int32_t k = 0; k < INPUTS; k++) {
            const int32_t size = dimension(&p->inputs[k], i + 2);
            THIMBLE_REQUIRE(p, size == loop.count || size == 1, p->inputs[k].index,
                            "the batch dimensions of inputs and output do not belong together");
            loop.steps[k] = size == 1 ? 0 : sizes[k];
            sizes[k] *= size;
            largest = size == 1 ? largest : size;
        }
        THIMBLE_REQUIRE(p, largest == loop.count, p->output.index,
                        "the batch dimensions of inputs and output do not belong together");
        r->loops[i] = loop;
    }
    if (p->output.element_count == 0) {
        r->rows = 0;
        r->loop_count = 0;
    }
    p->record_bytes =
        (uint32_t)offsetof(thimble_batch_matmul_record, loops) + r->loop_count * (uint32_t)sizeof(batch_loop);
    return THIMBLE_OK;
}

static thimble_status prepare(thimble_prepare *p, bool float_too) {
    THIMBLE_TRY(thimble_check_slots(p, 2, 2));
    const thimble_tensor_view *const first = &p->inputs[FIRST], *const second = &p->inputs[SECOND];
    const bool is_float = float_too && first->type == THIMBLE_FLOAT32;
    THIMBLE_REQUIRE(
        p, (is_float || first->type == THIMBLE_INT8) && second->type == first->type && p->output.type == first->type,
        first->index, "inputs and output all have to be int8 (or all float32)");
    thimble_batch_matmul_record *record = THIMBLE_RECORD(p, thimble_batch_matmul_record);
    if (!is_float) {
        THIMBLE_TRY(thimble_check_quantized(p, first));
        THIMBLE_TRY(thimble_check_quantized(p, second));
        THIMBLE_TRY(thimble_check_quantized(p, &p->output));
        record->factor = thimble_rescale_of(first->scale, second->scale, p->output.scale, 0);
        THIMBLE_REQUIRE(p, record->factor.shift <= 30, p->output.index, "the scales are too far apart");
        record->zero_points[FIRST] = (int8_t)first->zero_point;
        record->zero_points[SECOND] = (int8_t)second->zero_point;
        record->output_zero_point = (int8_t)p->output.zero_point;
    }
    return prepare_shapes(p, record);
}

typedef void product_fn(const thimble_batch_matmul_record *r, const void *first, const void *second, void *output);

static void product_int8(const thimble_batch_matmul_record *r, const void *first, const void *second, void *output) {
    int8_t *out = output;
    for (int32_t row = 0; row < r->rows; row++) {
        for (int32_t column = 0; column < r->columns; column++) {
            const int8_t *a = (const int8_t *)first + row * r->outer_steps[FIRST];
            const int8_t *b = (const int8_t *)second + column * r->outer_steps[SECOND];
            int32_t sum = 0;
            for (int32_t k = 0; k < r->depth; k++) {
                sum = thimble_mac(sum, a[k * r->inner_steps[FIRST]] - r->zero_points[FIRST],
                                  b[k * r->inner_steps[SECOND]] - r->zero_points[SECOND]);
            }
            *out++ = thimble_output_int8(sum, r->factor, r->output_zero_point, INT8_MIN, INT8_MAX);
        }
    }
}

static void product_f32(const thimble_batch_matmul_record *r, const void *first, const void *second, void *output) {
    float *out = output;
    for (int32_t row = 0; row < r->rows; row++) {
        for (int32_t column = 0; column < r->columns; column++) {
            const float *a = (const float *)first + row * r->outer_steps[FIRST];
            const float *b = (const float *)second + column * r->outer_steps[SECOND];
            float sum = 0;
            for (int32_t k = 0; k < r->depth; k++) {
                sum += a[k * r->inner_steps[FIRST]] * b[k * r->inner_steps[SECOND]];
            }
            *out++ = sum;
        }
    }
}

static void run_batches(const thimble_call *call, product_fn *product, size_t element_bytes) {
    const thimble_batch_matmul_record *r = call->record;
    int32_t at[INPUTS] = {0}, index[BATCH_LOOPS] = {0};
    uint8_t *output = call->outputs[0];
    uint32_t d;
    do {
        product(r, (const uint8_t *)call->inputs[FIRST] + (size_t)at[FIRST] * element_bytes,
                (const uint8_t *)call->inputs[SECOND] + (size_t)at[SECOND] * element_bytes, output);
        output += (size_t)r->rows * (size_t)r->columns * element_bytes;
        // Count on, as an odometer does.
        for (d = 0; d < r->loop_count; d++) {
            const batch_loop *loop = &r->loops[d];
            const bool ends = ++index[d] == loop->count;
            for (int32_t k = 0; k < INPUTS; k++) {
                at[k] += ends ? -loop->steps[k] * (loop->count - 1) : loop->steps[k];
            }
            if (!ends) {
                break;
            }
            index[d] = 0;
        }
    } while (d < r->loop_count);
}

static void run_int8(const thimble_call *call) {
    run_batches(call, product_int8, sizeof(int8_t));
}

static void run(const thimble_call *call) {
    if (call->type == THIMBLE_INT8) {
        run_int8(call);
    } else {
        run_batches(call, product_f32, sizeof(float));
    }
}

static thimble_status prepare_int8(thimble_prepare *p) {
    return prepare(p, false);
}

static thimble_status prepare_any(thimble_prepare *p) {
    return prepare(p, true);
}

THIMBLE_DEFINE_OP(batch_matmul_int8, "BATCH_MATMUL", 126, prepare_int8, run_int8);
THIMBLE_DEFINE_OP(batch_matmul, "BATCH_MATMUL", 126, prepare_any, run);
