"""Trains closet_*. Each epoch leaves a checkpoint in training/out, from which a later call goes on.

  closet_train.py --fold 0     on the people of the other four folds: for an honest figure
  closet_train.py --fold all   on all photos: the network to release
  closet_train.py --fold 0 --step photos   without the teacher, for the report (also: drawn, plain)

A batch holds photos (rare classes more often) and drawn pictures, mirrored, shaded, with a rectangle covered, and at
times two of them mixed. Learned are the labels, what the teacher says of each photo, and the directions of its
features.

SPDX-License-Identifier: Apache-2.0
"""

import argparse
import math
import os
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

import closet_data
import closet_net
import closet_teacher
from closet_data import COPY_COUNT, FOLD_COUNT, LABELS, SIDE

CHECKPOINTS = Path(__file__).parent / "out"


class Recipe(NamedTuple):
    epochs: int = 30
    batch: int = 64
    drawn: int = 8  # of a batch
    copies: int = COPY_COUNT  # of each photo, beside the photo itself
    learning_rate: float = 3e-3
    weight_decay: float = 0.02
    drop: float = 0.2
    balance: float = 0.7  # a class of n photos is shown n^(1 - balance) times as often
    smoothing: float = 0.05
    teacher_share: float = 0.5  # of each target comes from the teacher
    directions: float = 0.25  # weight of the loss of directions
    cover_share: float = 0.3  # of the pictures get a rectangle covered
    mix_share: float = 0.5  # of the batches are mixed
    mix: float = 0.2  # parameter of the beta distribution of shares
    average_decay: float = 0.99  # per step, of the moving average of all weights, which is what gets released


# The steps of the report, each without what the later ones add.
STEPS = {
    "drawn": Recipe(drawn=64, teacher_share=0, directions=0),
    "plain": Recipe(copies=0, drawn=0, cover_share=0, mix_share=0, teacher_share=0, directions=0),
    "photos": Recipe(teacher_share=0, directions=0),
    "teacher": Recipe(),
}


class Student(nn.Module):
    """The network, and a layer for the teacher's directions that is not released."""

    def __init__(self, recipe: Recipe) -> None:
        super().__init__()
        self.network = closet_net.Network(closet_net.BLOCKS, closet_net.HEAD, len(LABELS), recipe.drop)
        closet_net.load_imagenet(self.network)
        self.directions = nn.Linear(closet_net.HEAD, closet_teacher.DIRECTION_COUNT)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        with torch.autocast("cpu", torch.bfloat16):
            features = self.network.features(x)
        features = features.float()
        return self.network.dense(self.network.drop(features)), self.directions(features)


