// op_advice.c - for ops that the engine does not have: what in Keras makes them, and what to write instead.
//
// SPDX-License-Identifier: Apache-2.0
#include "op_advice.h"

#include <stdio.h>
#include <string.h>

#include "op_names.h"

typedef struct named_advice {
    const char *op;
    op_advice advice;
} named_advice;

// By name.
static const named_advice missing_ops[] = {
    {"ADD_N", {"keras.layers.Add with three or more inputs", "add two at a time"}},
    {"BIDIRECTIONAL_SEQUENCE_LSTM", {"keras.layers.Bidirectional(LSTM)", "an LSTM in one direction, or Conv1D layers"}},
    {"BROADCAST_ARGS", {"shapes computed while the model runs", "give Input a fixed shape and batch_size=1"}},
    {"CEIL", {"tf.math.ceil", "tf.math.floor of the negative, negated"}},
    {"CONV_3D", {"keras.layers.Conv3D", "Conv2D with the frames as channels"}},
    {"CONV_3D_TRANSPOSE", {"keras.layers.Conv3DTranspose", "Conv2DTranspose"}},
    {"COS", {"tf.math.cos", "compute it before the model, or a table as a constant"}},
    {"CUMSUM", {"tf.math.cumsum", "a Dense layer with a fixed triangular matrix"}},
    {"CUSTOM", {"an op that TensorFlow Lite itself lacks", "convert without allow_custom_ops and see which it is"}},
    {"EMBEDDING_LOOKUP", {"keras.layers.Embedding", "look the vectors up before the model and make them its input"}},
    {"FLOOR_DIV", {"the operator // between tensors", "tf.math.floor(a / b), or constants"}},
    {"FLOOR_MOD", {"the operator % between tensors", "compute it before the model"}},
    {"GATHER_ND", {"tf.gather_nd, indexing by a tensor", "slices with constant indices"}},
    {"GELU", {"keras.activations.gelu", "relu, or hard_silu which is HARD_SWISH"}},
    {"HASHTABLE_LOOKUP", {"keras.layers.StringLookup, TextVectorization", "look words up before the model"}},
    {"IF", {"tf.cond, a Python if over a tensor", "compute both and choose by tf.where"}},
    {"LOCAL_RESPONSE_NORMALIZATION",
     {"tf.nn.local_response_normalization", "BatchNormalization, which vanishes at conversion"}},
    {"LSTM",
     {"an old LSTM that was not unrolled",
      "convert again with TensorFlow 2: keras.layers.LSTM gives UNIDIRECTIONAL_SEQUENCE_LSTM"}},
    {"ONE_HOT", {"tf.one_hot, keras.layers.CategoryEncoding", "make the vector before the model"}},
    {"POW", {"the operator **, tf.pow", "products, tf.square or tf.sqrt"}},
    {"RANGE", {"tf.range over a size known only when the model runs", "give Input a fixed shape and batch_size=1"}},
    {"RANK", {"shapes computed while the model runs", "give Input a fixed shape and batch_size=1"}},
    {"REDUCE_ALL", {"tf.reduce_all", "tf.reduce_min of numbers"}},
    {"REDUCE_ANY", {"tf.reduce_any", "tf.reduce_max of numbers"}},
    {"REDUCE_PROD", {"tf.reduce_prod", "products of slices"}},
    {"RELU_0_TO_1", {"tf.clip_by_value(x, 0, 1)", "tf.minimum(tf.nn.relu(x), 1.0)"}},
    {"RELU_N1_TO_1", {"tf.clip_by_value(x, -1, 1)", "tf.minimum(tf.maximum(x, -1.0), 1.0)"}},
    {"REVERSE_V2", {"tf.reverse, go_backwards=True", "a slice with stride -1: x[:, ::-1]"}},
    {"ROUND", {"tf.math.round, keras.layers.Rescaling into integers", "tf.math.floor(x + 0.5)"}},
    {"SCATTER_ND", {"tf.scatter_nd, assigning to slices", "tf.concat of the parts"}},
    {"SEGMENT_SUM", {"tf.math.segment_sum", "tf.reduce_sum of slices"}},
    {"SELECT", {"tf.where in an old model", "convert again: newer converters write SELECT_V2"}},
    {"SIGN", {"tf.sign", "comparisons and tf.where"}},
    {"SIN", {"tf.math.sin", "compute it before the model, or a table as a constant"}},
    {"SPARSE_TO_DENSE", {"sparse tensors", "dense tensors"}},
    {"SQUARED_DIFFERENCE",
     {"keras.layers.LayerNormalization, tf.math.squared_difference",
      "tf.square(a - b), or BatchNormalization, which vanishes at conversion"}},
    {"TILE", {"tf.tile, keras.layers.RepeatVector", "broadcasting, or tf.concat of copies"}},
    {"TOPK_V2", {"tf.math.top_k", "all values as the output, sorted outside the model"}},
    {"UNIDIRECTIONAL_SEQUENCE_RNN", {"keras.layers.SimpleRNN", "SimpleRNN with unroll=True"}},
    {"WHERE",
     {"tf.where with a condition only, boolean masks", "tf.where with three arguments, or a product with the mask"}},
    {"WHILE",
     {"an RNN, GRU or LSTM that was not fused, tf.while_loop",
      "the layer with unroll=True and a fixed number of steps"}},
};

// The op is there, but not like that. By what the engine says.
static const named_advice refusals[] = {
    {"int8",
     {"a model that was not quantized to int8 as a whole", "convert with a representative data set and int8 as the "
                                                           "only supported ops, not with dynamic-range quantization"}},
    {"constant",
     {"axes, sizes or indices that are computed while the model runs",
      "give Input a fixed shape and batch_size=1, and write numbers"}},
    {"not fixed", {"an Input without a fixed shape", "give Input a fixed shape and batch_size=1"}},
};

const op_advice *op_advice_for(const thimble_error *problem) {
    if (problem->status == THIMBLE_ERR_OP_MISSING && problem->builtin_code >= 0) {
        for (size_t i = 0; i < sizeof missing_ops / sizeof missing_ops[0]; i++) {
            if (strcmp(missing_ops[i].op, op_name(problem->builtin_code)) == 0) {
                return &missing_ops[i].advice;
            }
        }
        return NULL;
    }
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        if (problem->text != NULL && strstr(problem->text, refusals[i].op) != NULL) {
            return &refusals[i].advice;
        }
    }
    return NULL;
}
