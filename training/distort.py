"""What a camera does to a picture and the data set does not show: moved, turned, scaled, other light, noise.

SPDX-License-Identifier: Apache-2.0
"""

from collections.abc import Callable

import numpy as np
from PIL import Image

Distortion = Callable[[np.ndarray], np.ndarray]  # float [count][28][28], 0..255, to the same


def _warp(scale: float = 1.0, degrees: float = 0.0, right: float = 0.0, down: float = 0.0) -> Distortion:
    """Scales and turns about the centre, then moves; bilinear, black outside."""

    def apply(images: np.ndarray) -> np.ndarray:
        height, width = images.shape[1:]
        centre_x, centre_y = width / 2, height / 2
        cosine, sine = np.cos(np.radians(degrees)) / scale, np.sin(np.radians(degrees)) / scale
        # Of each target pixel, where it comes from: x' = ax + by + c, y' = dx + ey + f.
        a, b, d, e = cosine, sine, -sine, cosine
        c = centre_x - a * (centre_x + right) - b * (centre_y + down)
        f = centre_y - d * (centre_x + right) - e * (centre_y + down)
        changed = [
            Image.fromarray(image.astype(np.float32)).transform(
                (width, height), Image.Transform.AFFINE, (a, b, c, d, e, f), Image.Resampling.BILINEAR
            )
            for image in images
        ]
        return np.stack([np.asarray(image) for image in changed])

    return apply


def _noise(deviation: float) -> Distortion:
    return lambda images: images + np.random.default_rng(0).normal(0, deviation, images.shape)


def _several(images: np.ndarray) -> np.ndarray:
    return _noise(8)(_background(24)(_warp(scale=0.8, right=2, down=2)(images)))


def _background(lightness: float) -> Distortion:
    return lambda images: lightness + images * (255 - lightness) / 255


DISTORTIONS: dict[str, Distortion] = {
    "as it is": lambda images: images,
    "not negated (255 - x)": lambda images: 255 - images,
    "gain 0.7": lambda images: 0.7 * images,
    "gain 0.5": lambda images: 0.5 * images,
    "background +16": _background(16),
    "background +32": _background(32),
    "background +64": _background(64),
    "noise, deviation 10": _noise(10),
    "noise, deviation 25": _noise(25),
    "scale 0.9": _warp(scale=0.9),
    "scale 0.75": _warp(scale=0.75),
    "scale 0.5": _warp(scale=0.5),
    "scale 1.2": _warp(scale=1.2),
    "shift 1 right": _warp(right=1),
    "shift 2 right, 2 down": _warp(right=2, down=2),
    "shift 4 right, 4 down": _warp(right=4, down=4),
    "turned by 10 degrees": _warp(degrees=10),
    "turned by 20 degrees": _warp(degrees=20),
    "scale 0.8, shift 2, background +24, noise 8": _several,
}


def distort(images: np.ndarray, name: str) -> np.ndarray:
    """uint8 [count][28][28][1] → the same, distorted."""
    changed = DISTORTIONS[name](images[..., 0].astype(np.float64))
    return np.clip(np.rint(changed), 0, 255).astype(np.uint8)[..., np.newaxis]
