"""Fashion-MNIST from the gzipped IDX files of the Debian package dataset-fashion-mnist.

The last 5,000 of the 60,000 training images are the validation split: every choice is made on them.
The 10,000 test images are for the card of a released model only.

SPDX-License-Identifier: Apache-2.0
"""

import gzip
import os
from pathlib import Path
from typing import NamedTuple

import numpy as np

LABELS = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")
DEFAULT_FOLDER = "/usr/share/datasets/fashion-mnist"
VALIDATION_COUNT = 5000


class Split(NamedTuple):
    images: np.ndarray  # uint8 [count][28][28][1], light clothes on black
    labels: np.ndarray  # int64 [count], an index into LABELS


def _read_idx(path: Path) -> np.ndarray:
    """IDX: two zero bytes, a type (8 = uint8), the rank, one big-endian uint32 per dimension, the data."""
    raw = gzip.decompress(path.read_bytes())
    if raw[:3] != b"\0\0\x08":
        raise ValueError(f"{path}: not an IDX file of unsigned bytes")
    rank = raw[3]
    shape = np.frombuffer(raw, ">u4", rank, 4)
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * rank).reshape(shape)


def load(split: str) -> Split:
    """split: "train", "validation" or "test". The folder can be set with FASHION_MNIST."""
    folder = Path(os.environ.get("FASHION_MNIST", DEFAULT_FOLDER))
    prefix = "t10k" if split == "test" else "train"
    images = _read_idx(folder / f"{prefix}-images-idx3-ubyte.gz")[..., np.newaxis]
    labels = _read_idx(folder / f"{prefix}-labels-idx1-ubyte.gz").astype(np.int64)
    part = {
        "train": slice(None, -VALIDATION_COUNT),
        "validation": slice(-VALIDATION_COUNT, None),
        "test": slice(None),
    }[split]
    return Split(images[part], labels[part])
