"""Random changes to a whole epoch of pictures at once: flip, shift, erase, other light, and two of them mixed.

SPDX-License-Identifier: Apache-2.0
"""

from typing import NamedTuple

import numpy as np


class Strength(NamedTuple):
    shift: int = 2  # pixels, in each direction
    erase_share: float = 0.5  # of the pictures get one erased rectangle
    erase_side: int = 12  # its longest side in pixels
    light_share: float = 0.0  # of the pictures get other light: gain, a lighter background, noise
    cut_share: float = 0.0  # of the pictures get a rectangle of another one (CutMix)
    blend_share: float = 0.0  # of the pictures are blended with another one (mixup)


def _flip(images: np.ndarray, rng: np.random.Generator) -> None:
    chosen = rng.random(len(images)) < 0.5
    images[chosen] = images[chosen, :, ::-1]


def _shift(images: np.ndarray, reach: int, rng: np.random.Generator) -> np.ndarray:
    """Moves each picture by up to `reach` pixels; black comes in from the border."""
    count, height, width, _ = images.shape
    padded = np.pad(images, ((0, 0), (reach, reach), (reach, reach), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (height, width), (1, 2))
    top, left = rng.integers(0, 2 * reach + 1, (2, count))
    return np.moveaxis(windows[np.arange(count), top, left], 1, -1).copy()


def _rectangles(
    shape: tuple[int, ...], share: float, lowest: int, highest: int, rng: np.random.Generator
) -> np.ndarray:
    """bool [count][height][width]: one rectangle in a share of the pictures; its sides have lowest..highest pixels."""
    count, height, width, _ = shape
    sides = rng.integers(lowest, highest + 1, (2, count, 1))
    top = rng.integers(0, height, (count, 1)) - sides[0] // 2
    left = rng.integers(0, width, (count, 1)) - sides[1] // 2
    rows, columns = np.arange(height), np.arange(width)
    in_rows = (rows >= top) & (rows < top + sides[0])
    in_columns = (columns >= left) & (columns < left + sides[1])
    in_rows &= rng.random((count, 1)) < share
    return in_rows[:, :, np.newaxis] & in_columns[:, np.newaxis, :]


def _erase(images: np.ndarray, strength: Strength, rng: np.random.Generator) -> None:
    """Fills one rectangle of each chosen picture with noise."""
    hole = _rectangles(images.shape, strength.erase_share, 2, strength.erase_side, rng)
    images[hole] = rng.integers(0, 256, (int(hole.sum()), 1), np.uint8)


def _light(images: np.ndarray, share: float, rng: np.random.Generator) -> None:
    chosen = rng.random(len(images)) < share
    shape = (int(chosen.sum()), 1, 1, 1)
    gain = rng.uniform(0.5, 1.1, shape).astype(np.float32)
    background = rng.uniform(0, 64, shape).astype(np.float32)
    noise = rng.standard_normal((shape[0], *images.shape[1:]), np.float32) * rng.uniform(0, 15, shape)
    lit = background + images[chosen] * gain * (1 - background / 255) + noise
    images[chosen] = np.clip(np.rint(lit), 0, 255)


def _mix(images: np.ndarray, strength: Strength, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Puts a part of its predecessor into each chosen picture; returns the pictures and the predecessors' shares."""
    other = np.roll(images, 1, axis=0)
    patch = _rectangles(images.shape, strength.cut_share, 6, 20, rng)
    images = np.where(patch[..., np.newaxis], other, images)
    share = patch.mean((1, 2))

    blended = (rng.random(len(images)) < strength.blend_share) & (share == 0)
    share[blended] = rng.uniform(0, 0.5, int(blended.sum()))
    weight = share[blended, np.newaxis, np.newaxis, np.newaxis]
    images[blended] = np.rint((1 - weight) * images[blended] + weight * other[blended])
    return images, share


def augment(
    images: np.ndarray, labels: np.ndarray, strength: Strength, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Returns shuffled, changed copies of the pictures; and for each the share of every class, float32 [count][10]."""
    order = rng.permutation(len(images))
    images = _shift(images[order], strength.shift, rng)
    _flip(images, rng)
    _erase(images, strength, rng)
    _light(images, strength.light_share, rng)
    images, share = _mix(images, strength, rng)
    targets = np.eye(labels.max() + 1, dtype=np.float32)[labels[order]]
    share = share.astype(np.float32)[:, np.newaxis]
    return images, (1 - share) * targets + share * np.roll(targets, 1, axis=0)
