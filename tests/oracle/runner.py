"""Runs models with the TensorFlow Lite Micro interpreter in a child process, which may abort.

The reference kernels check some conditions with abort(); the parent then reports the model as refused.
"""
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

import multiprocessing
import os
import tempfile
from multiprocessing.connection import Connection

import numpy as np

ARENA_BYTES = 1 << 20


class Refused(Exception):
    """The interpreter does not accept the model; the text is what it printed."""


class Runner:
    """A child process that runs one model after the other."""

    def __init__(self) -> None:
        self._log = tempfile.TemporaryFile()
        self._start()

    def run(self, model: bytes, inputs: list[np.ndarray], output_count: int, steps: int = 1) -> list[np.ndarray]:
        """The outputs of one inference, or of `steps`, then with a row for each as the inputs. Raises Refused."""
        self._log.seek(0)
        self._log.truncate()
        try:
            self._pipe.send((model, inputs, output_count, steps))
            outputs = self._pipe.recv()
        except (EOFError, BrokenPipeError):
            self._process.join()
            text = f"interpreter ended with exit code {self._process.exitcode} {self._text()}"
            self._start()
            raise Refused(text) from None
        if isinstance(outputs, str):
            raise Refused(f"{outputs}: {self._text()}")
        return outputs

    def close(self) -> None:
        self._pipe.close()
        self._process.join()

    def _text(self) -> str:
        self._log.seek(0)
        return " ".join(self._log.read().decode(errors="replace").split())

    def _start(self) -> None:
        context = multiprocessing.get_context("fork")
        self._pipe, child = context.Pipe()
        self._process = context.Process(target=_serve, args=(child, self._pipe, self._log.fileno()), daemon=True)
        self._process.start()
        child.close()


def _serve(pipe: Connection, parent: Connection, log: int) -> None:
    parent.close()
    os.dup2(log, 2)
    from tflite_micro import runtime
    while True:
        try:
            model, inputs, output_count, steps = pipe.recv()
        except EOFError:
            return
        try:
            interpreter = runtime.Interpreter.from_bytes(model, arena_size=ARENA_BYTES)
            rows: list[list[np.ndarray]] = [[] for _ in range(output_count)]
            for step in range(steps):
                for index, data in enumerate(inputs):
                    interpreter.set_input(data if steps == 1 else data[step], index)
                interpreter.invoke()
                for index, row in enumerate(rows):
                    row.append(np.array(interpreter.get_output(index)))
            pipe.send([row[0] if steps == 1 else np.stack(row) for row in rows])
        except (RuntimeError, ValueError) as error:
            pipe.send(str(error))
