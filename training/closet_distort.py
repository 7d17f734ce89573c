"""What happens to closet_* when the camera is careless: frames moved, turned, scaled, negated, darkened, noisy.

SPDX-License-Identifier: Apache-2.0
"""

from collections.abc import Callable

import numpy as np
from PIL import Image

Distortion = Callable[[np.ndarray], np.ndarray]  # uint8 [height][width][3] to the same


def _warp(scale: float = 1.0, degrees: float = 0.0, right: float = 0.0, down: float = 0.0) -> Distortion:
    """Scales and turns about the centre, then moves by shares of the frame; outside are the frame's border colours."""

    def apply(frame: np.ndarray) -> np.ndarray:
        height, width, _ = frame.shape
        border = max(height, width)
        wide = Image.fromarray(np.pad(frame, ((border, border), (border, border), (0, 0)), "edge"))
        cosine, sine = np.cos(np.radians(degrees)) / scale, np.sin(np.radians(degrees)) / scale
        x, y = width / 2, height / 2
        # Of each target pixel, where it comes from: x' = ax + by + c, y' = dx + ey + f.
        c = border + x - cosine * x * (1 + 2 * right) - sine * y * (1 + 2 * down)
        f = border + y + sine * x * (1 + 2 * right) - cosine * y * (1 + 2 * down)
        matrix = (cosine, sine, c, -sine, cosine, f)
        return np.asarray(wide.transform((width, height), Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR))

    return apply


def _gain(factor: float) -> Distortion:
    return lambda frame: (frame * factor).clip(0, 255).astype(np.uint8)


def _noise(deviation: float) -> Distortion:
    def apply(frame: np.ndarray) -> np.ndarray:
        noise = np.random.default_rng(0).normal(0, deviation, frame.shape)
        return (frame + noise).clip(0, 255).astype(np.uint8)

    return apply


def _grey(frame: np.ndarray) -> np.ndarray:
    return np.repeat(np.asarray(Image.fromarray(frame).convert("L"))[..., np.newaxis], 3, 2)


DISTORTIONS: dict[str, Distortion] = {
    "as it is": lambda frame: frame,
    "negated (255 - x)": lambda frame: 255 - frame,
    "without colour": _grey,
    "gain 0.7": _gain(0.7),
    "gain 0.5": _gain(0.5),
    "gain 1.4": _gain(1.4),
    "noise, deviation 10": _noise(10),
    "noise, deviation 25": _noise(25),
    "scale 0.75": _warp(scale=0.75),
    "scale 0.5": _warp(scale=0.5),
    "scale 1.2": _warp(scale=1.2),
    "shift by 1/10 right and down": _warp(right=0.1, down=0.1),
    "shift by 1/5 right and down": _warp(right=0.2, down=0.2),
    "turned by 10 degrees": _warp(degrees=10),
    "turned by 20 degrees": _warp(degrees=20),
    "turned by 45 degrees": _warp(degrees=45),
}
