"""The networks, and how each is trained.

A network is a row of blocks, then the mean over the picture, a dense layer and softmax. Each convolution is followed by
batch normalization, which vanishes in the released file, and by ReLU.

SPDX-License-Identifier: Apache-2.0
"""

from typing import NamedTuple

import torch
from torch import nn
from torch.nn import functional

from augment import Strength

CLASS_COUNT = 10
RELEASED_SEED = 1


class Conv(NamedTuple):
    channels: int
    kernel: int = 3
    stride: int = 1


class Separable(NamedTuple):
    """A 3x3 depthwise convolution and a 1x1 convolution to `channels`."""

    channels: int
    stride: int = 1


class Residual(NamedTuple):
    """The sum of its input and what its blocks make of it, then ReLU."""

    body: tuple["Conv | Separable", ...]


class Recipe(NamedTuple):
    blocks: tuple[Conv | Separable | Residual, ...]
    epochs: int
    copies: int  # differently augmented copies of the training pictures; later epochs use them again
    teachers: tuple[str, ...] = ()  # checkpoints whose mean probabilities are learned beside the labels
    teacher_share: float = 0.9  # of each target comes from the teachers
    strength: Strength = Strength()
    calm_epochs: int = 0  # the last ones, whose pictures are only flipped and shifted, as those to come
    batch: int = 128
    learning_rate: float = 0.1
    weight_decay: float = 5e-4  # of the convolutions' and the dense layer's weights
    smoothing: float = 0.0  # of each target is spread over all classes
    average_decay: float = 0.998  # per step, of the moving average of all weights, which is what gets released


def _pair(channels: int) -> Residual:
    return Residual((Conv(channels), Conv(channels)))


MIXED = Strength(erase_share=0.25, light_share=0.15, cut_share=0.2, blend_share=0.1)

RECIPES = {
    "fashion_10k": Recipe(
        blocks=(Conv(4), Conv(12, stride=2), Conv(12, stride=2), _pair(12), Residual((Conv(8), Conv(12)))),
        epochs=80,
        copies=80,
        strength=Strength(shift=1, erase_share=0.1),
        weight_decay=2e-5,
    ),
    #
    "fashion_64k": Recipe(
        blocks=(Conv(16), Conv(24, stride=2), _pair(24), Conv(32, stride=2), *2 * (_pair(32),)),
        epochs=80,
        copies=12,  # each is asked of the teacher once
        teachers=("fashion_250k-1",),
        strength=MIXED,
        calm_epochs=20,
        weight_decay=2e-4,
        average_decay=0.999,
    ),
    "fashion_250k": Recipe(
        blocks=(Conv(16), Conv(32, stride=2), *2 * (_pair(32),), Conv(48, stride=2), *4 * (_pair(48),)),
        epochs=80,
        copies=80,
        strength=MIXED,
        calm_epochs=10,
        average_decay=0.999,
    ),
}


class Layer(nn.Module):
    """Convolution with TensorFlow's SAME padding, batch normalization, and ReLU unless a sum follows."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int, groups: int, relu: bool) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(inputs, outputs, kernel, stride, groups=groups, bias=False)
        self.normalization = nn.BatchNorm2d(outputs)
        self.relu = relu
        nn.init.kaiming_normal_(self.convolution.weight, mode="fan_out" if groups == 1 else "fan_in")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        kernel, stride = self.convolution.kernel_size[0], self.convolution.stride[0]
        padding = (-(-x.shape[-1] // stride) - 1) * stride + kernel - x.shape[-1]
        if padding > 0:
            before, after = padding // 2, padding - padding // 2
            x = functional.pad(x, (before, after, before, after))
        x = self.normalization(self.convolution(x))
        return functional.relu(x) if self.relu else x


class Sum(nn.Module):
    def __init__(self, body: nn.Sequential) -> None:
        super().__init__()
        self.body = body

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return functional.relu(x + self.body(x))


def _modules(blocks: tuple, channels: int, last_relu: bool = True) -> list[nn.Module]:
    modules: list[nn.Module] = []
    for index, block in enumerate(blocks):
        relu = last_relu or index + 1 < len(blocks)
        match block:
            case Conv(outputs, kernel, stride):
                modules.append(Layer(channels, outputs, kernel, stride, 1, relu))
                channels = outputs
            case Separable(outputs, stride):
                modules.append(Layer(channels, channels, 3, stride, channels, True))
                modules.append(Layer(channels, outputs, 1, 1, 1, relu))
                channels = outputs
            case Residual(body):
                modules.append(Sum(nn.Sequential(*_modules(body, channels, last_relu=False))))
    return modules


class Network(nn.Module):
    """float pixels 0..1 [batch][1][28][28] → [batch][10], the logarithms of probabilities but for a constant."""

    def __init__(self, recipe: Recipe) -> None:
        super().__init__()
        self.blocks = nn.Sequential(*_modules(recipe.blocks, 1))
        channels = [layer for layer in self.modules() if isinstance(layer, Layer)][-1].normalization.num_features
        self.dense = nn.Linear(channels, CLASS_COUNT)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.dense(self.blocks(x).mean((2, 3)))


def _describe_block(block: Conv | Separable | Residual) -> str:
    match block:
        case Conv(channels, kernel, stride):
            return f"{kernel}x{kernel} to {channels}" + (" stride 2" if stride == 2 else "")
        case Separable(channels, stride):
            return f"separable 3x3 to {channels}" + (" stride 2" if stride == 2 else "")
        case Residual(body):
            return f"x + ({', '.join(_describe_block(part) for part in body)})"


def describe(recipe: Recipe) -> str:
    """One line for a model card."""
    return "; ".join([*(_describe_block(block) for block in recipe.blocks), "mean, dense, softmax"])
