// plane_riscv.c - one channel of an image under a 3x3 kernel.
//
// SPDX-License-Identifier: Apache-2.0
#include "plane_riscv.h"

enum { SIDE = 3 };

bool thimble_plane_serves(const thimble_window *w) {
    return w->rows.kernel == SIDE && w->columns.kernel == SIDE && w->rows.dilation == 1 && w->columns.dilation == 1 &&
           w->columns.stride <= 2;
}

// What stays the same for the rows that see the same rows of the kernel. All times 4, as the output step wants it.
typedef struct plane_kernel {
    int32_t weights[SIDE][SIDE];  // [row][column]; 0 for rows outside the image
    int32_t bias;                 // with what the zero point adds
    int32_t outside[SIDE];        // what a column outside the image adds, by its place in the kernel
} plane_kernel;

static void set_kernel(const thimble_plane *p, thimble_range inside, plane_kernel *kernel) {
    const int32_t factor = 4 * p->scale->input_zero_point;
    kernel->bias = 4 * p->bias;
    for (int32_t j = 0; j < SIDE; j++) {
        const int8_t *weight = p->weights + j * p->weights_step;
        int32_t sum = 0;
        for (int32_t i = 0; i < SIDE; i++) {
            const int32_t w = i >= inside.begin && i < inside.end ? *weight : 0;
            kernel->weights[i][j] = 4 * w;
            sum += w;
            weight += SIDE * p->weights_step;
        }
        kernel->outside[j] = factor * sum;
        kernel->bias -= factor * sum;
    }
}

// Loads `column` of three values, one after the other, and adds to three sums: `a` += the column by the left weights,
// `b` by the middle and `c` by the right ones. Of the values only one is in a register at any time.
#define ADD_COLUMN(a, b, c)   \
    do {                      \
        int32_t x = *r0;      \
        r0 += step;           \
        (a) += x * w00;       \
        (b) += x * w01;       \
        (c) += x * w02;       \
        THIMBLE_KEEP_ORDER(); \
        x = *r1;              \
        r1 += step;           \
        (a) += x * w10;       \
        (b) += x * w11;       \
        (c) += x * w12;       \
        THIMBLE_KEEP_ORDER(); \
        x = *r2;              \
        r2 += step;           \
        (a) += x * w20;       \
        (b) += x * w21;       \
        (c) += x * w22;       \
        THIMBLE_KEEP_ORDER(); \
    } while (0)

// The names that ADD_COLUMN wants, for rows of the input that start at `rows`.
#define PLANE_REGISTERS(p, kernel, rows)                                                                       \
    const int32_t step = (p)->input_step;                                                                      \
    const int8_t *r0 = (rows)[0], *r1 = (rows)[1], *r2 = (rows)[2];                                            \
    const int32_t w00 = (kernel)->weights[0][0], w01 = (kernel)->weights[0][1], w02 = (kernel)->weights[0][2]; \
    const int32_t w10 = (kernel)->weights[1][0], w11 = (kernel)->weights[1][1], w12 = (kernel)->weights[1][2]; \
    const int32_t w20 = (kernel)->weights[2][0], w21 = (kernel)->weights[2][1], w22 = (kernel)->weights[2][2]

THIMBLE_ALWAYS_INLINE void run_row_stride_1(const thimble_plane *p, bool has_ties, const plane_kernel *kernel,
                                            const int8_t *const rows[SIDE], int8_t *output) {
    PLANE_REGISTERS(p, kernel, rows);
    const thimble_axis *columns = &p->window->columns;
    const int32_t output_step = p->output_step, lowest = p->scale->lowest, highest = p->scale->highest;
    const int32_t bias = kernel->bias;
    const thimble_output_step scale = p->step;
    int32_t sum = 0, now = bias + kernel->outside[1], next = bias + kernel->outside[0];
    for (int32_t i = columns->pad; i < 2; i++) {
        now = next;
        next = bias;
        ADD_COLUMN(next, now, sum);
    }
    const int32_t inner = thimble_min(columns->output, columns->input + columns->pad - 2);
    const int8_t *const end = output + inner * output_step;
    while (output != end) {
        sum = now;
        now = next;
        next = bias;
        ADD_COLUMN(next, now, sum);
        *output = (int8_t)thimble_output_step_apply_4(scale, sum, has_ties, lowest, highest);
        output += output_step;
    }
    if (inner < columns->output) {
        *output = (int8_t)thimble_output_step_apply_4(scale, now + kernel->outside[2], has_ties, lowest, highest);
    }
}

THIMBLE_ALWAYS_INLINE void run_row_stride_2(const thimble_plane *p, bool has_ties, const plane_kernel *kernel,
                                            const int8_t *const rows[SIDE], int8_t *output) {
    PLANE_REGISTERS(p, kernel, rows);
    const thimble_axis *columns = &p->window->columns;
    const int32_t output_step = p->output_step, lowest = p->scale->lowest, highest = p->scale->highest;
    const int32_t bias = kernel->bias;
    const thimble_output_step scale = p->step;
    int32_t unused = 0, next = bias + kernel->outside[0];
    if (columns->pad == 0) {
        next = bias;
        ADD_COLUMN(next, unused, unused);
    }
    const int32_t inner = thimble_min(columns->output, (columns->input + columns->pad - 1) / 2);
    const int8_t *const end = output + inner * output_step;
    while (output != end) {
        int32_t sum = next;
        ADD_COLUMN(unused, sum, unused);
        next = bias;
        ADD_COLUMN(next, unused, sum);
        *output = (int8_t)thimble_output_step_apply_4(scale, sum, has_ties, lowest, highest);
        output += output_step;
    }
    if (inner < columns->output) {
        ADD_COLUMN(unused, next, unused);
        *output = (int8_t)thimble_output_step_apply_4(scale, next + kernel->outside[2], has_ties, lowest, highest);
    }
}

// One image of the batch.
THIMBLE_ALWAYS_INLINE void run_image(const thimble_plane *p, bool has_ties, const int8_t *image, int8_t *output) {
    const thimble_window *w = p->window;
    const int32_t row_step = w->columns.input * p->input_step;
    thimble_range inside = {0, 0};
    plane_kernel kernel = {0};
    for (int32_t y = 0; y < w->rows.output; y++) {
        const int32_t top = y * w->rows.stride - w->rows.pad;
        const thimble_range seen = thimble_window_taps(&w->rows, top);
        if (y == 0 || seen.begin != inside.begin || seen.end != inside.end) {
            inside = seen;
            set_kernel(p, inside, &kernel);
        }
        const int8_t *rows[SIDE];
        for (int32_t i = 0; i < SIDE; i++) {
            rows[i] = image + thimble_clamp(top + i, 0, w->rows.input - 1) * row_step;
        }
        if (w->columns.stride == 1) {
            run_row_stride_1(p, has_ties, &kernel, rows, output);
        } else {
            run_row_stride_2(p, has_ties, &kernel, rows, output);
        }
        output += w->columns.output * p->output_step;
    }
}

void thimble_plane_run(const thimble_plane *p) {
    const thimble_window *w = p->window;
    for (int32_t b = 0; b < w->batches; b++) {
        const int8_t *image = p->input + b * w->rows.input * w->columns.input * p->input_step;
        int8_t *output = p->output + b * w->rows.output * w->columns.output * p->output_step;
        if (p->scale->lowest < p->scale->output_zero_point) {
            run_image(p, true, image, output);
        } else {
            run_image(p, false, image, output);
        }
    }
}
