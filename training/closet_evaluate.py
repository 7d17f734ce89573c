"""How right closet_* is on people it never saw; then the file to release.

  closet_evaluate.py                 figures of all folds that are trained (closet_train.py --fold 0 and so on)
  closet_evaluate.py --release NAME  also models/NAME.tflite from --fold all, NAME.json with the figures
  closet_evaluate.py --steps         what each step brought, on fold 0

Two numbers are chosen after training, on the other folds for each fold's figure, and on all of them for the release:
how much rare labels are favoured (biases of the last layer), and the temperature that makes probabilities honest. int8
figures are of files made like the released one, on the same held-out photos.

SPDX-License-Identifier: Apache-2.0
"""

import argparse
import copy
import json
import os
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

# TensorFlow first: it does not start behind PyTorch. Nor does PyTorch's optimizer behind TensorFlow: no training here.
import keras  # noqa: F401  isort: skip
import numpy as np
import torch
from PIL import Image

import closet_data
import closet_net
import vision
from closet_data import FOLD_COUNT, LABELS, OTHER
from closet_distort import DISTORTIONS
from closet_train import STEPS, balanced_accuracy, checkpoint, load, logits
from closet_twin import keras_twin
from convert import int8_outputs
from facts import facts
from quantize import convert, slim

MODELS = Path(__file__).parent.parent / "models"
ORIGIN = "Thimble (Apache-2.0); clothing-dataset (CC0), Fashion-MNIST (MIT), EfficientNet-Lite0 (Apache-2.0)"
BIN_COUNT = 15
CALIBRATION_COUNT = 400


