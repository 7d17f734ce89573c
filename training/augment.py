"""Random changes to a whole epoch of pictures at once: flip, shift, erase, mix.

SPDX-License-Identifier: Apache-2.0
"""

from typing import NamedTuple

import numpy as np


class Strength(NamedTuple):
    shift: int = 2  # pixels, in each direction
    erase_share: float = 0.5  # of the pictures get one erased rectangle
    erase_side: int = 12  # its longest side in pixels
    mix_share: float = 0.0  # of the pictures are blended with another one
    smoothing: float = 0.05  # of each label is spread over all classes


def _flip(images: np.ndarray, rng: np.random.Generator) -> None:
    chosen = rng.random(len(images)) < 0.5
    images[chosen] = images[chosen, :, ::-1]


def _shift(images: np.ndarray, reach: int, rng: np.random.Generator) -> np.ndarray:
    """Moves each picture by up to `reach` pixels; black comes in from the border."""
    _, height, width, _ = images.shape
    border = ((0, 0), (reach, reach), (reach, reach), (0, 0))
    padded = np.pad(images, border)
    moved = np.empty_like(images)
    choice = rng.integers(0, 2 * reach + 1, (2, len(images)))
    for top in range(2 * reach + 1):
        for left in range(2 * reach + 1):
            chosen = (choice[0] == top) & (choice[1] == left)
            moved[chosen] = padded[chosen, top : top + height, left : left + width]
    return moved


def _erase(images: np.ndarray, strength: Strength, rng: np.random.Generator) -> None:
    """Fills one rectangle of each chosen picture with noise."""
    count, height, width, _ = images.shape
    sides = rng.integers(2, strength.erase_side + 1, (2, count, 1))
    top = rng.integers(0, height, (count, 1)) - sides[0] // 2
    left = rng.integers(0, width, (count, 1)) - sides[1] // 2
    rows, columns = np.arange(height), np.arange(width)
    in_rows = (rows >= top) & (rows < top + sides[0])
    in_columns = (columns >= left) & (columns < left + sides[1])
    in_rows &= rng.random((count, 1)) < strength.erase_share
    hole = in_rows[:, :, np.newaxis] & in_columns[:, np.newaxis, :]
    images[hole] = rng.integers(0, 256, (int(hole.sum()), 1), np.uint8)


def _mix(
    images: np.ndarray, targets: np.ndarray, share: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Mixup: a weighted mean of two pictures has the weighted mean of their labels."""
    count = len(images)
    weight = rng.beta(1.0, 1.0, count).astype(np.float32)
    weight[rng.random(count) >= share] = 1.0
    partner = rng.permutation(count)
    of_pixels, of_labels = weight[:, np.newaxis, np.newaxis, np.newaxis], weight[:, np.newaxis]
    mixed = images * of_pixels + images[partner] * (1 - of_pixels)
    return mixed.astype(np.uint8), targets * of_labels + targets[partner] * (1 - of_labels)


def augment(
    images: np.ndarray, labels: np.ndarray, class_count: int, strength: Strength, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Returns shuffled, changed copies: uint8 [count][28][28][1] and float32 targets [count][class_count]."""
    order = rng.permutation(len(images))
    images = _shift(images[order], strength.shift, rng)
    targets = np.eye(class_count, dtype=np.float32)[labels[order]]
    targets = targets * (1 - strength.smoothing) + strength.smoothing / class_count
    _flip(images, rng)
    _erase(images, strength, rng)
    if strength.mix_share > 0:
        images, targets = _mix(images, targets, strength.mix_share, rng)
    return images, targets
