"""What closet_* learns from: photos, many altered copies of them, and drawn scenes, all seen by the device's own eye.

    photo ──alter──► frame ──vision (SCENE)──► picture [64][64][3]

Copy 0 of a photo is the photo itself. The others are turned, moved, scaled, tilted, lit and coloured anew, blurred and
compressed, then go through vision/ like a camera's frame: what it finds changes with them. The last few copies also
show the garment, as vision/ cuts it out, in front of something drawn, so that rooms and floors are not learned by
heart. Pictures are made once and kept in training/out/closet/.

The photos lie in images/ of the folder CLOSET_PHOTOS, or of training/photos (see fetch_photos); labels and folds are
those of closet_photos.csv. All photos of one person are in one fold.

SPDX-License-Identifier: Apache-2.0
"""

import csv
import io
import os
from collections.abc import Callable, Iterable
from multiprocessing import Pool
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageFilter

import closet_scenes
import data
import vision

HERE = Path(__file__).parent
CACHE = HERE / "out" / "closet"
LABELS = (*data.LABELS, "other")
OTHER, BAG = 10, 8
SIDE = 64
ALTERED_COUNT = 10
MOVED_OUT_COUNT = 2  # with another background
COPY_COUNT = ALTERED_COUNT + MOVED_OUT_COUNT
FOLD_COUNT = 5
EMPTY_COUNT = 400
# In the list of photos as in labels.csv of the data set's scaled form.
_LIST_NAMES = "tshirt_top trouser pullover dress coat sandal shirt sneaker bag ankle_boot other".split()
# Drawn pictures per label: bags have no photos, boots have few, and a device sees empty scenes most of the time.
_SHOES = (5, 7, 9)
_DRAWN = ((BAG, 1200), (OTHER, 1400), *((shoe, 400) for shoe in _SHOES), *((label, 80) for label in (0, 1, 2, 3, 4, 6)))
_TRAIN_SEED, _TEST_SEED = 1, 999


class Photos(NamedTuple):
    paths: list[Path]
    labels: np.ndarray  # index into LABELS
    people: np.ndarray
    folds: np.ndarray


def photos() -> Photos:
    folder = Path(os.environ.get("CLOSET_PHOTOS", HERE / "photos")) / "images"
    with (HERE / "closet_photos.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if (folder / row["file"]).exists()]
    if not rows:
        raise SystemExit(f"{folder} has none of the photos: run training/fetch_photos, or set CLOSET_PHOTOS")

    def column(of: Callable[[dict], int]) -> np.ndarray:
        return np.array([of(row) for row in rows])

    return Photos(
        [folder / row["file"] for row in rows],
        column(lambda row: _LIST_NAMES.index(row["label"])),
        column(lambda row: int(row["photographer"])),
        column(lambda row: int(row["fold"])),
    )


def see(frame: np.ndarray) -> np.ndarray:
    """The picture that the device shows the model: [SIDE][SIDE][3]."""
    return vision.see(frame, SIDE, SIDE, 3, mode=vision.SCENE, polarity=vision.AS_IS)[0]


def _moved(photo: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Turned, scaled, stretched, moved and tilted: a quadrangle of the photo becomes the frame."""
    width, height = photo.size
    degrees = rng.normal(0, 12) if rng.random() < 0.7 else rng.uniform(-45, 45)
    if rng.random() < 0.08:
        degrees += rng.choice([90, 180, -90])
    scale, stretch = np.exp(rng.uniform(-0.22, 0.15)), np.exp(rng.normal(0, 0.10))
    centre = np.array([width / 2 + rng.normal(0, 0.05) * width, height / 2 + rng.normal(0, 0.05) * height])
    angle = np.deg2rad(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    corners = np.array([[-1, -1], [-1, 1], [1, 1], [1, -1]], float)
    corners *= [width / 2 * scale * stretch, height / 2 * scale / stretch]
    corners += rng.normal(0, 0.04, (4, 2)) * [width, height]
    corners = corners @ turn.T + centre
    border = 48
    mode = "reflect" if rng.random() < 0.5 else "edge"
    wide = Image.fromarray(np.pad(np.asarray(photo), ((border, border), (border, border), (0, 0)), mode))
    quad = tuple((corners + border).ravel())
    return wide.transform((width, height), Image.Transform.QUAD, quad, Image.Resampling.BILINEAR)


def _recoloured(frame: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Other exposure, light, contrast and colours, at times grey, a shade across, noise."""
    x = frame.astype(np.float32) / 255
    if rng.random() < 0.8:
        x = x ** np.exp(rng.normal(0, 0.3))
    x = x * np.exp(rng.normal(0, 0.18)) * np.exp(rng.normal(0, 0.07, 3).astype(np.float32))
    x = (x - x.mean()) * np.exp(rng.normal(0, 0.15)) + x.mean()
    grey = x.mean(2, keepdims=True)
    x = grey + (x - grey) * np.exp(rng.normal(0, 0.3)) if rng.random() < 0.9 else np.repeat(grey, 3, 2)
    if rng.random() < 0.15:
        x = x[..., rng.permutation(3)]
    if rng.random() < 0.3:
        height, width = x.shape[:2]
        angle = rng.uniform(0, 6.28)
        rows, columns = np.mgrid[:height, :width]
        ramp = np.cos(angle) * columns / width + np.sin(angle) * rows / height
        x = x * (1 + rng.uniform(-0.4, 0.4) * (ramp - ramp.mean()))[..., np.newaxis]
    if rng.random() < 0.3:
        x = x + rng.normal(0, rng.uniform(0, 0.05), x.shape)
    return (np.clip(x, 0, 1) * 255).astype(np.uint8)


def _compressed(frame: Image.Image, quality: int) -> Image.Image:
    file = io.BytesIO()
    frame.save(file, "JPEG", quality=quality)
    return Image.open(file)


def _moved_out(frame: Image.Image, rng: np.random.Generator) -> Image.Image:
    """The garment that vision/ cuts out, in front of something else."""
    side = 96  # the largest that vision/ makes
    garment = vision.see(np.asarray(frame), side, side, 3, mode=vision.GARMENT, polarity=vision.AS_IS)[0]
    mask = Image.fromarray((garment.any(2) * np.uint8(255))).filter(ImageFilter.GaussianBlur(0.8))
    height, width = (144, 192) if rng.random() < 0.4 else (192, 144)
    back = closet_scenes.texture(height, width, rng) * rng.uniform(0.6, 1.1)
    scene = Image.fromarray((np.clip(back, 0, 1) * 255).astype(np.uint8))
    large = (int(width * rng.uniform(0.7, 1.0)),) * 2
    left, top = (int((room - large[0]) / 2 + rng.normal(0, 0.05) * room) for room in (width, height))
    scene.paste(Image.fromarray(garment).resize(large, Image.Resampling.BICUBIC), (left, top), mask.resize(large))
    return scene


def _copy(task: tuple[Path, int, int]) -> np.ndarray:
    path, index, copy = task
    frame = Image.open(path).convert("RGB")
    if copy > 0:
        rng = np.random.default_rng([index, copy])
        if copy > ALTERED_COUNT:
            frame = _moved_out(frame, rng)
        frame = _moved(frame, rng)
        if rng.random() < 0.25:
            frame = frame.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.5)))
        frame = Image.fromarray(_recoloured(np.asarray(frame), rng))
        if rng.random() < 0.3:
            frame = _compressed(frame, int(rng.integers(25, 80)))
    return see(np.asarray(frame))