def calibration_error(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """Expected calibration error: how far, on average, the winner's probability is from how often it is right."""
    sure, right = probabilities.max(1), probabilities.argmax(1) == labels
    place = np.minimum((sure * BIN_COUNT).astype(int), BIN_COUNT - 1)
    apart = [abs(sure[place == index].sum() - right[place == index].sum()) for index in range(BIN_COUNT)]
    return float(sum(apart) / len(labels))


def best_temperature(values: np.ndarray, labels: np.ndarray) -> float:
    """The one of 0.3 to 3 with the smallest calibration error."""
    candidates = np.exp(np.linspace(np.log(0.3), np.log(3), 93))
    exact = torch.from_numpy(values)
    return float(min(candidates, key=lambda t: calibration_error((exact / t).softmax(1).numpy(), labels)))


def log_counts(labels: np.ndarray) -> np.ndarray:
    """Logarithms of how many photos each label has; the mean for a label without any."""
    count = np.bincount(labels, minlength=len(LABELS))
    return np.where(count > 0, np.log(np.maximum(count, 1)), np.log(count[count > 0]).mean())


def best_favour(folds: list["Fold"]) -> float:
    """Of the rare: subtracting favour * log(count) from the logits gives the best balanced accuracy."""
    labels = np.concatenate([fold.labels for fold in folds])

    def score(favour: float) -> float:
        logits_ = np.concatenate([fold.logits - favour * fold.log_counts for fold in folds])
        return balanced_accuracy(logits_.argmax(1), labels)

    candidates = np.linspace(0, 0.8, 9)
    smooth = np.convolve(np.pad([score(favour) for favour in candidates], 1, "edge"), np.ones(3) / 3, "valid")
    return float(candidates[smooth.argmax()])


def favouring(network: closet_net.Network, favour: float, counts: np.ndarray) -> closet_net.Network:
    """A copy that answers with those logits."""
    network = copy.deepcopy(network)
    network.dense.bias.data -= torch.from_numpy(favour * counts).float()
    return network


def inputs_of(pictures: np.ndarray) -> np.ndarray:
    return closet_net.to_input(pictures).permute(0, 2, 3, 1).contiguous().numpy()


def quantized(network: closet_net.Network, temperature: float, pictures: np.ndarray, note: dict) -> bytes:
    """`pictures`: some of those trained on, for the ranges."""
    extremes = np.stack([np.zeros_like(pictures[0]), np.full_like(pictures[0], 255)])
    chosen = pictures[np.linspace(0, len(pictures) - 1, CALIBRATION_COUNT).astype(int)]
    return slim(convert(keras_twin(network, temperature), inputs_of(np.concatenate([extremes, chosen]))), note)


def recalls(answers: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    return {LABELS[label]: float((answers[labels == label] == label).mean()) for label in np.unique(labels)}


class Fold:
    """One fold's network and what it says of the people it did not see."""

    def __init__(self, index: int, step: str, seed: int, photos: closet_data.Photos) -> None:
        self.index = index
        self.network = load(step, str(index), seed)
        self.held_out = photos.folds == index
        self.labels = photos.labels[self.held_out]
        self.pictures = closet_data.copies(photos.paths, 0)[self.held_out]
        self.log_counts = log_counts(photos.labels[~self.held_out])
        self.logits = logits(self.network, self.pictures).numpy()


def evaluate(folds: list[Fold], all_pictures: np.ndarray, photos: closet_data.Photos, int8: bool) -> dict:
    """Figures over the photos of all folds together."""
    labels = np.concatenate([fold.labels for fold in folds])
    exact, stored, empty = [], [], []
    empty_inputs = inputs_of(closet_data.empty_test())
    for fold in folds:
        others = [other for other in folds if other is not fold] or folds
        favour = best_favour(others)
        values = np.concatenate([other.logits - favour * other.log_counts for other in others])
        temperature = best_temperature(values, np.concatenate([other.labels for other in others]))
        network = favouring(fold.network, favour, fold.log_counts)
        exact.append((logits(network, fold.pictures) / temperature).softmax(1).numpy())
        if int8:
            file = quantized(network, temperature, all_pictures[~fold.held_out], {})
            stored.append(int8_outputs(file, inputs_of(fold.pictures), reference=False))
            empty.append(int8_outputs(file, empty_inputs, reference=False).argmax(1) == OTHER)
        else:
            empty.append(logits(network, closet_data.empty_test()).argmax(1).numpy() == OTHER)
        score = balanced_accuracy((stored or exact)[-1].argmax(1), fold.labels)
        print(
            f"fold {fold.index}: balanced accuracy {score:.2%} ({len(fold.labels)} photos), "
            f"rare favoured {favour:.1f}, temperature {temperature:.2f}",
            flush=True,
        )
    result = {"folds": [fold.index for fold in folds], "photos": len(labels)}
    for name, parts in (("float", exact), ("int8", stored)):
        if parts:
            probabilities = np.concatenate(parts)
            answers = probabilities.argmax(1)
            confusion = np.zeros((len(LABELS), len(LABELS)), int)
            np.add.at(confusion, (labels, answers), 1)
            result[name] = {
                "balanced_accuracy": balanced_accuracy(answers, labels),
                "accuracy": float((answers == labels).mean()),
                "calibration_error": calibration_error(probabilities, labels),
                "recall": recalls(answers, labels),
                "confusion": confusion.tolist(),
            }
    result["empty_scenes_as_other"] = float(np.mean(empty))
    result["favour"] = best_favour(folds)
    values = np.concatenate([fold.logits - result["favour"] * fold.log_counts for fold in folds])
    result["temperature"] = best_temperature(values, labels)
    return result


def note_of(name: str, figures: dict) -> dict:
    best = figures.get("int8", figures["float"])
    people = "all five folds" if len(figures["folds"]) == FOLD_COUNT else f"folds {figures['folds']} of five"
    return {
        "name": name,
        "labels": list(LABELS),
        "input": {"colour": "rgb", "range": [closet_net.BLACK, closet_net.WHITE]},
        "see": "scene",
        "polarity": "as_is",
        "other": OTHER,
        "accuracy": round(best["balanced_accuracy"], 4),
        "accuracy_of": f"balanced, {figures['photos']} photos of people not trained on, {people}",
        "origin": ORIGIN,
    }


def release(name: str, seed: int, figures: dict, photos: closet_data.Photos) -> None:
    network = favouring(load("teacher", "all", seed), figures["favour"], log_counts(photos.labels))
    file = quantized(network, figures["temperature"], closet_data.copies(photos.paths, 0), note_of(name, figures))
    (MODELS / f"{name}.tflite").write_bytes(file)
    (MODELS / f"{name}.json").write_text(json.dumps(figures, indent=1) + "\n")
    cost = facts(file)
    print(f"{name}: {len(file):,} bytes, {cost.macs:,} MACs, {cost.parameters:,} parameters")


def _ladder(path: Path, mode: int, polarity: int, chosen: list[Path]) -> np.ndarray:
    """What a Fashion-MNIST model says of photos."""
    frames = (np.asarray(Image.open(file).convert("RGB")) for file in chosen)
    pictures, _ = vision.see_many(frames, 28, 28, 1, mode=mode, polarity=polarity)
    return int8_outputs(path.read_bytes(), pictures.astype(np.float32) / 255).argmax(1)


def steps(seed: int, photos: closet_data.Photos, fold: int = 0) -> str:
    """A table: each step on the held-out people of one fold."""
    held_out = photos.folds == fold
    labels = photos.labels[held_out]
    chosen = [path for path, out in zip(photos.paths, held_out) if out]
    rows = ["| step | model | balanced accuracy |", "|---|---|---|"]
    for path in sorted(MODELS.glob("fashion_*.tflite")):
        for words, mode, polarity in (
            ("whole frame resized, as the seed does", vision.PLAIN, vision.AS_IS),
            ("vision: garment found, cropped, light on dark", vision.GARMENT, vision.AUTO),
        ):
            score = balanced_accuracy(_ladder(path, mode, polarity, chosen), labels)
            rows.append(f"| {words} | {path.stem} | {score:.1%} |")
    words = {
        "drawn": "augmentation alone: Fashion-MNIST drawn into scenes, no photos",
        "plain": "photos, as they are",
        "photos": "altered copies of the photos, drawn scenes",
        "teacher": "the teacher",
    }
    for step in STEPS:
        if checkpoint(step, str(fold), seed).exists():
            score = balanced_accuracy(Fold(fold, step, seed, photos).logits.argmax(1), labels)
            rows.append(f"| {words[step]} | closet | {score:.1%} |")
    return "\n".join(rows)


def robustness(folds: list[Fold], photos: closet_data.Photos) -> dict[str, float]:
    """Balanced accuracy over the held-out photos of the folds, per distortion of the frames."""
    scores = {}
    favour = best_favour(folds)
    networks = [favouring(fold.network, favour, fold.log_counts) for fold in folds]
    for name, distort in DISTORTIONS.items():
        answers = []
        for fold, network in zip(folds, networks):
            frames = (np.asarray(Image.open(photos.paths[i]).convert("RGB")) for i in np.flatnonzero(fold.held_out))
            pictures = np.stack([closet_data.see(distort(frame)) for frame in frames])
            answers.append(logits(network, pictures).argmax(1).numpy())
        scores[name] = balanced_accuracy(np.concatenate(answers), np.concatenate([fold.labels for fold in folds]))
        print(f"{name}: {scores[name]:.1%}", flush=True)
    return scores


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--release", metavar="NAME")
    parser.add_argument("--steps", action="store_true")
    parser.add_argument("--step", choices=STEPS, default="teacher")
    parser.add_argument("--float", action="store_true", help="leave out int8, which takes minutes")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    photos = closet_data.photos()
    if arguments.steps:
        print(steps(arguments.seed, photos))
        return
    there = [k for k in range(FOLD_COUNT) if checkpoint(arguments.step, str(k), arguments.seed).exists()]
    if not there:
        raise SystemExit("closet_evaluate: no fold is trained yet: closet_train.py --fold 0, and so on")
    folds = [Fold(index, arguments.step, arguments.seed, photos) for index in there]
    figures = evaluate(folds, closet_data.copies(photos.paths, 0), photos, not arguments.float)
    print(json.dumps(figures, indent=1))
    if arguments.release:
        figures["robustness"] = robustness(folds, photos)
        release(arguments.release, arguments.seed, figures, photos)


if __name__ == "__main__":
    main()
