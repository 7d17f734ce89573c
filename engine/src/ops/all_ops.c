// all_ops.c - the list of every op, for tools that take any model.
//
// SPDX-License-Identifier: Apache-2.0
#include "../../include/thimble/thimble_ops.h"
#include "op.h"

// Every op in thimble_ops.h, with all its types.
#define FOR_ALL_OPS(DO)              \
    DO(abs)                          \
    DO(add)                          \
    DO(arg_max)                      \
    DO(average_pool_2d)              \
    DO(batch_matmul)                 \
    DO(batch_to_space_nd)            \
    DO(broadcast_to)                 \
    DO(cast)                         \
    DO(concatenation)                \
    DO(conv_2d)                      \
    DO(depth_to_space)               \
    DO(depthwise_conv_2d)            \
    DO(dequantize)                   \
    DO(div)                          \
    DO(elu)                          \
    DO(equal)                        \
    DO(exp)                          \
    DO(expand_dims)                  \
    DO(fill)                         \
    DO(floor)                        \
    DO(fully_connected)              \
    DO(gather)                       \
    DO(greater)                      \
    DO(greater_equal)                \
    DO(hard_swish)                   \
    DO(l2_normalization)             \
    DO(l2_pool_2d)                   \
    DO(leaky_relu)                   \
    DO(less)                         \
    DO(less_equal)                   \
    DO(log)                          \
    DO(log_softmax)                  \
    DO(logical_and)                  \
    DO(logical_not)                  \
    DO(logical_or)                   \
    DO(logistic)                     \
    DO(max_pool_2d)                  \
    DO(maximum)                      \
    DO(mean)                         \
    DO(minimum)                      \
    DO(mirror_pad)                   \
    DO(mul)                          \
    DO(neg)                          \
    DO(not_equal)                    \
    DO(pack)                         \
    DO(pad)                          \
    DO(padv2)                        \
    DO(prelu)                        \
    DO(quantize)                     \
    DO(reduce_max)                   \
    DO(reduce_min)                   \
    DO(relu)                         \
    DO(relu6)                        \
    DO(reshape)                      \
    DO(resize_bilinear)              \
    DO(resize_nearest_neighbor)      \
    DO(rsqrt)                        \
    DO(select_v2)                    \
    DO(shape)                        \
    DO(slice)                        \
    DO(softmax)                      \
    DO(space_to_batch_nd)            \
    DO(space_to_depth)               \
    DO(split)                        \
    DO(split_v)                      \
    DO(sqrt)                         \
    DO(square)                       \
    DO(squeeze)                      \
    DO(strided_slice)                \
    DO(sub)                          \
    DO(sum)                          \
    DO(svdf)                         \
    DO(tanh)                         \
    DO(transpose)                    \
    DO(transpose_conv)               \
    DO(unidirectional_sequence_lstm) \
    DO(unpack)                       \
    DO(zeros_like)

#define LIST(name) &THIMBLE_OP(name),

#ifdef THIMBLE_OP_SUFFIX
#define ALL_OPS THIMBLE_JOIN(thimble_all_ops, THIMBLE_OP_SUFFIX)
#define DECLARE(name) extern const thimble_op THIMBLE_OP(name);
FOR_ALL_OPS(DECLARE)
extern const thimble_op *const ALL_OPS[];
#else
#define ALL_OPS thimble_all_ops
#endif

const thimble_op *const ALL_OPS[] = {FOR_ALL_OPS(LIST) NULL};
