"""A trained network as a Keras model, for the converter: batch normalization folded into weights and biases.

SPDX-License-Identifier: Apache-2.0
"""

import keras
import numpy as np
import torch
from keras import layers

from models import CLASS_COUNT, Layer, Network, Sum

IMAGE_SHAPE = (28, 28, 1)


def _folded(layer: Layer) -> tuple[np.ndarray, np.ndarray]:
    """Weights [out][in / groups][height][width] and biases that do what convolution and normalization do together."""
    norm = layer.normalization
    gain = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    weight = layer.convolution.weight * gain[:, None, None, None]
    return weight.detach().numpy(), (norm.bias - norm.running_mean * gain).detach().numpy()


def _translate(module: torch.nn.Module, x: keras.KerasTensor) -> keras.KerasTensor:
    if isinstance(module, Sum):
        y = x
        for part in module.body:
            y = _translate(part, y)
        return layers.ReLU()(layers.Add()([x, y]))
    weight, bias = _folded(module)
    convolution = module.convolution
    kernel, stride = convolution.kernel_size[0], convolution.stride[0]
    if convolution.groups == 1:
        layer, order = layers.Conv2D(convolution.out_channels, kernel, stride, "same"), (2, 3, 1, 0)
    else:
        layer, order = layers.DepthwiseConv2D(kernel, stride, "same"), (2, 3, 0, 1)
    x = layer(x)
    layer.set_weights([weight.transpose(order), bias])
    return layers.ReLU()(x) if module.relu else x


def keras_twin(network: Network) -> keras.Model:
    """float pixels 0..1 [batch][28][28][1] → class probabilities [batch][10]."""
    network = network.cpu().eval()
    image = x = keras.Input(IMAGE_SHAPE)
    for module in network.blocks:
        x = _translate(module, x)
    dense = layers.Dense(CLASS_COUNT, activation="softmax")
    model = keras.Model(image, dense(layers.GlobalAveragePooling2D()(x)))
    dense.set_weights([network.dense.weight.detach().numpy().T, network.dense.bias.detach().numpy()])

    picture = np.random.default_rng(0).random((8, *IMAGE_SHAPE), np.float32)
    with torch.inference_mode():
        expected = network(torch.from_numpy(picture).permute(0, 3, 1, 2)).softmax(1).numpy()
    if not np.allclose(model(picture), expected, atol=1e-4):
        raise AssertionError("the Keras model does not compute what the network does")
    return model
