"""The networks, and how each is trained.

A network is a 3x3 stem and then stages; a stage halves height and width with a strided 3x3 convolution and ends in
residual blocks. Plain convolutions with channels in multiples of 8 suit the engine's kernels better than depthwise
ones: they need fewer instructions per multiply.

SPDX-License-Identifier: Apache-2.0
"""

from typing import NamedTuple

import keras
from keras import layers

from augment import Strength

IMAGE_SHAPE = (28, 28, 1)


class Recipe(NamedTuple):
    stem: int  # channels at 28x28
    stages: tuple[tuple[int, int], ...]  # channels and residual blocks at 14x14, at 7x7
    epochs: int
    copies: int = 6  # differently augmented copies of the training pictures; later epochs use them again
    teacher: str | None = None  # in TEACHERS: the network whose probabilities are learned beside the labels
    teacher_share: float = 0.8  # of each target comes from the teacher
    strength: Strength = Strength()
    batch: int = 128
    learning_rate: float = 0.15
    weight_decay: float = 2e-3
    precision: str = "float32"
    seed: int = 1


RECIPES = {
    "fashion_64k": Recipe(
        stem=16,
        stages=((24, 1), (40, 1)),
        epochs=36,
        teacher="teacher",
        strength=Strength(erase_share=0.25),
        weight_decay=1e-3,
    ),
}

# Only learned from, never released.
TEACHERS = {
    "teacher": Recipe(
        stem=32,
        stages=((64, 1), (128, 1)),
        epochs=14,
        copies=14,
        precision="mixed_bfloat16",
    ),
}


def describe(recipe: Recipe) -> str:
    """One line for a model card; a residual block is two 3x3 convolutions."""
    parts = [f"3x3 convolution to {recipe.stem} channels"]
    for channels, blocks in recipe.stages:
        parts.append(f"3x3 stride 2 to {channels}, {blocks} residual")
    return "; ".join([*parts, "mean, dense, softmax"])


def _conv(x: keras.KerasTensor, channels: int, stride: int = 1) -> keras.KerasTensor:
    x = layers.Conv2D(channels, 3, stride, "same", use_bias=False, kernel_initializer="he_normal")(x)
    return layers.BatchNormalization(momentum=0.95)(x)


def _residual(x: keras.KerasTensor) -> keras.KerasTensor:
    channels = x.shape[-1]
    y = layers.ReLU()(_conv(x, channels))
    y = _conv(y, channels)
    return layers.ReLU()(layers.Add()([x, y]))


def build(recipe: Recipe, class_count: int) -> keras.Model:
    """float pixels 0..1 [batch][28][28][1] → class probabilities [batch][class_count]."""
    image = keras.Input(IMAGE_SHAPE)
    x = layers.ReLU()(_conv(image, recipe.stem))
    for channels, blocks in recipe.stages:
        x = layers.ReLU()(_conv(x, channels, stride=2))
        for _ in range(blocks):
            x = _residual(x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(class_count, activation="softmax", dtype="float32")(x))