def logits(network: closet_net.Network, pictures: np.ndarray) -> torch.Tensor:
    """float32, no training."""
    network.eval()
    with torch.inference_mode():
        parts = [network(closet_net.to_input(part)) for part in np.array_split(pictures, len(pictures) // 200 + 1)]
    return torch.cat(parts)


def balanced_accuracy(answers: np.ndarray, labels: np.ndarray) -> float:
    """Mean recall over the labels that occur."""
    return float(np.mean([(answers[labels == label] == label).mean() for label in np.unique(labels)]))


class Lessons:
    """Batches of (pictures, targets, directions, weight of directions)."""

    def __init__(self, recipe: Recipe, photos: closet_data.Photos, trained: np.ndarray) -> None:
        self.recipe, self.trained, self.labels = recipe, trained, photos.labels
        self.copies = [closet_data.copies(photos.paths, copy) for copy in range(recipe.copies + 1)]
        self.drawn, self.drawn_labels = closet_data.drawn()
        if recipe.teacher_share or recipe.directions:
            seen = closet_teacher.features(photos.paths)
            self.told = closet_teacher.probabilities(seen, photos, trained)
            self.directions = closet_teacher.directions(seen, trained)
        else:
            self.told = torch.zeros(len(photos.labels), len(LABELS))
            self.directions = torch.zeros(len(photos.labels), closet_teacher.DIRECTION_COUNT)
        count = np.maximum(np.bincount(photos.labels[trained], minlength=len(LABELS)), 1)
        share = count.astype(float) ** -recipe.balance
        self.chance = share[photos.labels[trained]] / share[photos.labels[trained]].sum()
        self.photo_count = recipe.batch - recipe.drawn
        self.steps = len(trained) // (self.photo_count or recipe.batch)
        share = 1 / np.bincount(self.drawn_labels, minlength=len(LABELS))
        # With photos, mostly what has none or few; without, all labels alike.
        chance = share[self.drawn_labels] if self.photo_count == 0 else np.ones(len(self.drawn_labels))
        self.drawn_chance = chance / chance.sum()

    def epoch(self, rng: np.random.Generator):
        recipe, count = self.recipe, self.steps * self.photo_count
        chosen = self.trained[rng.choice(len(self.trained), count, p=self.chance)]
        copy = rng.integers(0, recipe.copies + 1, count)
        pictures = np.empty((count, SIDE, SIDE, 3), np.uint8)
        for index in range(recipe.copies + 1):
            pictures[copy == index] = self.copies[index][chosen[copy == index]]
        drawn = rng.choice(len(self.drawn_labels), (self.steps, recipe.drawn), p=self.drawn_chance)
        for step, others in enumerate(drawn):
            part = slice(step * self.photo_count, (step + 1) * self.photo_count)
            photos = chosen[part]
            labels = np.concatenate([self.labels[photos], self.drawn_labels[others]])
            exact = functional.one_hot(torch.from_numpy(labels), len(LABELS)).float()
            targets = exact * (1 - recipe.smoothing) + recipe.smoothing / len(LABELS)
            ours = targets[: len(photos)] * (1 - recipe.teacher_share)
            targets[: len(photos)] = ours + recipe.teacher_share * self.told[photos]
            directions = torch.zeros(recipe.batch, closet_teacher.DIRECTION_COUNT)
            directions[: len(photos)] = self.directions[photos]
            weight = torch.zeros(recipe.batch)
            weight[: len(photos)] = 1
            batch = np.concatenate([pictures[part], self.drawn[others]]) if len(others) else pictures[part]
            yield self._alter(batch, targets, directions, weight, rng)

    def _alter(self, pictures, targets, directions, weight, rng: np.random.Generator):
        recipe, count = self.recipe, len(pictures)
        x = closet_net.to_input(pictures)
        mirrored = torch.from_numpy(rng.random(count) < 0.5)
        x[mirrored] = x[mirrored].flip(3)
        gain = torch.from_numpy(np.exp(rng.normal(0, 0.1, (count, 1, 1, 1))).astype(np.float32))
        tint = torch.from_numpy(rng.normal(0, 0.05, (count, 3, 1, 1)).astype(np.float32))
        x = (x + 1) * gain + tint - 1
        for index in np.flatnonzero(rng.random(count) < recipe.cover_share):
            height, width = rng.integers(SIDE // 8, SIDE // 2, 2)
            top, left = rng.integers(0, SIDE - height), rng.integers(0, SIDE - width)
            colour = torch.from_numpy(rng.uniform(-1, 1, (3, 1, 1)).astype(np.float32))
            x[index, :, top : top + height, left : left + width] = colour
        if rng.random() < recipe.mix_share:
            share, other = float(rng.beta(recipe.mix, recipe.mix)), torch.from_numpy(rng.permutation(count))
            x, targets, directions, weight = (
                share * part + (1 - share) * part[other] for part in (x, targets, directions, weight)
            )
        return x.contiguous(memory_format=torch.channels_last), targets, directions, weight


def checkpoint(step: str, fold: str, seed: int) -> Path:
    return CHECKPOINTS / f"closet-{step}-{fold}-{seed}.pt"


def _averaged(student: Student, decay: float) -> AveragedModel:
    return AveragedModel(student, multi_avg_fn=get_ema_multi_avg_fn(decay), use_buffers=True)


def load(step: str, fold: str, seed: int) -> closet_net.Network:
    """The averaged network of a training that is complete."""
    recipe, path = STEPS[step], checkpoint(step, fold, seed)
    state = torch.load(path, weights_only=True) if path.exists() else {"epochs": 0}
    if state["epochs"] < recipe.epochs:
        raise SystemExit(f"{path.name}: {state['epochs']} of {recipe.epochs} epochs; run closet_train.py --fold {fold}")
    average = _averaged(Student(recipe), recipe.average_decay)
    average.load_state_dict(state["average"])
    return average.module.network.eval()


def train(step: str, fold: str, seed: int, photos: closet_data.Photos) -> None:
    """All epochs, from the last checkpoint on."""
    recipe, path = STEPS[step], checkpoint(step, fold, seed)
    torch.manual_seed(seed)
    student = Student(recipe).to(memory_format=torch.channels_last)
    average = _averaged(student, recipe.average_decay)
    parameters = list(student.parameters())
    groups = [
        {"params": [value for value in parameters if value.dim() > 1], "weight_decay": recipe.weight_decay},
        {"params": [value for value in parameters if value.dim() == 1], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, recipe.learning_rate)
    done = 0
    if path.exists():
        state = torch.load(path, weights_only=True)
        done = state["epochs"]
        student.load_state_dict(state["student"])
        average.load_state_dict(state["average"])
        optimizer.load_state_dict(state["optimizer"])
    if done < recipe.epochs:
        held_out = photos.folds == (-1 if fold == "all" else int(fold))
        lessons = Lessons(recipe, photos, np.flatnonzero(~held_out))
        CHECKPOINTS.mkdir(exist_ok=True)
    for epoch in range(done, recipe.epochs):
        start, losses = time.monotonic(), []
        student.train()
        torch.manual_seed(seed * 1000 + epoch)
        for x, targets, directions, weight in lessons.epoch(np.random.default_rng([seed, epoch])):
            progress = (epoch + len(losses) / lessons.steps) / recipe.epochs
            rate = recipe.learning_rate * min(progress * recipe.epochs + 0.02, 0.5 + 0.5 * math.cos(math.pi * progress))
            for group in optimizer.param_groups:
                group["lr"] = rate
            answers, pointed = student(x)
            loss = functional.cross_entropy(answers, targets)
            if recipe.directions:
                apart = 1 - functional.cosine_similarity(pointed, directions, dim=1)
                loss = loss + recipe.directions * (weight * apart).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            average.update_parameters(student)
            losses.append(loss.item())
        parts = {"student": student, "average": average, "optimizer": optimizer}
        state = {name: part.state_dict() for name, part in parts.items()}
        torch.save(state | {"epochs": epoch + 1}, path.with_suffix(".new"))
        os.replace(path.with_suffix(".new"), path)
        line = f"{step} {fold}: epoch {epoch + 1}/{recipe.epochs}, loss {np.mean(losses):.3f}"
        if held_out.any() and (epoch % 4 == 3 or epoch + 1 == recipe.epochs):
            answers = logits(average.module.network, lessons.copies[0][held_out]).argmax(1).numpy()
            line += f", held-out people {balanced_accuracy(answers, photos.labels[held_out]):.2%}"
        print(f"{line}, {time.monotonic() - start:.0f} s", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fold", choices=("all", *map(str, range(FOLD_COUNT))), required=True)
    parser.add_argument("--step", choices=STEPS, default="teacher")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=0, help="0: one per core")
    arguments = parser.parse_args()
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    train(arguments.step, arguments.fold, arguments.seed, closet_data.photos())


if __name__ == "__main__":
    main()
