"""Accuracy of a released .tflite against its float network; with --card, its model card.

SPDX-License-Identifier: Apache-2.0
"""

import argparse
import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType

import data
from facts import facts
from models import RECIPES, TEACHERS, Recipe, describe
from quantize import read_note

CHECKPOINTS = Path(__file__).parent / "out"
MODELS = Path(__file__).parent.parent / "models"


def int8_answers(file: bytes, images: np.ndarray) -> np.ndarray:
    """The winning class per picture, by the reference kernels; the first one where two are equal."""
    interpreter = Interpreter(model_content=file, experimental_op_resolver_type=OpResolverType.BUILTIN_REF)
    interpreter.allocate_tensors()
    source = interpreter.get_input_details()[0]["index"]
    result = interpreter.get_output_details()[0]["index"]
    answers = np.empty(len(images), np.int64)
    for index, image in enumerate((images.astype(np.int16) - 128).astype(np.int8)):
        interpreter.set_tensor(source, image[np.newaxis])
        interpreter.invoke()
        answers[index] = interpreter.get_tensor(result)[0].argmax()
    return answers


def float_answers(model: keras.Model, images: np.ndarray) -> np.ndarray:
    return model.predict(images.astype(np.float32) / 255, 500, verbose=0).argmax(1)


class Score:
    """Accuracy of both forms of a network on one split."""

    def __init__(self, file: bytes, model: keras.Model, split: str) -> None:
        images, labels = data.load(split)
        self.split = split
        self.count = len(labels)
        self.labels = labels
        self.int8 = int8_answers(file, images)
        self.float = float_answers(model, images)

    def accuracy(self, answers: np.ndarray) -> float:
        return 100 * float((answers == self.labels).mean())

    def row(self) -> str:
        loss = self.accuracy(self.float) - self.accuracy(self.int8)
        return (
            f"| {self.split} ({self.count:,}) | {self.accuracy(self.int8):.2f} % | {self.accuracy(self.float):.2f} % "
            f"| {loss:.2f} points |"
        )


def _teaching(recipe: Recipe) -> str:
    if recipe.teacher is None:
        return "no teacher"
    teacher = TEACHERS[recipe.teacher]
    return (
        f"{recipe.teacher_share:.0%} of each target from a teacher ({teacher.epochs} epochs on the same pictures):\n"
        f"  {describe(teacher)}"
    )


def card(name: str, file: bytes, recipe: Recipe, scores: Sequence[Score]) -> str:
    cost = facts(file)
    labels = read_note(file)["labels"]
    test = scores[-1]
    per_class = "\n".join(
        f"| {index} | {label} | {100 * float((test.int8 == index)[test.labels == index].mean()):.1f} % |"
        for index, label in enumerate(labels)
    )
    rows = "\n".join(score.row() for score in scores)
    return f"""# {name}

Recognises one piece of clothing in a 28x28 grey picture.

- sha256: `{hashlib.sha256(file).hexdigest()}`
- bytes: {len(file):,}
- input: int8 [1][28][28][1], scale 1/255, zero point -128 (stored = pixel - 128), light clothes on black
- output: int8 [1][10], scale 1/256, zero point -128: the probability of each label
- architecture:
  {describe(recipe)}
  (residual: two 3x3 convolutions with a shortcut)
- ops: {", ".join(sorted(set(cost.ops)))} ({len(cost.ops)} in all)
- multiply-accumulates: {cost.macs:,}
- parameters: {cost.parameters:,}
- peak of live activations: {cost.peak_bytes:,} bytes (for any engine, without scratch and bookkeeping)
- arena bytes:
- data: Fashion-MNIST (MIT licence), Debian package dataset-fashion-mnist; trained on the first 55,000 of the 60,000
  training pictures
- training: {recipe.epochs} epochs, seed {recipe.seed}, flip, shift, erase;
  {_teaching(recipe)}
- quantization: after training, ranges from the first 1,000 training pictures

## Accuracy
| split (pictures) | int8 | float | lost by quantization |
|---|---|---|---|
{rows}

Every choice (network, schedule, quantization) was made on the validation split. The test set was used once, for this
card. The int8 column is from LiteRT's reference kernels.

## Labels, and accuracy of each on the test set
| index | label | int8 |
|---|---|---|
{per_class}

## Reproduce
```
python3 -m venv training/.venv && training/.venv/bin/pip install -r training/requirements.txt
training/.venv/bin/python training/train.py --model {name}
training/.venv/bin/python training/evaluate.py --model {name} --card
```
The same seed on another machine gives other bytes, and so slightly other accuracy: float sums depend on the processor
and the number of threads.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", choices=RECIPES, required=True)
    parser.add_argument("--card", action="store_true", help="also use the test set, and write models/<model>.md")
    arguments = parser.parse_args()
    file = (MODELS / f"{arguments.model}.tflite").read_bytes()
    model = keras.models.load_model(CHECKPOINTS / f"{arguments.model}.keras")
    splits = ("validation", "test") if arguments.card else ("validation",)
    scores = [Score(file, model, split) for split in splits]
    print(*(score.row() for score in scores), sep="\n")
    if arguments.card:
        (MODELS / f"{arguments.model}.md").write_text(card(arguments.model, file, RECIPES[arguments.model], scores))


if __name__ == "__main__":
    main()
