"""Writes models/README.md: what the released models cost and what they reach, with plots.

Sizes, confusion matrices and answers to distorted pictures come from the command `thimble` (built before); accuracies of
the float networks and of other seeds from models/<name>.json, where evaluate.py put them.

SPDX-License-Identifier: Apache-2.0
"""

import json
import os
import struct
import subprocess
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib

matplotlib.use("Agg")
import numpy as np
from matplotlib import pyplot

import closet_report
import data
from distort import DISTORTIONS, distort

ROOT = Path(__file__).parent.parent
MODELS = ROOT / "models"
PLOTS = MODELS / "plots"
THIMBLE = Path(os.environ.get("THIMBLE_BUILD", ROOT / "build")) / "thimble"
DISTORTED_COUNT = 2000  # pictures per distortion


class Limit(NamedTuple):
    file_bytes: int
    arena_bytes: int
    macs: int


LIMITS = {
    "fashion_10k": Limit(10_240, 8 * 1024, 600_000),
    "fashion_64k": Limit(65_536, 24 * 1024, 5_000_000),
    "fashion_250k": Limit(262_144, 64 * 1024, 25_000_000),
}


class Model(NamedTuple):
    name: str
    path: Path
    file_bytes: int
    arena_bytes: int  # with --prefer-small
    macs: int
    record: dict[str, Any]
    confusion: np.ndarray  # [true][answer], of the test set
    accuracy: float  # on the test set, in percent


def thimble(*arguments: object) -> dict[str, Any]:
    told = subprocess.run([THIMBLE, *map(str, arguments), "--json"], capture_output=True, text=True)
    if told.returncode != 0:
        raise SystemExit(f"thimble {arguments[0]}: {told.stderr.strip()}")
    return json.loads(told.stdout)


def _write_idx(path: Path, values: np.ndarray) -> None:
    path.write_bytes(struct.pack(f">BBBB{values.ndim}I", 0, 0, 8, values.ndim, *values.shape) + values.tobytes())


def evaluate(model: Path, images: np.ndarray, labels: np.ndarray) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        _write_idx(Path(folder) / "images", images[..., 0])
        _write_idx(Path(folder) / "labels", labels.astype(np.uint8))
        threads = os.cpu_count() or 1
        return thimble(
            "eval", model, "--images", f"{folder}/images", "--labels", f"{folder}/labels", "--threads", threads
        )


def load(name: str, limit: Limit) -> Model:
    path = MODELS / f"{name}.tflite"
    cost = thimble("info", path)
    answers = evaluate(path, *data.load("test"))
    model = Model(
        name,
        path,
        path.stat().st_size,
        cost["memory_prefer_small"]["arena_bytes"],
        cost["macs"],
        json.loads((MODELS / f"{name}.json").read_text()),
        np.array(answers["confusion"]),
        100 * answers["accuracy"],
    )
    reached = (model.file_bytes, model.arena_bytes, model.macs)
    for value, most, what in zip(reached, limit, Limit._fields):
        if value > most:
            raise SystemExit(f"{name}: {value:,} {what}, at most {most:,} are allowed")
    return model


def _save(figure: pyplot.Figure, name: str) -> None:
    PLOTS.mkdir(exist_ok=True)
    figure.savefig(PLOTS / f"{name}.png", dpi=80, bbox_inches="tight", metadata={"Software": None})
    pyplot.close(figure)


def plot_costs(models: list[Model]) -> None:
    figure, axes = pyplot.subplots(1, 3, figsize=(12, 3.5), sharey=True, layout="constrained")
    for axis, what in zip(axes, Limit._fields):
        values = [getattr(model, what) for model in models]
        axis.plot(values, [model.accuracy for model in models], "o-")
        for model, value in zip(models, values):
            axis.annotate(model.name, (value, model.accuracy), (4, -10), textcoords="offset points", fontsize=8)
        axis.set_xscale("log")
        axis.margins(0.25)
        axis.set_xlabel(what.replace("_", " "))
        axis.grid(alpha=0.3)
    axes[0].set_ylabel("int8 accuracy, test set (%)")
    _save(figure, "accuracy")


def plot_confusion(models: list[Model]) -> None:
    figure, axes = pyplot.subplots(1, len(models), figsize=(4.6 * len(models), 4.6), squeeze=False, layout="constrained")
    for axis, model in zip(axes[0], models):
        axis.imshow(np.sqrt(model.confusion), cmap="Blues")
        for (true, answer), count in np.ndenumerate(model.confusion):
            if count:
                colour = "white" if true == answer else "black"
                axis.text(answer, true, count, ha="center", va="center", fontsize=6, color=colour)
        axis.set_xticks(range(len(data.LABELS)), data.LABELS, rotation=60, ha="right", fontsize=7)
        axis.set_yticks(range(len(data.LABELS)), data.LABELS, fontsize=7)
        axis.set_title(f"{model.name}: a row per true class, a column per answer", fontsize=8)
    _save(figure, "confusion")


