"""Pictures that nobody took: Fashion-MNIST garments on floors, walls and cloth, and rooms without any garment.

    frame = garment_scene(item, rng)    an item of Fashion-MNIST, lit, coloured, put somewhere
    frame = empty_scene(rng)            floor, wall, room, noise: what a camera sees between garments

A frame is uint8 [height][width][3], about 192 pixels long. All that is drawn follows from the generator `rng`.

Textures come from value noise: random grids of several sizes, scaled up smoothly and summed.

SPDX-License-Identifier: Apache-2.0
"""

import numpy as np
from PIL import Image, ImageFilter

LONGEST_SIDE = 192


def _noise(height: int, width: int, cells: float, rng: np.random.Generator) -> np.ndarray:
    """One octave of value noise, about -1..1; `cells` along the longer side."""
    step = max(height, width) / cells
    grid = rng.uniform(-1, 1, (int(height / step) + 2, int(width / step) + 2)).astype(np.float32)
    return np.asarray(Image.fromarray(grid).resize((width, height), Image.Resampling.BICUBIC))


def _fractal(height: int, width: int, cells: float, octaves: int, rng: np.random.Generator) -> np.ndarray:
    parts = [_noise(height, width, cells * 2**octave, rng) / 2**octave for octave in range(octaves)]
    return np.sum(parts, axis=0) / 1.5


def _colour(rng: np.random.Generator, strength: float) -> np.ndarray:
    """A colour 0..1; strength 0: grey, 1: anything."""
    value, tint = rng.uniform(0.08, 0.95), rng.uniform(-0.5, 0.5, 3)
    return np.clip(value + strength * tint, 0.02, 0.98).astype(np.float32)


