// resize.c - checks of the ops that resize images.
//
// SPDX-License-Identifier: Apache-2.0
#include "resize.h"

enum { INPUT, SIZE };
enum { LARGEST = 1 << 20 };  // so that positions fit 31 bits with 10 behind the point

thimble_status thimble_resize_prepare(thimble_prepare *p, uint32_t align_corners_field,
                                      uint32_t half_pixel_centers_field, thimble_resize_record *record) {
    THIMBLE_TRY(thimble_check_slots(p, 2, 2));
    const thimble_tensor_view *const input = &p->inputs[INPUT], *const output = &p->output;
    THIMBLE_REQUIRE(p, input->type == output->type && input->rank == 4 && output->rank == 4, output->index,
                    "input and output need the same type and 4 dimensions");
    int32_t size[2];
    THIMBLE_REQUIRE(p, thimble_prepare_constant_i32(p, SIZE, size, 2) == 2, p->inputs[SIZE].index,
                    "the new size has to be constant: two int32");
    THIMBLE_REQUIRE(p,
                    output->shape[0] == input->shape[0] && output->shape[1] == size[0] && output->shape[2] == size[1] &&
                        output->shape[3] == input->shape[3],
                    output->index, "the output's shape is not the input's with the new size");
    for (int32_t i = 1; i <= 2; i++) {
        THIMBLE_REQUIRE(p,
                        input->shape[i] >= 1 && input->shape[i] <= LARGEST && output->shape[i] >= 1 &&
                            output->shape[i] <= LARGEST,
                        output->index, "height and width have to be at least 1 and at most 2^20");
    }
    *record =
        (thimble_resize_record){.rows = {input->shape[1], output->shape[1]},
                                .columns = {input->shape[2], output->shape[2]},
                                .batches = input->shape[3] != 0 ? input->shape[0] : 0,
                                .pixel_bytes = input->shape[3] * (int32_t)thimble_type_bytes((int32_t)input->type),
                                .align_corners = thimble_option_i8(p, align_corners_field, 0) != 0,
                                .half_pixel_centers = thimble_option_i8(p, half_pixel_centers_field, 0) != 0};
    return THIMBLE_OK;
}