def _drawn(task: tuple[int, int, int]) -> np.ndarray:
    seed, label, index = task
    rng = np.random.default_rng([seed, label, index])
    if label == OTHER:
        frame = closet_scenes.empty_scene(rng)
    else:
        items = _items()[label]
        pair = label in _SHOES and rng.random() < 0.7
        frame = closet_scenes.garment_scene(items[rng.integers(len(items))], rng, pair)
    if rng.random() < 0.4:
        frame = np.asarray(_compressed(Image.fromarray(frame), int(rng.integers(25, 85))))
    return see(frame)


_by_label: list[np.ndarray] = []


def _items() -> list[np.ndarray]:
    """Training pictures of Fashion-MNIST, [count][28][28] per label."""
    if not _by_label:
        split = data.load("train")
        _by_label.extend(split.images[split.labels == label, :, :, 0] for label in range(len(data.LABELS)))
    return _by_label


def _kept(name: str, make: Callable[[tuple], np.ndarray], tasks: Iterable[tuple]) -> np.ndarray:
    file = CACHE / f"{name}.npy"
    if not file.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with Pool() as pool:
            pictures = np.stack(pool.map(make, list(tasks), 64))
        np.save(file.with_suffix(".new.npy"), pictures)
        os.replace(file.with_suffix(".new.npy"), file)
        print(f"{file.name}: {len(pictures)} pictures", flush=True)
    return np.load(file, mmap_mode="r")


def copies(paths: list[Path], copy: int) -> np.ndarray:
    """Pictures [photo][SIDE][SIDE][3] of one copy of all photos."""
    return _kept(f"copy-{copy}-of-{len(paths)}", _copy, ((path, index, copy) for index, path in enumerate(paths)))


def drawn() -> tuple[np.ndarray, np.ndarray]:
    """Drawn pictures to learn from, and their labels."""
    labels = np.concatenate([np.full(count, label) for label, count in _DRAWN])
    tasks = ((_TRAIN_SEED, label, index) for label, count in _DRAWN for index in range(count))
    return _kept("drawn", _drawn, tasks), labels


def empty_test() -> np.ndarray:
    """Drawn scenes without a garment that no training sees."""
    return _kept("empty-test", _drawn, ((_TEST_SEED, OTHER, index) for index in range(EMPTY_COUNT)))
