"""The device's own image processing (vision/) for training: NumPy in, NumPy out, the same bytes as on the chip.

    picture, result = vision.see(frame, height=64, width=64, mode=vision.SCENE)
    pictures, results = vision.see_many(frames, threads=2, height=64, width=64, mode=vision.SCENE)

A frame is a uint8 array: [height][width] grey, [height][width][3] RGB, or [height][width][2] RGB565, high byte first.
The library is CMake's target vision_shared; THIMBLE_VISION names it where it is not in build/.
SPDX-License-Identifier: Apache-2.0
"""

import ctypes
import dataclasses
import os
import pathlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np

GARMENT, SCENE, PLAIN = range(3)
AUTO, AS_IS, NEGATE = range(3)
NOTHING_THERE, TOO_DARK, TOO_BRIGHT, BLURRED, TOUCHES_BORDER = 1, 2, 4, 8, 16
MAX_SCRATCH_BYTES = 32768


class _Box(ctypes.Structure):
    _fields_ = [(name, ctypes.c_int32) for name in ("top", "left", "height", "width")]


class _Frame(ctypes.Structure):
    _fields_ = [
        ("pixels", ctypes.c_void_p),
        ("format", ctypes.c_int),
        ("height", ctypes.c_int32),
        ("width", ctypes.c_int32),
        ("row_bytes", ctypes.c_int32),
    ]


class _Settings(ctypes.Structure):
    _fields_ = [
        ("height", ctypes.c_int32),
        ("width", ctypes.c_int32),
        ("channels", ctypes.c_int32),
        ("mode", ctypes.c_int),
        ("polarity", ctypes.c_int),
        ("mirror", ctypes.c_bool),
        ("stretch_contrast", ctypes.c_bool),
        ("region", _Box),
    ]


class _Result(ctypes.Structure):
    _fields_ = [("crop", _Box), ("problems", ctypes.c_uint32)] + [
        (name, ctypes.c_int32)
        for name in ("brightness", "contrast", "sharpness", "coverage_permille", "border_permille")
    ]
    _fields_ += [("negated", ctypes.c_bool)]


@dataclasses.dataclass(frozen=True)
class Result:
    """vision_result of vision.h; crop is (top, left, height, width) in pixels of the frame."""

    crop: tuple
    problems: int
    brightness: int
    contrast: int
    sharpness: int
    coverage_permille: int
    border_permille: int
    negated: bool


def _load():
    built = pathlib.Path(__file__).resolve().parent.parent / "build" / "libvision_shared.so"
    path = os.environ.get("THIMBLE_VISION", str(built))
    if not os.path.exists(path):
        raise FileNotFoundError(f"{path} is missing; run `cmake --build build --target vision_shared`")
    library = ctypes.CDLL(path)
    library.vision_see.argtypes = [
        ctypes.POINTER(_Frame),
        ctypes.POINTER(_Settings),
        ctypes.c_void_p,
        ctypes.c_size_t,
        ctypes.c_void_p,
        ctypes.POINTER(_Result),
    ]
    return library


_library = _load()


def see(
    frame,
    height,
    width,
    channels=1,
    mode=GARMENT,
    polarity=AUTO,
    mirror=False,
    stretch_contrast=False,
    region=(0, 0, 0, 0),
    out=None,
):
    """One frame through vision_see. Returns the picture, [height][width][channels] uint8, and a Result."""
    frame = np.ascontiguousarray(frame, dtype=np.uint8)
    pixel_format = {1: 0, 2: 1, 3: 2}[frame.shape[2] if frame.ndim == 3 else 1]
    picture = np.empty((height, width, channels), np.uint8) if out is None else out
    if picture.shape != (height, width, channels) or picture.dtype != np.uint8 or not picture.flags.c_contiguous:
        raise ValueError("out has to be a contiguous uint8 array [height][width][channels]")
    seen = _Frame(frame.ctypes.data, pixel_format, frame.shape[0], frame.shape[1], 0)
    settings = _Settings(height, width, channels, mode, polarity, mirror, stretch_contrast, _Box(*region))
    scratch = ctypes.create_string_buffer(MAX_SCRATCH_BYTES)
    result = _Result()
    status = _library.vision_see(seen, settings, scratch, len(scratch), picture.ctypes.data, result)
    if status != 0:
        raise ValueError(f"vision refuses the frame {frame.shape} or the settings (status {status}); see vision.h")
    crop = result.crop
    figures = {field.name: getattr(result, field.name) for field in dataclasses.fields(Result)[1:]}
    return picture, Result(crop=(crop.top, crop.left, crop.height, crop.width), **figures)


def see_many(frames, height, width, channels=1, threads=1, **settings):
    """Many frames: pictures [count][height][width][channels] and a list of Results. C runs without Python's lock."""
    frames = list(frames)
    pictures = np.empty((len(frames), height, width, channels), np.uint8)

    def look(index):
        return see(frames[index], height, width, channels, out=pictures[index], **settings)[1]

    if threads <= 1:
        return pictures, [look(index) for index in range(len(frames))]
    with ThreadPoolExecutor(threads) as pool:
        return pictures, list(pool.map(look, range(len(frames))))
