"""vision against its definition in NumPy: resizing by exact areas, RGB565, grey, fill, negation, the binding itself.

The definition is written as two matrices of overlaps, which the C code never forms. PLAIN mode shows all of it.
SPDX-License-Identifier: Apache-2.0
"""

import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "training"))
import vision  # noqa: E402


def colours(frame, channels):
    """The frame as int64 [height][width][channels]."""
    if frame.ndim == 2:
        rgb = np.stack([frame] * 3, axis=2).astype(np.int64)
        return rgb[:, :, :channels]
    if frame.shape[2] == 2:
        packed = frame[:, :, 0].astype(np.int64) * 256 + frame[:, :, 1]
        red, green, blue = packed >> 11, packed >> 5 & 63, packed & 31
        rgb = np.stack([red * 8 + red // 4, green * 4 + green // 16, blue * 8 + blue // 4], axis=2)
    else:
        rgb = frame.astype(np.int64)
    return rgb if channels == 3 else (rgb @ np.array([77, 150, 29]) + 128)[:, :, None] >> 8


def overlaps(source_length, start, length, count):
    """[count][source_length]: how much of source position s target position t covers, in units of 1 / count."""
    s, t = np.arange(source_length) - start, np.arange(count)[:, None]
    covered = np.minimum((s + 1) * count, (t + 1) * length) - np.maximum(s * count, t * length)
    return np.maximum(covered, 0).astype(np.int64)


def resized(frame, height, width, channels):
    """The whole frame in the smallest window of the picture's proportions, filled with the mean of its border."""
    pixels = colours(frame, channels)
    h, w = pixels.shape[:2]
    window_h, window_w = h, w
    if h * width > w * height:
        window_w = (2 * h * width + height) // (2 * height)
    else:
        window_h = (2 * w * height + width) // (2 * width)
    rows = overlaps(h, -((window_h - h) // 2), window_h, height)
    columns = overlaps(w, -((window_w - w) // 2), window_w, width)
    # In double, which is exact here and much faster than int64.
    across = np.tensordot(columns.astype(float), pixels.astype(float), (1, 1))
    sums = np.tensordot(rows.astype(float), across, (1, 1)).astype(np.int64)
    area = (rows.sum(1)[:, None] * columns.sum(1))[:, :, None]
    border = np.concatenate([pixels[0], pixels[-1], pixels[1:-1, 0], pixels[1:-1, -1]])
    fill = (2 * border.sum(0) + len(border)) // (2 * len(border))
    return np.where(area > 0, (2 * sums + area) // np.maximum(2 * area, 1), fill).astype(np.uint8)


def main():
    random = np.random.default_rng(7)
    for case in range(200):
        height, width = random.integers(8, 90, 2)
        pictures = random.integers(8, 97, 2)
        channels = int(random.choice([1, 3]))
        stored = random.integers(1, 4)
        shape = (height, width) if stored == 1 else (height, width, stored)
        frame = random.integers(0, 256, shape, dtype=np.uint8)
        settings = dict(height=int(pictures[0]), width=int(pictures[1]), channels=channels, mode=vision.PLAIN)
        seen, _ = vision.see(frame, polarity=vision.AS_IS, **settings)
        wanted = resized(frame, settings["height"], settings["width"], channels)
        assert (seen == wanted).all(), (case, shape, settings, np.abs(seen.astype(int) - wanted).max())
        negated, result = vision.see(frame, polarity=vision.NEGATE, **settings)
        assert result.negated and (negated == 255 - wanted).all(), (case, "negated")

    frames = [random.integers(0, 256, (40 + i, 50, 3), dtype=np.uint8) for i in range(20)]
    one, figures = vision.see_many(frames, 28, 28)
    two, again = vision.see_many(frames, 28, 28, threads=3)
    assert (one == two).all() and figures == again
    try:
        vision.see(np.zeros((4, 4), np.uint8), 28, 28)
        raise AssertionError("a frame of 4 x 4 was not refused")
    except ValueError as error:
        assert "vision.h" in str(error)
    print("200 random frames are resized as the definition says")


if __name__ == "__main__":
    main()
