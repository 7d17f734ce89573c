// thimble_ops.h - the ops. List the ones your model needs; what is not listed is not linked:
//
//     static const thimble_op *const ops[] = {&thimble_op_conv_2d_int8, &thimble_op_softmax_int8, NULL};
//
// thimble_op_<name> handles all types that the op has here, thimble_op_<name>_int8 only int8 (QUANTIZE from float32 to
// int8, DEQUANTIZE back) and is smaller; thimble_op_<name>_int16 handles int16 with int8 weights only ("16x8").
// `thimble info MODEL` prints the list for a model. thimble_all_ops lists every op, for tools.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_OPS_H
#define THIMBLE_OPS_H

#include "thimble.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const thimble_op thimble_op_abs, thimble_op_abs_int8;
extern const thimble_op thimble_op_add, thimble_op_add_int8, thimble_op_add_int16;
extern const thimble_op thimble_op_arg_max;
extern const thimble_op thimble_op_average_pool_2d, thimble_op_average_pool_2d_int8, thimble_op_average_pool_2d_int16;
extern const thimble_op thimble_op_batch_matmul, thimble_op_batch_matmul_int8;
extern const thimble_op thimble_op_batch_to_space_nd;
extern const thimble_op thimble_op_broadcast_to;
extern const thimble_op thimble_op_cast;
extern const thimble_op thimble_op_concatenation;
extern const thimble_op thimble_op_conv_2d, thimble_op_conv_2d_int8, thimble_op_conv_2d_int16;
extern const thimble_op thimble_op_depth_to_space;
extern const thimble_op thimble_op_depthwise_conv_2d, thimble_op_depthwise_conv_2d_int8,
    thimble_op_depthwise_conv_2d_int16;
extern const thimble_op thimble_op_dequantize, thimble_op_dequantize_int8;
extern const thimble_op thimble_op_div, thimble_op_div_int8;
extern const thimble_op thimble_op_elu, thimble_op_elu_int8;
extern const thimble_op thimble_op_equal;
extern const thimble_op thimble_op_exp;
extern const thimble_op thimble_op_expand_dims;
extern const thimble_op thimble_op_fill;
extern const thimble_op thimble_op_floor;
extern const thimble_op thimble_op_fully_connected, thimble_op_fully_connected_int8, thimble_op_fully_connected_int16;
extern const thimble_op thimble_op_gather;
extern const thimble_op thimble_op_greater;
extern const thimble_op thimble_op_greater_equal;
extern const thimble_op thimble_op_hard_swish, thimble_op_hard_swish_int8;
extern const thimble_op thimble_op_l2_normalization, thimble_op_l2_normalization_int8;
extern const thimble_op thimble_op_l2_pool_2d;
extern const thimble_op thimble_op_leaky_relu, thimble_op_leaky_relu_int8, thimble_op_leaky_relu_int16;
extern const thimble_op thimble_op_less;
extern const thimble_op thimble_op_less_equal;
extern const thimble_op thimble_op_log;
extern const thimble_op thimble_op_log_softmax, thimble_op_log_softmax_int8;
extern const thimble_op thimble_op_logical_and;
extern const thimble_op thimble_op_logical_not;
extern const thimble_op thimble_op_logical_or;
extern const thimble_op thimble_op_logistic, thimble_op_logistic_int8, thimble_op_logistic_int16;
extern const thimble_op thimble_op_max_pool_2d, thimble_op_max_pool_2d_int8, thimble_op_max_pool_2d_int16;
extern const thimble_op thimble_op_maximum;
extern const thimble_op thimble_op_mean, thimble_op_mean_int8, thimble_op_mean_int16;
extern const thimble_op thimble_op_minimum;
extern const thimble_op thimble_op_mirror_pad;
extern const thimble_op thimble_op_mul, thimble_op_mul_int8, thimble_op_mul_int16;
extern const thimble_op thimble_op_neg;
extern const thimble_op thimble_op_not_equal;
extern const thimble_op thimble_op_pack;
extern const thimble_op thimble_op_pad;
extern const thimble_op thimble_op_padv2;
extern const thimble_op thimble_op_prelu, thimble_op_prelu_int8;
extern const thimble_op thimble_op_quantize, thimble_op_quantize_int8;
extern const thimble_op thimble_op_reduce_max, thimble_op_reduce_max_int8;
extern const thimble_op thimble_op_reduce_min, thimble_op_reduce_min_int8;
extern const thimble_op thimble_op_relu, thimble_op_relu_int8;
extern const thimble_op thimble_op_relu6, thimble_op_relu6_int8;
extern const thimble_op thimble_op_reshape;
extern const thimble_op thimble_op_resize_bilinear, thimble_op_resize_bilinear_int8;
extern const thimble_op thimble_op_resize_nearest_neighbor;
extern const thimble_op thimble_op_rsqrt, thimble_op_rsqrt_int8;
extern const thimble_op thimble_op_select_v2;
extern const thimble_op thimble_op_shape;
extern const thimble_op thimble_op_slice;
extern const thimble_op thimble_op_softmax, thimble_op_softmax_int8, thimble_op_softmax_int16;
extern const thimble_op thimble_op_space_to_batch_nd;
extern const thimble_op thimble_op_space_to_depth;
extern const thimble_op thimble_op_split;
extern const thimble_op thimble_op_split_v;
extern const thimble_op thimble_op_sqrt;
extern const thimble_op thimble_op_square;
extern const thimble_op thimble_op_squeeze;
extern const thimble_op thimble_op_strided_slice;
extern const thimble_op thimble_op_sub, thimble_op_sub_int8, thimble_op_sub_int16;
extern const thimble_op thimble_op_sum, thimble_op_sum_int8, thimble_op_sum_int16;
extern const thimble_op thimble_op_svdf, thimble_op_svdf_int8;
extern const thimble_op thimble_op_tanh, thimble_op_tanh_int8, thimble_op_tanh_int16;
extern const thimble_op thimble_op_transpose;
extern const thimble_op thimble_op_transpose_conv, thimble_op_transpose_conv_int8, thimble_op_transpose_conv_int16;
extern const thimble_op thimble_op_unidirectional_sequence_lstm, thimble_op_unidirectional_sequence_lstm_int8,
    thimble_op_unidirectional_sequence_lstm_int16;
extern const thimble_op thimble_op_unpack;
extern const thimble_op thimble_op_zeros_like;

extern const thimble_op *const thimble_all_ops[];  // NULL-terminated

#ifdef __cplusplus
}
#endif
#endif
