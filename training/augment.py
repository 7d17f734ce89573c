"""Random changes to a whole epoch of pictures at once: flip, shift, erase.

SPDX-License-Identifier: Apache-2.0
"""

from typing import NamedTuple

import numpy as np


class Strength(NamedTuple):
    shift: int = 2  # pixels, in each direction
    erase_share: float = 0.5  # of the pictures get one erased rectangle
    erase_side: int = 12  # its longest side in pixels


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


def augment(
    images: np.ndarray, labels: np.ndarray, strength: Strength, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Returns shuffled, changed copies of the pictures, and their labels."""
    order = rng.permutation(len(images))
    images = _shift(images[order], strength.shift, rng)
    _flip(images, rng)
    _erase(images, strength, rng)
    return images, labels[order]
