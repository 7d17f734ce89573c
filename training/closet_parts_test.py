"""Parts of the camera model's training: no person in two folds, drawing repeats itself, figures as defined, the file fits.

SPDX-License-Identifier: Apache-2.0
"""

import csv
from collections import defaultdict
from pathlib import Path

import closet_evaluate  # first: it starts TensorFlow
import numpy as np

import closet_data
import closet_net
from closet_scenes import empty_scene, garment_scene
from convert import int8_outputs
from facts import facts
from quantize import convert, read_note, slim

MOST_BYTES, MOST_MACS = 320 * 1024, 12_000_000


def test_folds() -> None:
    with (Path(__file__).parent / "closet_photos.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    folds, labels = defaultdict(set), defaultdict(set)
    for row in rows:
        folds[row["photographer"]].add(row["fold"])
        labels[row["fold"]].add(row["label"])
    assert all(len(found) == 1 for found in folds.values()), "photos of one person are in two folds"
    assert sorted(labels) == list("01234") and all(len(found) == 10 for found in labels.values()), labels


def test_scenes() -> None:
    item = np.zeros((28, 28), np.uint8)
    item[4:24, 8:20] = 180
    for draw in (empty_scene, lambda rng: garment_scene(item, rng), lambda rng: garment_scene(item, rng, pair=True)):
        first, again, other = (draw(np.random.default_rng(seed)) for seed in (3, 3, 4))
        assert first.dtype == np.uint8 and max(first.shape) == 192 and first.shape[2] == 3, first.shape
        assert np.array_equal(first, again) and not np.array_equal(first, other)


def test_calibration_error() -> None:
    # Ten answers given with 0.8, of which six are right; ten with 0.6, all right: (10 * 0.2 + 10 * 0.4) / 20.
    sure = np.array([[0.8, 0.2]] * 10 + [[0.6, 0.4]] * 10)
    labels = np.array([0] * 6 + [1] * 4 + [0] * 10)
    assert abs(closet_evaluate.calibration_error(sure, labels) - 0.3) < 1e-9


def test_file() -> None:
    network = closet_net.Network(closet_net.BLOCKS, closet_net.HEAD, len(closet_data.LABELS))
    closet_net.load_imagenet(network)
    scenes = [empty_scene(np.random.default_rng(seed)) for seed in range(20)]
    pictures = np.stack([closet_data.see(scene) for scene in scenes])
    inputs = closet_evaluate.inputs_of(pictures)
    twin = closet_evaluate.keras_twin(network.eval(), temperature=0.8)
    thick = convert(twin, np.concatenate([np.full_like(inputs[:1], closet_net.BLACK), inputs]))
    note = {"labels": list(closet_data.LABELS), "other": closet_data.OTHER}
    thin = slim(thick, note)
    assert len(thin) <= MOST_BYTES and facts(thin).macs <= MOST_MACS, (len(thin), facts(thin).macs)
    assert read_note(thin) == note
    assert np.array_equal(int8_outputs(thick, inputs), int8_outputs(thin, inputs)), "slimming changed the answers"


def main() -> None:
    for test in (test_folds, test_scenes, test_calibration_error, test_file):
        test()
    print("closet: folds, scenes, calibration error, file")


if __name__ == "__main__":
    main()
