// conv.c - what CONV_2D and DEPTHWISE_CONV_2D share.
//
// SPDX-License-Identifier: Apache-2.0
#include "conv.h"

// All but bias, activation and quantization.
static thimble_status prepare_geometry(thimble_prepare *p, const thimble_conv_layout *layout, thimble_type type,
                                       thimble_type weights_type, thimble_conv_record *record) {
    THIMBLE_TRY(thimble_weights_check(p, type, weights_type));
    const thimble_tensor_view *const weights = &p->inputs[THIMBLE_WEIGHTS_WEIGHTS];
    THIMBLE_REQUIRE(p, weights->rank == 4, weights->index, "the weights need 4 dimensions");
    record->window.rows.kernel = weights->shape[1];
    record->window.columns.kernel = weights->shape[2];
    record->window.rows.dilation = thimble_option_i32(p, layout->dilation_field + 1u, 1);
    record->window.columns.dilation = thimble_option_i32(p, layout->dilation_field, 1);
    THIMBLE_TRY(thimble_window_prepare(p, &record->window));
    record->input_channels = p->inputs[0].shape[3];
    record->weight_channels = weights->shape[3];
    record->output_channels = weights->shape[layout->channel_dimension];
    THIMBLE_REQUIRE(p,
                    record->input_channels > 0 && record->weight_channels > 0 && record->output_channels > 0 &&
                        p->output.shape[3] == record->output_channels && layout->channels_fit(p, record),
                    weights->index, "the channels of input, weights and output do not belong together");
    return THIMBLE_OK;
}

static int32_t activation(const thimble_prepare *p, const thimble_conv_layout *layout) {
    return thimble_option_i8(p, layout->activation_field, THIMBLE_ACT_NONE);
}

thimble_status thimble_conv_prepare_int8(thimble_prepare *p, const thimble_conv_layout *layout) {
    thimble_conv_record *record = THIMBLE_RECORD(p, thimble_conv_record);
    THIMBLE_TRY(prepare_geometry(p, layout, THIMBLE_INT8, THIMBLE_INT8, record));
    return thimble_weights_prepare_int8(p, record->output_channels, activation(p, layout), &record->scale);
}

thimble_status thimble_conv_prepare_int16(thimble_prepare *p, const thimble_conv_layout *layout) {
    thimble_conv_record *record = THIMBLE_RECORD(p, thimble_conv_record);
    THIMBLE_TRY(prepare_geometry(p, layout, THIMBLE_INT16, THIMBLE_INT8, record));
    return thimble_weights_prepare_int16(p, record->output_channels, activation(p, layout), layout->bias_type_field,
                                         &record->int16);
}

thimble_status thimble_conv_prepare(thimble_prepare *p, const thimble_conv_layout *layout) {
    if (p->inputs[0].type == THIMBLE_INT16) {
        return thimble_conv_prepare_int16(p, layout);
    }
    if (p->inputs[0].type != THIMBLE_FLOAT32) {
        return thimble_conv_prepare_int8(p, layout);
    }
    thimble_conv_record *record = THIMBLE_RECORD(p, thimble_conv_record);
    THIMBLE_TRY(prepare_geometry(p, layout, THIMBLE_FLOAT32, THIMBLE_FLOAT32, record));
    return thimble_weights_prepare_f32(p, record->output_channels, activation(p, layout), &record->range);
}

void thimble_conv_run_int8(const thimble_call *call, thimble_weights_int8_fn *kernel, uint32_t scratch_bytes) {
    const thimble_conv_record *record = call->record;
    thimble_weights_run_int8(call, kernel, scratch_bytes, record->output_channels);
}

void thimble_conv_run_int16(const thimble_call *call, thimble_weights_int16_fn *kernel) {
    const thimble_conv_record *record = call->record;
    thimble_weights_run_int16(call, kernel, record->output_channels);
}

void thimble_conv_run_f32(const thimble_call *call, thimble_weights_f32_fn *kernel) {
    const thimble_conv_record *record = call->record;
    thimble_weights_run_f32(call, kernel, record->output_channels);
}
