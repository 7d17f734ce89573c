"""Trains a network, checkpointing every epoch, and writes it as models/<name>.tflite.

SPDX-License-Identifier: Apache-2.0
"""

import argparse
import os
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
import tensorflow as tf

import data
from augment import augment
from models import RECIPES, TEACHERS, Recipe, build
from quantize import convert, slim

CHECKPOINTS = Path(__file__).parent / "out"
MODELS = Path(__file__).parent.parent / "models"


def _to_float(images: np.ndarray) -> np.ndarray:
    return images.astype(np.float32) / 255


def _one_hot(labels: np.ndarray) -> np.ndarray:
    return np.eye(len(data.LABELS), dtype=np.float32)[labels]


def _compile(model: keras.Model, recipe: Recipe, steps: int) -> None:
    """One epoch of warm-up, then a cosine down to zero."""
    schedule = keras.optimizers.schedules.CosineDecay(
        0.0, steps * (recipe.epochs - 1), warmup_target=recipe.learning_rate, warmup_steps=steps
    )
    optimizer = keras.optimizers.SGD(schedule, 0.9, nesterov=True, weight_decay=recipe.weight_decay)
    model.compile(optimizer, "categorical_crossentropy", metrics=["accuracy"], jit_compile=False)


def train(name: str) -> keras.Model:
    """Trains from the last checkpoint, or from the start where there is none; its teacher first."""
    recipe = (RECIPES | TEACHERS)[name]
    teacher = train(recipe.teacher) if recipe.teacher else None
    images, labels = data.load("train")
    validation = data.load("validation")
    steps = len(images) // recipe.batch
    checkpoint = CHECKPOINTS / f"{name}.keras"
    if checkpoint.exists():
        model = keras.models.load_model(checkpoint)
    else:
        keras.utils.set_random_seed(recipe.seed)
        keras.config.set_dtype_policy(recipe.precision)
        model = build(recipe, len(data.LABELS))
        _compile(model, recipe, steps)
    told: dict[int, np.ndarray] = {}  # what the teacher says about each copy of the training pictures
    CHECKPOINTS.mkdir(exist_ok=True)
    for epoch in range(int(model.optimizer.iterations) // steps, recipe.epochs):
        start = time.monotonic()
        copy = epoch % recipe.copies
        inputs, classes = augment(images, labels, recipe.strength, np.random.default_rng([recipe.seed, copy]))
        inputs, targets = _to_float(inputs[: steps * recipe.batch]), _one_hot(classes[: steps * recipe.batch])
        if teacher is not None:
            if copy not in told:
                told[copy] = teacher.predict(inputs, 500, verbose=0)
            targets = recipe.teacher_share * told[copy] + (1 - recipe.teacher_share) * targets
        history = model.fit(inputs, targets, batch_size=recipe.batch, shuffle=False, verbose=0).history
        model.save(checkpoint)
        _, accuracy = model.evaluate(_to_float(validation.images), _one_hot(validation.labels), 500, verbose=0)
        print(
            f"epoch {epoch + 1}/{recipe.epochs}: loss {history['loss'][0]:.4f}, "
            f"validation {accuracy:.2%}, {time.monotonic() - start:.0f} s",
            flush=True,
        )
    return model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", choices=RECIPES, required=True)
    parser.add_argument("--threads", type=int, default=0, help="0: one per core")
    arguments = parser.parse_args()
    tf.config.threading.set_intra_op_parallelism_threads(arguments.threads)
    model = train(arguments.model)
    calibration = _to_float(data.load("train").images[:1000])
    target = MODELS / f"{arguments.model}.tflite"
    target.write_bytes(slim(convert(model, calibration), data.LABELS))
    print(f"{target}: {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()
