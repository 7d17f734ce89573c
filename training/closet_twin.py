"""A trained closet network as a Keras model for the converter: normalization folded in, softmax with a temperature.

SPDX-License-Identifier: Apache-2.0
"""

import keras
import numpy as np
import torch
from keras import layers

from closet_data import SIDE
from closet_net import Bottleneck, Layer, Network, to_input


def _folded(layer: Layer) -> tuple[np.ndarray, np.ndarray]:
    """Weights [out][in / groups][height][width] and biases that do what convolution and normalization do together."""
    norm = layer.normalization
    gain = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    weight = layer.convolution.weight * gain[:, None, None, None]
    return weight.detach().numpy(), (norm.bias - norm.running_mean * gain).detach().numpy()


def _layer(layer: Layer, x: keras.KerasTensor) -> keras.KerasTensor:
    weight, bias = _folded(layer)
    convolution = layer.convolution
    kernel, stride = convolution.kernel_size[0], convolution.stride[0]
    if convolution.groups == 1:
        twin, order = layers.Conv2D(convolution.out_channels, kernel, stride, "same"), (2, 3, 1, 0)
    else:
        twin, order = layers.DepthwiseConv2D(kernel, stride, "same"), (2, 3, 0, 1)
    x = twin(x)
    twin.set_weights([weight.transpose(order), bias])
    return layers.ReLU(6)(x) if layer.relu else x


def _bottleneck(block: Bottleneck, x: keras.KerasTensor) -> keras.KerasTensor:
    y = _layer(block.expand, x) if block.expand is not None else x
    y = _layer(block.project, _layer(block.dw, y))
    return layers.Add()([x, y]) if block.skip else y


def keras_twin(network: Network, temperature: float) -> keras.Model:
    """float BLACK..WHITE [batch][SIDE][SIDE][3] → probabilities: softmax of the network's logits / temperature."""
    image = keras.Input((SIDE, SIDE, 3))
    x = _layer(network.stem, image)
    for block in network.blocks:
        x = _bottleneck(block, x)
    x = layers.GlobalAveragePooling2D()(_layer(network.head, x))
    dense = layers.Dense(network.dense.out_features, activation="softmax")
    model = keras.Model(image, dense(x))
    dense.set_weights([part.detach().numpy() / temperature for part in (network.dense.weight.T, network.dense.bias)])

    pictures = np.random.default_rng(0).integers(0, 256, (4, SIDE, SIDE, 3), np.uint8)
    inputs = to_input(pictures)
    with torch.inference_mode():
        expected = (network(inputs) / temperature).softmax(1).numpy()
    if not np.allclose(model(inputs.permute(0, 2, 3, 1).contiguous().numpy()), expected, atol=1e-4):
        raise AssertionError("the Keras model does not compute what the network does")
    return model
