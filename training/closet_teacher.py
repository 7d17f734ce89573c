"""What EfficientNet-Lite0 sees in the photos at 224x224: a teacher of closet_* that nobody has to train for hours.

Its 1280 features, of the whole photo and of what vision/ crops, are computed once. Two things are learned from them:

- *probabilities*: a linear classifier on the features. Each photo is judged by one that never saw its photographer, so
  doubt stays doubt where labels are wrong or garments are between two classes;
- *directions*: the features' 128 main directions, which the network has to be able to tell from its own features.

Both are made from the photos of the people trained on only.

SPDX-License-Identifier: Apache-2.0
"""

import os
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch.nn import functional

import closet_net
import vision
from closet_data import CACHE, LABELS, SIDE, Photos

SEEN_SIDE = 224
MARGIN = 0.1
DIRECTION_COUNT = 128
_INNER_FOLDS = 4
_REGULARIZATION = 2e-3
BALANCE = 0.7  # classes count as often as their frequency to the power 1 - BALANCE


def _whole(photo: Image.Image) -> np.ndarray:
    return np.asarray(photo.resize((SEEN_SIDE, SEEN_SIDE), Image.Resampling.BOX))


def _cropped(photo: Image.Image) -> np.ndarray:
    """As vision's SCENE, but larger: the garment with a margin, on a square of the border's colour."""
    frame = np.asarray(photo)
    top, left, height, width = vision.see(frame, SIDE, SIDE, 3, mode=vision.SCENE, polarity=vision.AS_IS)[1].crop
    margin = max(height, width) * MARGIN
    right, bottom = min(photo.width, left + width + margin), min(photo.height, top + height + margin)
    crop = photo.crop(tuple(int(edge) for edge in (max(0, left - margin), max(0, top - margin), right, bottom)))
    border = np.median(np.concatenate([frame[0], frame[-1], frame[:, 0], frame[:, -1]]), 0)
    side = max(crop.size)
    square = Image.new("RGB", (side, side), tuple(int(value) for value in border))
    square.paste(crop, ((side - crop.width) // 2, (side - crop.height) // 2))
    return np.asarray(square.resize((SEEN_SIDE, SEEN_SIDE), Image.Resampling.BICUBIC))


def _look(paths: list[Path], view, name: str) -> torch.Tensor:
    file = CACHE / f"teacher-{name}-of-{len(paths)}.npy"
    if not file.exists():
        network = closet_net.Network(closet_net.LITE0, closet_net.LITE0_HEAD, len(LABELS)).eval()
        closet_net.load_imagenet(network)
        network = network.to(memory_format=torch.channels_last)
        parts = []
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
            for start in range(0, len(paths), 32):
                pictures = np.stack([view(Image.open(path).convert("RGB")) for path in paths[start : start + 32]])
                inputs = closet_net.to_input(pictures)
                parts.append(network.features(inputs).float())
        CACHE.mkdir(parents=True, exist_ok=True)
        np.save(file.with_suffix(".new.npy"), torch.cat(parts).numpy())
        os.replace(file.with_suffix(".new.npy"), file)
    return torch.from_numpy(np.load(file))


def features(paths: list[Path]) -> torch.Tensor:
    """[photo][2 * 1280], each feature with mean 0 and deviation 1."""
    views = [_look(paths, _whole, "whole"), _look(paths, _cropped, "cropped")]
    return torch.cat([(view - view.mean(0)) / (view.std(0) + 1e-3) for view in views], 1)


def fit_linear(seen: torch.Tensor, labels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Weights [feature][class] and biases of logistic regression."""
    weights = torch.zeros(seen.shape[1], len(LABELS), requires_grad=True)
    biases = torch.zeros(len(LABELS), requires_grad=True)
    share = 1 / torch.bincount(labels, minlength=len(LABELS)).clamp(min=1).float() ** BALANCE
    share = share / share[labels].mean()
    optimizer = torch.optim.LBFGS([weights, biases], max_iter=60)

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        value = functional.cross_entropy(seen @ weights + biases, labels, share)
        value = value + _REGULARIZATION * (weights**2).sum()
        value.backward()
        return value

    optimizer.step(loss)
    return weights.detach(), biases.detach()


def probabilities(seen: torch.Tensor, photos: Photos, trained: np.ndarray) -> torch.Tensor:
    """[photo][class]; rows of photos that are not in the indices `trained` are 0."""
    people = np.unique(photos.people[trained])
    inner = dict(zip(people, np.random.default_rng(0).permutation(len(people)) % _INNER_FOLDS))
    group = np.full(len(photos.labels), -1)
    group[trained] = [inner[person] for person in photos.people[trained]]
    labels = torch.from_numpy(photos.labels)
    told = torch.zeros(len(labels), len(LABELS))
    for index in range(_INNER_FOLDS):
        others = torch.from_numpy((group >= 0) & (group != index))
        asked = torch.from_numpy(group == index)
        weights, biases = fit_linear(seen[others], labels[others])
        told[asked] = (seen[asked] @ weights + biases).softmax(1)
    return told


def directions(seen: torch.Tensor, trained: np.ndarray) -> torch.Tensor:
    """[photo][DIRECTION_COUNT] of length 1: principal components, weighted by the root of their deviation."""
    torch.manual_seed(0)
    learned = seen[trained]
    _, strength, axes = torch.pca_lowrank(learned, DIRECTION_COUNT, center=True)
    along = (seen - learned.mean(0)) @ axes
    along = along / along[trained].std(0) * (strength / strength[0]).sqrt()
    return functional.normalize(along, dim=1)
