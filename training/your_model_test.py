"""Runs docs/your-model.md: its pictures (drawn here), its script, its commands, but few epochs.

SPDX-License-Identifier: Apache-2.0
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

from closet_scenes import empty_scene, texture

ROOT = Path(__file__).resolve().parent.parent
COUNTS = {"train": 24, "test": 6}
EPOCHS = 12


def draw(label: str, rng: np.random.Generator) -> Image.Image:
    """Nothing, a light square, or a dark disc, on some surface."""
    if label == "other":
        return Image.fromarray(empty_scene(rng))
    frame = Image.fromarray((texture(120, 160, rng) * 200).astype(np.uint8))
    side = int(rng.integers(50, 100))
    shape = Image.new("L", (side, side), 255)
    if label == "glass":
        shape = Image.radial_gradient("L").resize((side, side)).point([255 * (value < 180) for value in range(256)])
    colour = (240, 240, 230) if label == "cup" else (30, 10, 60)
    frame.paste(colour, (int(rng.integers(0, 160 - side)), int(rng.integers(0, 120 - side))), shape)
    return frame


def blocks(text: str, kind: str) -> list[str]:
    found = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [content for name, content in found if name == kind]


def main() -> None:
    page = (ROOT / "docs" / "your-model.md").read_text()
    commands = [line for block in blocks(page, "") for line in block.splitlines() if "training/python" in line]
    commands += [line for block in blocks(page, "") for line in block.splitlines() if line.startswith("build/thimble")]
    assert len(commands) == 4, commands
    rng = np.random.default_rng(5)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part, count in COUNTS.items():
            for label in ("cup", "glass", "other"):
                (folder / "pictures" / part / label).mkdir(parents=True)
                for index in range(count):
                    draw(label, rng).save(folder / "pictures" / part / label / f"{index:04}.jpg")
        (folder / "mine.py").write_text(blocks(page, "python")[0])
        (folder / "training").symlink_to(ROOT / "training")
        (folder / "build").symlink_to(os.environ.get("THIMBLE_BUILD", ROOT / "build"))
        environment = os.environ | {"TRAINING_PYTHON": sys.executable}
        for command in commands:
            command = re.sub(r"(mine\.py) \d+", rf"\1 {EPOCHS}", command)
            run = subprocess.run(command, shell=True, cwd=folder, env=environment, capture_output=True, text=True)
            print(f"$ {command}\n{run.stdout[-1500:]}")
            assert run.returncode == 0, run.stderr
            if "convert.py" in command:
                agree, count = map(int, re.search(r"agree on (\d+) of (\d+)", run.stdout).groups())
                assert count == 3 * COUNTS["test"] and agree >= count - 2, run.stdout
            if "classify" in command:
                assert "cup" in run.stdout and "glass" in run.stdout, run.stdout
    print("docs/your-model.md leads to a running model")


if __name__ == "__main__":
    main()
