"""Accuracy of a trained network, int8 and float, kept in models/<name>.json; with --card, the released file's too.

  evaluate.py --model fashion_10k --seed 2   int8 against float on the validation split
  evaluate.py --model fashion_10k --card     the released file on both splits, → models/fashion_10k.md

SPDX-License-Identifier: Apache-2.0
"""

import argparse
import hashlib
import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType

import data
from facts import facts
from models import RECIPES, RELEASED_SEED, Recipe, describe
from quantize import read_note

ROOT = Path(__file__).parent.parent
CHECKPOINTS = Path(__file__).parent / "out"
MODELS = ROOT / "models"
WORST_COUNT = 20
THIMBLE = Path(os.environ.get("THIMBLE_BUILD", ROOT / "build")) / "thimble"


def int8_outputs(file: bytes, images: np.ndarray) -> np.ndarray:
    """int8 [count][10] by the reference kernels; the probability is (output + 128) / 256."""
    interpreter = Interpreter(model_content=file, experimental_op_resolver_type=OpResolverType.BUILTIN_REF)
    interpreter.allocate_tensors()
    source = interpreter.get_input_details()[0]["index"]
    result = interpreter.get_output_details()[0]["index"]
    outputs = []
    for image in (images.astype(np.int16) - 128).astype(np.int8):
        interpreter.set_tensor(source, image[np.newaxis])
        interpreter.invoke()
        outputs.append(interpreter.get_tensor(result)[0])
    return np.stack(outputs)


def float_answers(model: keras.Model, images: np.ndarray) -> np.ndarray:
    return model.predict(images.astype(np.float32) / 255, 500, verbose=0).argmax(1)


def _worst(outputs: np.ndarray, labels: np.ndarray) -> list[dict[str, Any]]:
    """The wrong answers that the network is surest of."""
    answers = outputs.argmax(1)
    wrong = np.flatnonzero(answers != labels)
    wrong = wrong[np.argsort(-outputs[wrong].max(1).astype(int), kind="stable")][:WORST_COUNT]
    return [
        {"picture": int(i), "answer": int(answers[i]), "probability": (int(outputs[i].max()) + 128) / 256} for i in wrong
    ]


class Score:
    """Accuracy of both forms of a network on one split."""

    def __init__(self, file: bytes, model: keras.Model, split: str) -> None:
        images, labels = data.load(split)
        self.split = split
        self.count = len(labels)
        outputs = int8_outputs(file, images)
        answers = outputs.argmax(1)  # the first one where two are equal
        self.int8 = 100 * float((answers == labels).mean())
        self.float = 100 * float((float_answers(model, images) == labels).mean())
        self.per_class = [100 * float((answers == index)[labels == index].mean()) for index in range(len(data.LABELS))]
        self.worst = _worst(outputs, labels)

    def row(self) -> str:
        return (
            f"| {self.split} ({self.count:,}) | {self.int8:.2f} % | {self.float:.2f} % "
            f"| {self.float - self.int8:.2f} points |"
        )


def arena_bytes(path: Path) -> int:
    """What the engine needs, without scratch for speed."""
    told = subprocess.run([THIMBLE, "info", path, "--json"], capture_output=True, check=True, text=True)
    return json.loads(told.stdout)["memory_prefer_small"]["arena_bytes"]


def read_record(name: str) -> dict[str, Any]:
    path = MODELS / f"{name}.json"
    return json.loads(path.read_text()) if path.exists() else {}


def write_record(name: str, changes: dict[str, Any]) -> None:
    record = json.dumps(read_record(name) | changes, indent=2, sort_keys=True)
    (MODELS / f"{name}.json").write_text(record + "\n")


def _teaching(recipe: Recipe) -> str:
    if not recipe.teachers:
        return "no teacher"
    return f"{recipe.teacher_share:.0%} of each target is the mean answer of {', '.join(recipe.teachers)}"


def card(name: str, file: bytes, recipe: Recipe, scores: Sequence[Score]) -> str:
    cost = facts(file)
    labels = read_note(file)["labels"]
    per_class = "\n".join(
        f"| {index} | {label} | {share:.1f} % |" for index, (label, share) in enumerate(zip(labels, scores[-1].per_class))
    )
    rows = "\n".join(score.row() for score in scores)
    changes = recipe.strength
    return f"""# {name}

Recognises one piece of clothing in a 28x28 grey picture.

- sha256: `{hashlib.sha256(file).hexdigest()}`
- bytes: {len(file):,}
- input: int8 [1][28][28][1], scale 1/255, zero point -128 (stored = pixel - 128), light clothes on black
- output: int8 [1][10], scale 1/256, zero point -128: the probability of each label
- architecture (each convolution with bias; ReLU after each, and after each sum instead of before it):
  {describe(recipe)}
- ops: {", ".join(sorted(set(cost.ops)))} ({len(cost.ops)} in all)
- multiply-accumulates: {cost.macs:,}
- parameters: {cost.parameters:,}
- peak of live activations: {cost.peak_bytes:,} bytes (for any engine, without scratch and bookkeeping)
- arena bytes: {arena_bytes(MODELS / f"{name}.tflite"):,} (`thimble info --prefer-small`)
- data: Fashion-MNIST (MIT licence), Debian package dataset-fashion-mnist; trained on the first 55,000 of the 60,000
  training pictures
- training: {recipe.epochs} epochs, seed {RELEASED_SEED}; flip, shift by up to {changes.shift} pixels,
  {changes.erase_share:.0%} with an erased rectangle, {changes.cut_share:.0%} with one from another picture,
  {changes.light_share:.0%} in other light, {changes.blend_share:.0%} blended with another picture, in the last
  {recipe.calm_epochs} epochs only flip and shift; moving average of the weights;
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
make train MODEL={name}
make models-report
```
The same seed on another machine gives other bytes, and so slightly other accuracy: float sums depend on the processor
and the number of threads.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", choices=RECIPES, required=True)
    parser.add_argument("--seed", type=int, default=RELEASED_SEED)
    parser.add_argument("--card", action="store_true", help="also use the test set, and write models/<model>.md")
    arguments = parser.parse_args()
    name = arguments.model
    file = (CHECKPOINTS / f"{name}-{arguments.seed}.tflite").read_bytes()
    model = keras.models.load_model(CHECKPOINTS / f"{name}-{arguments.seed}.keras")
    if arguments.card and file != (MODELS / f"{name}.tflite").read_bytes():
        raise SystemExit(f"models/{name}.tflite is not what seed {arguments.seed} trained")
    scores = [Score(file, model, split) for split in (("validation", "test") if arguments.card else ("validation",))]
    print(*(score.row() for score in scores), sep="\n")

    seeds = read_record(name).get("seeds", {})
    seeds[str(arguments.seed)] = {"int8": scores[0].int8, "float": scores[0].float}
    write_record(name, {"seeds": seeds})
    if arguments.card:
        write_record(name, {"test": {"int8": scores[1].int8, "float": scores[1].float, "worst": scores[1].worst}})
        (MODELS / f"{name}.md").write_text(card(name, file, RECIPES[name], scores))


if __name__ == "__main__":
    main()
