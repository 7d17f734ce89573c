"""write_results.py - bench/results.json and bench/RESULTS.md from what bench counted on the emulated chips.

    write_results.py FOLDER   with the output of bench_chip.c for each chip that was counted, by its name

`bench/bench --write` calls it. It compares with bench/peers.tsv.
"""

# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# How each chip of bench is called in the results, whose peers it has, whose code bytes, and what compiled it.
CHIPS = {
    "esp32": ("xtensa", "clang 22.1 -O2 for the ESP32's core"),
    "xtensa": ("xtensa", "GCC 12.2 -O2 for lx106"),
    "riscv": ("rv32imc", "GCC 12.2 -O2 for rv32imc"),
}
PEER_CHIP = {"xtensa": "xtensa", "rv32imc": "riscv"}


def read_chip(path: Path) -> tuple[dict[str, dict[str, int]], dict[str, dict[str, list[int]]]]:
    """Per model its figures, and per model and kind of op [instructions, MACs, output bytes]."""
    models: dict[str, dict[str, int]] = defaultdict(dict)
    kinds: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0, 0]))
    for line in path.read_text(encoding="utf-8").splitlines():
        field = line.split("\t")
        name = field[1].split("/")[0] if len(field) > 1 else ""
        if field[0] == "model" and field[2] == "default":
            models[name].update(instructions=int(field[3]), macs=int(field[5]), arena_bytes=int(field[6]))
        elif field[0] == "model":
            models[name]["arena_small_bytes"] = int(field[6])
        elif field[0] == "cores" and field[2] == "default":
            models[name].update(two_core_instructions=int(field[3]), two_core_arena_bytes=int(field[4]))
        elif field[0] == "op" and field[2] == "default":
            for i in range(3):
                kinds[name][field[3]][i] += int(field[4 + i])
    return models, kinds


def model_file(name: str, folders: list[Path]) -> Path | None:
    for path in [ROOT / "models" / f"{name}.tflite", *(folder / name / "model.tflite" for folder in folders)]:
        if path.exists():
            return path
    return None


def code_bytes(target: str, names: list[str], folders: list[Path]) -> dict[str, int]:
    """Flash of the engine with the ops of each model, -Os; nothing where `thimble` is not built."""
    thimble = ROOT / "build" / "thimble"
    if not thimble.exists():
        return {}
    lists = {}
    for name in names:
        path = model_file(name, folders)
        if path is not None:
            info = subprocess.run([thimble, "info", path, "--json"], check=True, capture_output=True, text=True)
            lists[name] = " ".join(op.removeprefix("thimble_op_") for op in json.loads(info.stdout)["op_objects"])
    sizes = subprocess.run(
        [ROOT / "tools" / "size_report", "--target", PEER_CHIP[target]],
        input="".join(f"{ops}\n" for ops in lists.values()),
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    return dict(zip(lists, map(int, sizes), strict=True))


def read_peers() -> dict[tuple[str, str], list[int]]:
    peers = {}
    for line in (ROOT / "bench" / "peers.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            field = line.split("\t")
            peers[field[0], field[1]] = [int(value) for value in field[2:]]
    return peers


def models_table(results: list[dict], peers: dict[tuple[str, str], list[int]]) -> list[str]:
    lines = [
        "| model | MACs | instructions | per MAC | TFLM | ESP-NN | two cores | arena | small | TFLM's arena | code |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for one in results:
        reference, best, arena = peers.get((one["model"], PEER_CHIP[one["target"]]), (0, 0, 0))
        ours = one["instructions"]
        cells = [one["model"], f"{one['macs']:,}", f"{ours:,}", f"{ours / one['macs']:.2f}"]
        cells += [f"{theirs / ours:.1f}x" if theirs else "" for theirs in (reference, best)]
        cells.append(f"{one['two_core_instructions'] / ours:.2f}")
        sizes = [one["arena_bytes"], one["arena_small_bytes"], arena, one.get("code_bytes", 0)]
        cells += [f"{size:,}" if size else "" for size in sizes]
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def ops_table(kinds: dict[str, dict[str, list[int]]]) -> list[str]:
    lines = ["| model | op | instructions | per MAC, or per output byte |", "|---|---|---|---|"]
    for model, ops in kinds.items():
        for kind, (instructions, macs, output_bytes) in ops.items():
            each = f"{instructions / macs:.2f}" if macs else f"{instructions / max(output_bytes, 1):.1f} a byte"
            lines.append(f"| {model} | {kind} | {instructions:,} | {each} |")
    return lines


def main() -> None:
    folder, shared = Path(sys.argv[1]), [Path(path) for path in sys.argv[2:]]
    peers = read_peers()
    results: list[dict] = []
    text = [
        "# Instructions, memory and code of one inference",
        "",
        "Written by `bench/bench --write`; not edited by hand. Instructions are counted in QEMU 7.2 (`-icount shift=0`):",
        "rv32imc by `minstret`, xtensa on the core `de233_fpu`, nearest to the ESP32's, by `ccount`; its MULSH, which that",
        "core lacks, is emulated and counts as one instruction. A chip takes about 1.2 cycles for each. TFLM and ESP-NN: how many",
        "times as many instructions TensorFlow Lite Micro takes without and with Espressif's kernels, by the same method.",
        "Two cores: instructions until the later of two workers is done, as a part of those on one core.",
        "Arena and code in bytes; small: with prefer_small; code: engine with the model's ops, -Os, GCC, without error texts.",
    ]
    code: dict[str, dict[str, int]] = {}
    for chip, (target, compiler) in CHIPS.items():
        if not (folder / chip).exists():
            continue
        models, kinds = read_chip(folder / chip)
        if target not in code:
            code[target] = code_bytes(target, list(models), shared)
        rows = []
        for name, figures in models.items():
            rows.append({"model": name, "target": target, "compiler": compiler, **figures})
            if name in code[target]:
                rows[-1]["code_bytes"] = code[target][name]
        results += rows
        text += ["", f"## {target}, {compiler}", "", *models_table(rows, peers), "", *ops_table(kinds)]
    (ROOT / "bench" / "results.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    (ROOT / "bench" / "RESULTS.md").write_text("\n".join(text) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
