#!/usr/bin/env python3
"""Makes the scenes of the virtual camera: QVGA JPEGs, each a Fashion-MNIST test item before a drawn background.

The item (28x28, 15 times enlarged along smooth curves) is tinted and lies on a wall, a table or a floor with light from
one side, a soft shadow and a little sensor noise. One scene shows no garment. Needs numpy, Pillow and the data set; the
same pictures every time (their bytes depend on Pillow's JPEG encoder).

    python3 samples/scenes/make_scenes.py [folder]

SPDX-License-Identifier: Apache-2.0
"""

import gzip
import pathlib
import sys

import numpy
from PIL import Image, ImageFilter

DATASET = pathlib.Path("/usr/share/datasets/fashion-mnist")
WIDTH, HEIGHT, SIDE = 320, 240, 190

# Name, index in the test set, tint of the garment, background (colour, kind).
SCENES = [
    ("scene_00_ankle_boot", 0, (196, 142, 92), (70, 78, 88), "table"),
    ("scene_01_pullover", 1, (205, 214, 226), (62, 70, 66), "wall"),
    ("scene_02_trouser", 2, (150, 180, 224), (58, 50, 46), "wall"),
    ("scene_03_shirt", 145, (226, 206, 196), (48, 62, 74), "wall"),
    ("scene_04_nothing", None, None, (70, 78, 88), "table"),
    ("scene_05_coat", 151, (206, 190, 160), (52, 48, 60), "wall"),
    ("scene_06_sandal", 221, (228, 196, 120), (60, 66, 60), "table"),
    ("scene_07_sneaker", 9, (236, 236, 240), (82, 62, 50), "table"),
    ("scene_08_dress", 13, (224, 120, 140), (44, 56, 62), "wall"),
    ("scene_09_bag", 18, (190, 130, 90), (56, 60, 72), "table"),
    ("scene_10_t_shirt", 19, (240, 226, 150), (54, 64, 84), "wall"),
]


def read_images():
    data = gzip.decompress((DATASET / "t10k-images-idx3-ubyte.gz").read_bytes())
    return numpy.frombuffer(data, numpy.uint8, offset=16).reshape(-1, 28, 28)


def background(colour, kind, noise):
    """[height][width][3]: lit from the upper left; tables have grain, walls are mottled."""
    y, x = numpy.mgrid[0:HEIGHT, 0:WIDTH].astype(float)
    light = 1.12 - 0.3 * (x / WIDTH) - 0.12 * (y / HEIGHT)
    if kind == "table":
        texture = 0.03 * numpy.sin(y / 3.1 + 2 * numpy.sin(x / 47.0)) + 0.02 * numpy.sin(y / 1.3 + x / 90.0)
    else:
        rough = Image.fromarray((noise.random((30, 40)) * 255).astype(numpy.uint8))
        texture = (numpy.asarray(rough.resize((WIDTH, HEIGHT), Image.BICUBIC)) / 255.0 - 0.5) * 0.08
    return numpy.array(colour, float)[None, None, :] * (light + texture)[:, :, None]


def place(item, tint, scene):
    """Lays the enlarged item into the middle of the scene, with its shadow."""
    large = Image.fromarray(item).resize((SIDE, SIDE), Image.BICUBIC).filter(ImageFilter.GaussianBlur(1.2))
    shade = numpy.zeros((HEIGHT, WIDTH))
    top, left = (HEIGHT - SIDE) // 2, (WIDTH - SIDE) // 2
    shade[top : top + SIDE, left : left + SIDE] = numpy.asarray(large) / 255.0
    cover = numpy.clip((shade - 0.06) / 0.12, 0, 1)
    shadow = Image.fromarray((cover * 255).astype(numpy.uint8)).filter(ImageFilter.GaussianBlur(7))
    shadow = numpy.roll(numpy.asarray(shadow) / 255.0, (6, 7), (0, 1))
    scene = scene * (1 - 0.35 * shadow)[:, :, None]
    cloth = numpy.array(tint, float)[None, None, :] * (0.18 + 0.82 * shade)[:, :, None]
    return scene * (1 - cover)[:, :, None] + cloth * cover[:, :, None]


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent)
    images = read_images()
    for number, (name, index, tint, colour, kind) in enumerate(SCENES):
        noise = numpy.random.default_rng(number)
        scene = background(colour, kind, noise)
        if index is not None:
            scene = place(images[index], tint, scene)
        scene = numpy.clip(scene + noise.normal(0, 1.5, scene.shape), 0, 255)
        picture = Image.fromarray(scene.astype(numpy.uint8))
        picture.save(folder / f"{name}.jpg", quality=78, optimize=True)


main()
