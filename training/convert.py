"""Any Keras picture classifier → a .tflite that Thimble runs: fully int8, with what SPEC.md's "Metadata" asks for.

  training/python training/convert.py model.keras --samples DIR --labels FILE [--see plain] [--range 0 255] ...

DIR holds pictures as a camera gives them; where they lie in folders named like the labels, accuracy is measured too.
They go through the device's own image processing (vision/), so what is quantized and compared is what will run. FILE
has one label per line, in the order of the outputs. The result lies beside the model unless --out names another file.

SPDX-License-Identifier: Apache-2.0
"""

import argparse
import os
from pathlib import Path
from typing import NamedTuple

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from PIL import Image, ImageOps

import vision
from quantize import convert, slim

ENDINGS = (".jpg", ".jpeg", ".png", ".bmp", ".webp")
SEE = {"garment": vision.GARMENT, "scene": vision.SCENE, "plain": vision.PLAIN}
POLARITY = {"light_on_dark": vision.AUTO, "as_is": vision.AS_IS, "negate": vision.NEGATE}
LONGEST_FRAME_SIDE = 480
MOST_LABEL_BYTES = 47
MOST_CLASSES = 100


class Samples(NamedTuple):
    names: list[str]
    pictures: np.ndarray  # uint8 [count][height][width][channels]: what the model sees
    labels: np.ndarray  # index of the folder's name in the labels, or -1


def read_frame(path: Path) -> np.ndarray:
    """uint8 [height][width][3], upright, not longer than a camera's frame."""
    picture = ImageOps.exif_transpose(Image.open(path)).convert("RGB")
    picture.thumbnail((LONGEST_FRAME_SIDE, LONGEST_FRAME_SIDE), Image.Resampling.LANCZOS)
    return np.asarray(picture)


def read_samples(folder: Path, labels: list[str], shape: tuple[int, int, int], see: str, polarity: str) -> Samples:
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in ENDINGS)
    if not paths:
        raise SystemExit(f"convert: {folder} holds no pictures ({', '.join(ENDINGS)})")
    height, width, channels = shape
    frames = (read_frame(path) for path in paths)
    pictures, _ = vision.see_many(frames, height, width, channels, mode=SEE[see], polarity=POLARITY[polarity])
    index = {label: position for position, label in enumerate(labels)}
    known = np.array([index.get(path.parent.name, -1) for path in paths])
    return Samples([str(path.relative_to(folder)) for path in paths], pictures, known)