def plot_worst(models: list[Model]) -> None:
    images, labels = data.load("test")
    for model in models:
        worst = model.record["test"]["worst"]
        figure, axes = pyplot.subplots(2, len(worst) // 2, figsize=(1.2 * len(worst) // 2, 3.6), layout="constrained")
        for axis, mistake in zip(axes.flat, worst):
            axis.imshow(images[mistake["picture"], ..., 0], cmap="gray")
            true, answer = data.LABELS[labels[mistake["picture"]]], data.LABELS[mistake["answer"]]
            axis.set_title(f"{answer} {mistake['probability']:.2f}\n(is {true})", fontsize=6)
            axis.axis("off")
        _save(figure, f"mistakes_{model.name}")


def _costs(models: list[Model]) -> str:
    rows = [
        f"| [{model.name}]({model.name}.md) | {model.file_bytes:,} | {model.arena_bytes:,} | {model.macs:,} "
        f"| {model.accuracy:.2f} % | {model.record['test']['float']:.2f} % |"
        for model in models
    ]
    return "\n".join(["| model | file, bytes | arena, bytes | MACs | int8 | float |", "|---|---|---|---|---|---|", *rows])


def _seeds(models: list[Model]) -> str:
    rows = []
    for model in models:
        scores = model.record["seeds"]
        loss = np.mean([score["float"] - score["int8"] for score in scores.values()])
        cells = [f"{score['int8']:.2f} % / {score['float']:.2f} %" for _, score in sorted(scores.items())]
        cells += ["not trained"] * (3 - len(cells))
        rows.append(f"| {model.name} | {' | '.join(cells)} | {loss:.2f} points |")
    head = ["| model | seed 1: int8 / float | seed 2 | seed 3 | lost by quantization, mean |", "|---|---|---|---|---|"]
    return "\n".join([*head, *rows])


def _robustness(models: list[Model]) -> str:
    images, labels = (part[:DISTORTED_COUNT] for part in data.load("test"))
    rows = [f"| distortion | {' | '.join(model.name for model in models)} |", "|---" * (len(models) + 1) + "|"]
    for name in DISTORTIONS:
        changed = distort(images, name)
        scores = [100 * evaluate(model.path, changed, labels)["accuracy"] for model in models]
        rows.append(f"| {name} | {' | '.join(f'{score:.1f} %' for score in scores)} |")
        print(rows[-1], flush=True)
    return "\n".join(rows)


def readme(models: list[Model]) -> str:
    mistakes = "\n\n".join(f"{model.name}:\n\n![](plots/mistakes_{model.name}.png)" for model in models)
    return f"""# Models

Written by `make models-report`. Each model recognises one piece of clothing in a 28x28 grey picture, and is one int8
`.tflite` that runs in TensorFlow Lite, TensorFlow Lite Micro and Thimble with the same bytes.

## What they cost, and what they reach
Accuracy on the 10,000 test images; arena as `thimble info --prefer-small` says.

{_costs(models)}

![Accuracy against bytes of the file, bytes of the arena, and multiplies](plots/accuracy.png)

## Quantization, and other seeds
int8 / float accuracy on the 5,000 validation images. Seed 1 is what is released; the others were trained to see how much
depends on luck, and saw no test image.

{_seeds(models)}

## Pictures that are not like the training pictures
Accuracy on the first {DISTORTED_COUNT:,} test images with one distortion at a time: what has to be put right
before a model sees a picture.

{_robustness(models)}

{closet_report.section()}
## Mistakes
![Confusion matrices](plots/confusion.png)

Those that each model is surest of, of the test set; some of them are the data set's:

{mistakes}

## Data
Fashion-MNIST, by Zalando Research (MIT licence; H. Xiao, K. Rasul, R. Vollgraf, arXiv:1708.07747): 60,000 training and
10,000 test images of 28x28, from the Debian package `dataset-fashion-mnist`. The last 5,000 training images are the
validation split, on which every choice was made. The test set was used once per released model.
"""


def main() -> None:
    models = [load(name, limit) for name, limit in LIMITS.items() if (MODELS / f"{name}.json").exists()]
    plot_costs(models)
    plot_confusion(models)
    plot_worst(models)
    (MODELS / "README.md").write_text(readme(models))
    print(f"{MODELS / 'README.md'}")


if __name__ == "__main__":
    main()
