"""Trains a network and writes it as models/<name>.tflite. Each epoch leaves a checkpoint, from which a later call goes on.

  train.py --model fashion_10k             the released recipe
  train.py --model fashion_10k --seed 2    the same again: out/fashion_10k-2.*, nothing in models/
  train.py --model fashion_10k --untrained only the size: out/fashion_10k-untrained.tflite, random weights

SPDX-License-Identifier: Apache-2.0
"""

import argparse
import math
import os
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

import data
from augment import Strength, augment
from curves import draw
from models import CLASS_COUNT, RECIPES, RELEASED_SEED, Network, Recipe

CHECKPOINTS = Path(__file__).parent / "out"
MODELS = Path(__file__).parent.parent / "models"
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


def _to_input(images: np.ndarray) -> torch.Tensor:
    """uint8 [count][28][28][1] → float 0..1 [count][1][28][28]."""
    return torch.tensor(images, device=DEVICE).permute(0, 3, 1, 2).float() / 255


def _logits(network: torch.nn.Module, inputs: torch.Tensor) -> torch.Tensor:
    with torch.autocast(DEVICE, torch.bfloat16):
        return network(inputs.contiguous(memory_format=torch.channels_last)).float()


def probabilities(network: torch.nn.Module, images: np.ndarray) -> torch.Tensor:
    network.eval()
    with torch.inference_mode():
        parts = [_logits(network, _to_input(part)).softmax(1) for part in np.array_split(images, len(images) // 500)]
    network.train()
    return torch.cat(parts)


def _accuracy(network: torch.nn.Module, split: data.Split) -> float:
    return 100 * float((probabilities(network, split.images).argmax(1).cpu().numpy() == split.labels).mean())


class Trainee:
    """A network, the moving average of its weights, its optimizer, and one row of figures per epoch."""

    def __init__(self, recipe: Recipe, seed: int) -> None:
        torch.manual_seed(seed)
        self.recipe = recipe
        self.network = Network(recipe).to(DEVICE, memory_format=torch.channels_last)
        average = get_ema_multi_avg_fn(recipe.average_decay)
        self.average = AveragedModel(self.network, multi_avg_fn=average, use_buffers=True)
        parameters = list(self.network.parameters())
        groups = [
            {"params": [value for value in parameters if value.dim() > 1], "weight_decay": recipe.weight_decay},
            {"params": [value for value in parameters if value.dim() == 1], "weight_decay": 0.0},
        ]
        self.optimizer = torch.optim.SGD(groups, recipe.learning_rate, 0.9, nesterov=True)
        self.history: list[dict[str, float]] = []

    def save(self, path: Path) -> None:
        state = {part: getattr(self, part).state_dict() for part in ("network", "average", "optimizer")}
        torch.save(state | {"history": self.history}, path.with_suffix(".new"))
        os.replace(path.with_suffix(".new"), path)

    def load(self, path: Path) -> None:
        state = torch.load(path, map_location=DEVICE, weights_only=True)
        for part in ("network", "average", "optimizer"):
            getattr(self, part).load_state_dict(state[part])
        self.history = state["history"]

    def learn(self, inputs: torch.Tensor, targets: torch.Tensor, progress: float) -> float:
        """One step; progress: of the whole training, 0..1. Returns the loss."""
        warm_up = progress * self.recipe.epochs  # one epoch, then a cosine down to zero
        rate = self.recipe.learning_rate * min(warm_up, 0.5 + 0.5 * math.cos(math.pi * progress))
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        loss = functional.cross_entropy(_logits(self.network, inputs), targets)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.average.update_parameters(self.network)
        return loss.item()


def _checkpoint(name: str, seed: int) -> Path:
    return CHECKPOINTS / f"{name}-{seed}.pt"


class Lessons:
    """The augmented training pictures of each epoch, and what is to be learned of them."""

    def __init__(self, recipe: Recipe, seed: int) -> None:
        self.recipe, self.seed = recipe, seed
        self.teachers = [train(*name.rsplit("-", 1)) for name in recipe.teachers]
        self.images, self.labels = data.load("train")
        self.told: dict[tuple[int, Strength], torch.Tensor] = {}  # what the teachers say of each copy of the pictures

    def epoch(self, index: int) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        recipe, copy = self.recipe, index % self.recipe.copies
        rng = np.random.default_rng([self.seed, copy])
        strength = recipe.strength
        if index >= recipe.epochs - recipe.calm_epochs:
            strength = Strength(strength.shift, erase_share=0)
        images, shares = augment(self.images, self.labels, strength, rng)
        targets = (1 - recipe.smoothing) * torch.from_numpy(shares).to(DEVICE) + recipe.smoothing / CLASS_COUNT
        if self.teachers:
            key = (copy, strength)
            if key not in self.told:
                self.told[key] = torch.stack([probabilities(teacher, images) for teacher in self.teachers]).mean(0)
            targets = recipe.teacher_share * self.told[key] + (1 - recipe.teacher_share) * targets
        inputs = _to_input(images)
        # Copies that come again come in another order.
        order = torch.from_numpy(np.random.default_rng([self.seed, index]).permutation(len(images)))
        for chosen in order[: self.steps * recipe.batch].split(recipe.batch):
            yield inputs[chosen], targets[chosen]

    @property
    def steps(self) -> int:
        return len(self.images) // self.recipe.batch


def train(name: str, seed: int | str) -> Network:
    """Trains from the last checkpoint, or from the start where there is none; its teachers first."""
    recipe, seed = RECIPES[name], int(seed)
    trainee, path = Trainee(recipe, seed), _checkpoint(name, seed)
    if path.exists():
        trainee.load(path)
    if len(trainee.history) < recipe.epochs:
        lessons, validation = Lessons(recipe, seed), data.load("validation")
    CHECKPOINTS.mkdir(exist_ok=True)
    for epoch in range(len(trainee.history), recipe.epochs):
        start, losses = time.monotonic(), []
        for inputs, targets in lessons.epoch(epoch):
            progress = (epoch + len(losses) / lessons.steps) / recipe.epochs
            losses.append(trainee.learn(inputs, targets, progress))
        row = {
            "epoch": epoch + 1,
            "loss": float(np.mean(losses)),
            "validation": _accuracy(trainee.network, validation),
            "average_validation": _accuracy(trainee.average, validation),
            "seconds": time.monotonic() - start,
        }
        trainee.history.append(row)
        trainee.save(path)
        draw(trainee.history, path.with_suffix(".png"))
        print(
            f"{name}-{seed} epoch {epoch + 1}/{recipe.epochs}: loss {row['loss']:.4f}, validation "
            f"{row['validation']:.2f} %, averaged {row['average_validation']:.2f} %, {row['seconds']:.0f} s",
            flush=True,
        )
    return trainee.average.module


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", choices=RECIPES, required=True)
    parser.add_argument("--seed", type=int, default=RELEASED_SEED)
    parser.add_argument("--threads", type=int, default=0, help="0: one per core")
    parser.add_argument("--untrained", action="store_true", help="random weights, to see the size")
    arguments = parser.parse_args()
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    if arguments.untrained:
        network, stem = Network(RECIPES[arguments.model]), f"{arguments.model}-untrained"
    else:
        network, stem = train(arguments.model, arguments.seed), f"{arguments.model}-{arguments.seed}"

    # TensorFlow only now: it takes seconds to load and memory to keep.
    from quantize import convert, slim
    from twin import keras_twin

    model = keras_twin(network)
    model.save(CHECKPOINTS / f"{stem}.keras")
    calibration = data.load("train").images[:1000].astype(np.float32) / 255
    file = slim(convert(model, calibration), {"labels": data.LABELS})
    target = CHECKPOINTS / f"{stem}.tflite"
    target.write_bytes(file)
    if arguments.seed == RELEASED_SEED and not arguments.untrained:
        target = MODELS / f"{arguments.model}.tflite"
        target.write_bytes(file)
    print(f"{target}: {len(file):,} bytes")


if __name__ == "__main__":
    main()