def _blend(mask: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    mask = np.clip(mask, 0, 1)[..., np.newaxis]
    return low * (1 - mask) + high * mask


def _cloth(height: int, width: int, rng: np.random.Generator) -> np.ndarray:
    """Plain cloth with folds, or a carpet: coarse shading and fine grain."""
    shade = 1 + rng.uniform(0, 0.25) * _fractal(height, width, rng.uniform(2, 6), 2, rng)
    grain = 1 + rng.uniform(0, 0.3) * _noise(height, width, max(height, width) / rng.uniform(1, 4), rng)
    return _colour(rng, rng.uniform(0, 1)) * (shade * grain)[..., np.newaxis]


def _planks(height: int, width: int, rng: np.random.Generator) -> np.ndarray:
    """Boards: each has a tone of its own and grain along it."""
    count = int(rng.integers(3, 14))
    across = np.arange(height) * count / height
    tone = rng.normal(1, rng.uniform(0.02, 0.15), count + 1)[across.astype(int)]
    gap = np.where(across % 1 < rng.uniform(0.02, 0.08), rng.uniform(0.4, 0.9), 1)
    grain = np.asarray(Image.fromarray(_noise(height, 8, height / 2, rng)).resize((width, height)))
    grain = 1 + rng.uniform(0.02, 0.2) * (grain + 0.5 * _noise(height, width, 6, rng))
    wood = np.array([1, rng.uniform(0.6, 0.95), rng.uniform(0.3, 0.85)], np.float32) * rng.uniform(0.25, 0.95)
    picture = wood * ((tone * gap)[:, np.newaxis] * grain)[..., np.newaxis]
    return picture.transpose(1, 0, 2)[:height, :width] if height == width and rng.random() < 0.5 else picture


def _tiles(height: int, width: int, rng: np.random.Generator) -> np.ndarray:
    """Tiles or checks: squares of one or two colours, and joints."""
    side = max(height, width) / rng.uniform(2, 14)
    rows, columns = np.arange(height) / side, np.arange(width) / side
    joint = rng.uniform(0, 0.06)
    inside = (rows % 1 > joint)[:, np.newaxis] & (columns % 1 > joint)
    parity = (rows.astype(int)[:, np.newaxis] + columns.astype(int)) % 2
    first = _colour(rng, 0.3)
    second = first if rng.random() < 0.6 else _colour(rng, 0.5)
    marble = 1 + rng.uniform(0, 0.2) * _fractal(height, width, 8, 3, rng)
    return (
        _blend(parity.astype(np.float32), first, second)
        * (np.where(inside, 1, rng.uniform(0.5, 1.1)) * marble)[..., np.newaxis]
    )


def _pattern(height: int, width: int, rng: np.random.Generator) -> np.ndarray:
    """Printed cloth: blots of a few colours, or stripes."""
    picture = np.broadcast_to(_colour(rng, 0.8), (height, width, 3))
    for _ in range(int(rng.integers(1, 4))):
        if rng.random() < 0.4:
            angle, waves = rng.uniform(0, np.pi), rng.uniform(3, 25)
            rows, columns = np.mgrid[:height, :width] / max(height, width)
            field = np.sin(2 * np.pi * waves * (np.cos(angle) * rows + np.sin(angle) * columns))
        else:
            field = _fractal(height, width, rng.uniform(3, 18), 2, rng) * 3
        picture = _blend((field - rng.uniform(-0.3, 0.8)) * 4, picture, _colour(rng, 0.8))
    return picture * (1 + 0.1 * _fractal(height, width, 4, 2, rng))[..., np.newaxis]


_TEXTURES = (_cloth, _cloth, _planks, _tiles, _pattern)


def texture(height: int, width: int, rng: np.random.Generator) -> np.ndarray:
    """float [height][width][3], about 0..1, turned by some angle."""
    side = int(1.5 * max(height, width))
    flat = _TEXTURES[rng.integers(len(_TEXTURES))](side, side, rng)
    picture = Image.fromarray((np.clip(flat, 0, 1) * 255).astype(np.uint8))
    if rng.random() < 0.7:
        picture = picture.rotate(rng.uniform(0, 360), Image.Resampling.BILINEAR)
    top, left = (side - height) // 2, (side - width) // 2
    return np.asarray(picture, np.float32)[top : top + height, left : left + width] / 255


def _room(height: int, width: int, rng: np.random.Generator) -> np.ndarray:
    """A wall above a floor, and boxes that stand for furniture, doors, windows, pictures."""
    horizon = int(height * rng.uniform(0.3, 0.85))
    picture = texture(height, width, rng)
    floor = Image.fromarray((np.clip(texture(height, width, rng), 0, 1) * 255).astype(np.uint8))
    narrow = width * rng.uniform(0.1, 0.35)
    corners = (narrow, 0, 0, height, width, height, width - narrow, 0)
    near = floor.transform((width, height - horizon), Image.Transform.QUAD, corners, Image.Resampling.BILINEAR)
    picture[horizon:] = np.asarray(near, np.float32) / 255
    for _ in range(int(rng.integers(0, 7))):
        box_height, box_width = (int(side * rng.uniform(0.08, 0.6)) for side in (height, width))
        bottom = int(horizon + rng.uniform(-0.5, 0.6) * (height - horizon))
        top, left = max(0, bottom - box_height), int(rng.uniform(-0.2, 0.95) * width)
        box = picture[top:bottom, max(0, left) : left + box_width]
        if box.size:
            box[:] = texture(*box.shape[:2], rng) if rng.random() < 0.4 else _colour(rng, 0.5)
            edge = max(1, int(rng.uniform(1, 4)))
            box[:edge] *= rng.uniform(0.6, 1.2)
            box[:, :edge] *= rng.uniform(0.6, 1.2)
            if rng.random() < 0.4 and len(box) > 12:  # drawers, shelves
                box[:: max(4, len(box) // int(rng.integers(2, 7)))] *= 0.6
    return picture


def _lit(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Light that falls off across the picture, at times the edge of a shadow, blur and noise; returns bytes."""
    height, width, _ = picture.shape
    rows, columns = np.mgrid[:height, :width] / max(height, width)
    angle = rng.uniform(0, 2 * np.pi)
    ramp = np.cos(angle) * (rows - 0.4) + np.sin(angle) * (columns - 0.4)
    light = 1 + rng.uniform(0, 0.6) * ramp
    if rng.random() < 0.3:
        light *= 1 - rng.uniform(0.1, 0.5) * np.clip((ramp - rng.uniform(-0.4, 0.4)) * rng.uniform(4, 30), 0, 1)
    warm = np.exp(rng.normal(0, 0.06, 3))
    picture = picture * (light * rng.uniform(0.55, 1.15))[..., np.newaxis] * warm
    image = Image.fromarray((np.clip(picture, 0, 1) * 255).astype(np.uint8))
    image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0, 1.2)))
    noisy = np.asarray(image, np.float32) + rng.normal(0, rng.uniform(0, 7), picture.shape)
    return np.clip(noisy, 0, 255).astype(np.uint8)


def _size(rng: np.random.Generator) -> tuple[int, int]:
    short = int(LONGEST_SIDE * rng.choice([0.75, 0.75, 0.5625, 1]))
    return (LONGEST_SIDE, short) if rng.random() < 0.6 else (short, LONGEST_SIDE)


def empty_scene(rng: np.random.Generator) -> np.ndarray:
    """A frame without a garment: half of them rooms, the rest bare surfaces and, rarely, noise or darkness."""
    height, width = _size(rng)
    kind = rng.random()
    if kind < 0.5:
        return _lit(_room(height, width, rng), rng)
    if kind < 0.94:
        return _lit(texture(height, width, rng), rng)
    noise = rng.normal(rng.uniform(0, 200), rng.uniform(2, 80), (height, width, 3))
    return np.clip(noise, 0, 255).astype(np.uint8)


def _cut_out(item: np.ndarray, side: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Shading and opacity, both 0..1, of a Fashion-MNIST item [28][28] scaled up to `side`."""
    image = Image.fromarray(item)
    big = np.asarray(image.resize((side, side), Image.Resampling.BICUBIC), np.float32) / 255
    # White shirts are nearly black after Zalando's negation: what is enclosed belongs to the garment all the same.
    solid = item > 12
    enclosed = np.maximum.accumulate(solid, 1) & np.maximum.accumulate(solid[:, ::-1], 1)[:, ::-1]
    enclosed &= np.maximum.accumulate(solid, 0) & np.maximum.accumulate(solid[::-1], 0)[::-1]
    few_holes = enclosed & ~solid
    opaque = solid | (enclosed if few_holes.sum() < 0.15 * solid.sum() else solid)
    mask = np.asarray(Image.fromarray(opaque.astype(np.float32)).resize((side, side), Image.Resampling.BICUBIC))
    return big, np.clip((mask - 0.35) * 3, 0, 1)


def _garment(item: np.ndarray, side: int, rng: np.random.Generator) -> Image.Image:
    """A Fashion-MNIST item as coloured cloth, turned and tilted: RGBA, side x side."""
    shading, mask = _cut_out(item, side, rng)
    cloth = _pattern(side, side, rng) if rng.random() < 0.3 else np.broadcast_to(_colour(rng, 0.9), (side, side, 3))
    depth = rng.uniform(0.4, 0.95)
    relief = 1 - depth + depth * (shading if rng.random() < 0.6 else 1 - 0.8 * shading)  # both polarities
    weave = 1 + rng.uniform(0, 0.12) * _noise(side, side, side / 3, rng) + 0.1 * _fractal(side, side, 4, 3, rng)
    front = np.clip(cloth * (relief * weave)[..., np.newaxis], 0, 1)
    garment = Image.fromarray((np.dstack([front, mask]) * 255).astype(np.uint8), "RGBA")
    turned = rng.normal(0, 15) if rng.random() < 0.8 else rng.uniform(-180, 180)
    corners = (np.array([[0, 0], [0, 1], [1, 1], [1, 0]]) + rng.normal(0, 0.06, (4, 2))) * side
    garment = garment.transform((side, side), Image.Transform.QUAD, tuple(corners.ravel()), Image.Resampling.BILINEAR)
    return garment.rotate(turned, Image.Resampling.BILINEAR)


def _put(frame: Image.Image, garment: Image.Image, left: int, top: int, rng: np.random.Generator) -> None:
    """Pastes the garment, and mostly its shadow."""
    if rng.random() < 0.6:
        right, down = rng.normal(0, 5, 2).astype(int)
        shade = garment.getchannel("A").filter(ImageFilter.GaussianBlur(rng.uniform(1, 6)))
        strength = rng.uniform(0.2, 0.6)
        shade = shade.point([int(value * strength) for value in range(256)])
        frame.paste((0, 0, 0), (left + int(right), top + int(down)), shade)
    frame.paste(garment.convert("RGB"), (left, top), garment.getchannel("A"))


def garment_scene(item: np.ndarray, rng: np.random.Generator, pair: bool = False) -> np.ndarray:
    """A Fashion-MNIST item, uint8 [28][28], as something that lies or hangs in front of something; or two of them."""
    height, width = _size(rng)
    back = _room(height, width, rng) if rng.random() < 0.15 else texture(height, width, rng)
    frame = Image.fromarray((np.clip(back, 0, 1) * 255).astype(np.uint8))
    side = int(min(height, width) * rng.uniform(0.6, 1.05) * (0.7 if pair else 1))
    if rng.random() < 0.5:
        item = item[:, ::-1]
    left = int((width - side) / 2 + rng.normal(0, 0.06) * width)
    top = int((height - side) / 2 + rng.normal(0, 0.06) * height)
    garment = _garment(item, side, rng)
    if pair:  # of shoes: the other one is the same, often mirrored, at an angle, beside or behind
        other = garment.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if rng.random() < 0.6 else garment
        other = other.rotate(rng.normal(0, 15), Image.Resampling.BILINEAR)
        angle, distance = rng.uniform(0, np.pi), side * rng.uniform(0.2, 0.4)
        right, down = int(np.cos(angle) * distance), int(np.sin(angle) * distance)
        _put(frame, other, left - right, top - down, rng)
        left, top = left + right, top + down
    _put(frame, garment, left, top, rng)
    return _lit(np.asarray(frame, np.float32) / 255, rng)
