"""Draws how a training went: loss, and accuracy on the validation split.

SPDX-License-Identifier: Apache-2.0
"""

from pathlib import Path

from matplotlib.figure import Figure


def draw(history: list[dict[str, float]], path: Path) -> None:
    """history: one row per epoch, as train.py keeps it; writes a PNG."""
    figure = Figure(figsize=(9, 3.2), layout="constrained")
    left, right = figure.subplots(1, 2)
    epochs = [row["epoch"] for row in history]
    left.plot(epochs, [row["loss"] for row in history])
    left.set_ylabel("training loss")
    for what, label in (("validation", "weights as they are"), ("average_validation", "moving average")):
        right.plot(epochs, [row[what] for row in history], label=label)
    right.set_ylabel("validation accuracy (%)")
    right.set_ylim(max(80, min(row["validation"] for row in history) - 1), None)
    right.legend(fontsize=8)
    for axis in (left, right):
        axis.set_xlabel("epoch")
        axis.grid(alpha=0.3)
    figure.savefig(path, dpi=80)
