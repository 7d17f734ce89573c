"""Training goes on after a stop as if there had been none; the released form of a network computes what it did before.

SPDX-License-Identifier: Apache-2.0
"""

import tempfile
from pathlib import Path

import numpy as np
import torch

import data
import train
from augment import augment
from distort import distort
from models import RECIPES, Conv, Recipe, Residual, Separable, Strength

TINY = Recipe(
    blocks=(Conv(4), Separable(8, stride=2), Conv(8, stride=2), Residual((Conv(4), Conv(8)))),
    epochs=3,
    copies=2,
    calm_epochs=1,
    strength=Strength(light_share=0.3, cut_share=0.3, blend_share=0.3),
    batch=50,
)
LOAD, DRAW = data.load, train.draw


def small(split: str) -> data.Split:
    images, labels = LOAD(split)
    return data.Split(images[:600], labels[:600])


def test_resume() -> None:
    def stop_after_the_second_epoch(history: list, path: Path) -> None:
        if len(history) == 2:
            raise KeyboardInterrupt

    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        train.CHECKPOINTS = Path(first)
        at_once = train.train("tiny", 1).state_dict()
        train.CHECKPOINTS = Path(second)
        train.draw = stop_after_the_second_epoch
        try:
            train.train("tiny", 1)
            raise AssertionError("the training did not stop")
        except KeyboardInterrupt:
            train.draw = DRAW
        resumed = train.train("tiny", 1).state_dict()
        assert (Path(second) / "tiny-1.png").exists()
    for name, value in at_once.items():
        assert torch.equal(value, resumed[name]), f"{name} differs after a stop"


def test_released_form() -> None:
    from evaluate import int8_outputs
    from quantize import convert, read_note, slim
    from twin import keras_twin

    images = small("validation").images
    torch.manual_seed(1)
    network = train.Network(TINY)
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.normal_(module.bias)
            torch.nn.init.normal_(module.running_mean)
    full = convert(keras_twin(network), images[:100].astype(np.float32) / 255)
    short = slim(full, {"labels": data.LABELS})
    assert len(short) < 0.75 * len(full), (len(short), len(full))
    assert read_note(short)["labels"] == list(data.LABELS)
    assert np.array_equal(int8_outputs(full, images[:100]), int8_outputs(short, images[:100]))


def test_pictures() -> None:
    images, labels = small("train")
    _, targets = augment(images, labels, TINY.strength, np.random.default_rng(1))
    assert np.allclose(targets.sum(1), 1) and 0.2 < (targets.max(1) < 1).mean() < 0.7
    assert np.array_equal(distort(images, "as it is"), images)
    assert np.array_equal(distort(images, "shift 1 right")[:, :, 1:], images[:, :, :-1])


def main() -> None:
    data.load = small
    RECIPES["tiny"] = TINY
    torch.set_num_threads(1)
    for test in (test_pictures, test_resume, test_released_form):
        test()
        print(f"{test.__name__}: passed")


if __name__ == "__main__":
    main()