def read_labels(file: Path) -> list[str]:
    labels = [line.strip() for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    for label in labels:
        if len(label.encode()) > MOST_LABEL_BYTES:
            raise SystemExit(f"convert: {file}: the label '{label}' has more than {MOST_LABEL_BYTES} bytes")
    if not 2 <= len(labels) <= MOST_CLASSES:
        raise SystemExit(f"convert: {file} has {len(labels)} labels, 2 to {MOST_CLASSES} are possible")
    return labels


def check_shapes(model: keras.Model, label_count: int) -> tuple[int, int, int]:
    """[height][width][channels] of the input, or an end with the reason."""
    if len(model.inputs) != 1 or len(model.outputs) != 1:
        raise SystemExit("convert: the model needs one input and one output")
    shape, outputs = tuple(model.input_shape[1:]), tuple(model.output_shape[1:])
    if len(shape) != 3 or None in shape or shape[2] not in (1, 3) or not all(28 <= side <= 96 for side in shape[:2]):
        raise SystemExit(f"convert: the input is {shape}; it has to be height, width (28 to 96) and 1 or 3 channels")
    if outputs != (label_count,):
        raise SystemExit(f"convert: the model's output is {outputs}, but there are {label_count} labels")
    return shape


def with_probabilities(model: keras.Model, inputs: np.ndarray) -> keras.Model:
    """Adds softmax where the outputs are not probabilities yet."""
    outputs = model.predict(inputs, verbose=0)
    if outputs.min() >= 0 and np.allclose(outputs.sum(1), 1, atol=1e-3):
        return model
    print("The outputs are no probabilities: softmax is added.")
    return keras.Model(model.inputs, keras.layers.Softmax()(model.outputs[0]))


def int8_outputs(file: bytes, inputs: np.ndarray, reference: bool = True) -> np.ndarray:
    """float inputs [count][...] → probabilities [count][classes].

    By the reference kernels; or by those made for desks, which take an eighth of the time and differ by some hundredths.
    """
    kernels = OpResolverType.BUILTIN_REF if reference else OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    interpreter = Interpreter(model_content=file, experimental_op_resolver_type=kernels)
    interpreter.allocate_tensors()
    source, result = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    (in_scale, in_zero), (out_scale, out_zero) = source["quantization"], result["quantization"]
    stored = np.clip(np.round(inputs / in_scale) + in_zero, -128, 127).astype(np.int8)
    outputs = np.empty((len(inputs), *result["shape"][1:]), np.float32)
    for index, value in enumerate(stored):
        interpreter.set_tensor(source["index"], value[np.newaxis])
        interpreter.invoke()
        outputs[index] = (interpreter.get_tensor(result["index"])[0].astype(np.float32) - out_zero) * out_scale
    return outputs


def compare(samples: Samples, exact: np.ndarray, quantized: np.ndarray) -> tuple[str, float | None]:
    """The comparison in words, and int8's accuracy where labels are known."""
    same = exact.argmax(1) == quantized.argmax(1)
    worst = np.abs(exact - quantized).max(1).argmax()
    lines = [
        f"float and int8 agree on {same.sum()} of {len(same)} samples",
        f"largest difference of a probability: {np.abs(exact - quantized).max():.3f} ({samples.names[worst]})",
    ]
    known, accuracy = samples.labels >= 0, None
    if known.any():
        right = [float((outputs.argmax(1) == samples.labels)[known].mean()) for outputs in (exact, quantized)]
        accuracy = right[1]
        lines.append(f"accuracy on these {known.sum()} samples: float {right[0]:.2%}, int8 {right[1]:.2%}")
    return "\n".join(lines), accuracy


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path, help="a .keras file")
    parser.add_argument("--samples", type=Path, required=True, help="folder of pictures, some dozens of each class")
    parser.add_argument("--labels", type=Path, required=True, help="one label per line")
    parser.add_argument("--see", choices=SEE, default="plain", help="what the device cuts out of a frame (SPEC.md)")
    parser.add_argument("--polarity", choices=POLARITY, help="default: light_on_dark for --see garment, else as_is")
    parser.add_argument("--range", type=float, nargs=2, default=(0.0, 1.0), metavar=("BLACK", "WHITE"),
                        help="what the model wants for the pixel values 0 and 255 (default: 0 1)")  # fmt: skip
    parser.add_argument("--other", help="the label that means: none of the rest")
    parser.add_argument("--origin", help="who made it, from which data, under which licence")
    parser.add_argument("--out", type=Path, help="default: the model's name with .tflite")
    arguments = parser.parse_args()

    labels = read_labels(arguments.labels)
    if arguments.other is not None and arguments.other not in labels:
        raise SystemExit(f"convert: --other {arguments.other} is not among the labels")
    model = keras.models.load_model(arguments.model)
    shape = check_shapes(model, len(labels))
    polarity = arguments.polarity or ("light_on_dark" if arguments.see == "garment" else "as_is")
    samples = read_samples(arguments.samples, labels, shape, arguments.see, polarity)
    black, white = arguments.range
    inputs = samples.pictures.astype(np.float32) * ((white - black) / 255) + black
    model = with_probabilities(model, inputs)

    out = arguments.out or arguments.model.with_suffix(".tflite")
    note = {
        "name": out.stem[:31],
        "labels": labels,
        "input": {"colour": "grey" if shape[2] == 1 else "rgb", "range": [black, white]},
        "see": arguments.see,
        "polarity": polarity,
    }
    if arguments.other is not None:
        note["other"] = labels.index(arguments.other)
    if arguments.origin:
        note["origin"] = arguments.origin
    # The extremes make sure that the input's range is the whole range of pixels, in steps of one pixel value.
    extremes = np.stack([np.full(shape, black, np.float32), np.full(shape, white, np.float32)])
    quantized = convert(model, np.concatenate([extremes, inputs[:500]]))
    text, accuracy = compare(samples, model.predict(inputs, verbose=0), int8_outputs(quantized, inputs))
    if accuracy is not None:
        note["accuracy"] = round(accuracy, 4)
        note["accuracy_of"] = f"{(samples.labels >= 0).sum()} samples given to convert.py"
    file = slim(quantized, note)
    out.write_bytes(file)
    print(text)
    print(f"{out}: {len(file):,} bytes")


if __name__ == "__main__":
    main()
