"""MATLAB and Octave: a function file in the layout of genFunction."""

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from clearprop._typing import FloatArray
from clearprop.export.matlab_text import WORDS, FunctionFile, text
from clearprop.export.program import Classes, Numbers, Program, TwoClasses
from clearprop.export.runtimes import call, find, version_of
from clearprop.export.samples import Sample
from clearprop.export.target import ExportTarget, Run


@dataclass(frozen=True)
class Matlab(ExportTarget):
    """A function file for MATLAB and Octave."""

    name = "matlab"
    suffix = ".m"
    has_std = True
    words = frozenset(WORDS)

    def write(self, program: Program, head: Sequence[str]) -> bytes:
        """Return the function file."""
        return "\n".join(FunctionFile(program, self).parts(head)).encode()

    def run(self, path: Path, program: Program, sample: Sample) -> Run:
        """Run the function in Octave."""
        octave = find("Octave", "octave-cli", "octave")
        file = FunctionFile(program, self)
        classifies = isinstance(program.answer, Classes | TwoClasses)
        outputs = "y" if isinstance(program.answer, Numbers) else "[label, y]"
        if program.deviation is not None:
            outputs = "[y, std]"
        lines = []
        for field, values in zip(file.fields, sample.columns.values(), strict=True):
            if isinstance(values[0], str):
                cells = "; ".join(text(str(value)) for value in values)
                lines.append(f"T.{field} = {{{cells}}};")
            else:
                numbers = "; ".join("NaN" if v != v else repr(v) for v in values)
                lines.append(f"T.{field} = [{numbers}];")
        lines += [
            f"{outputs} = {program.name}(T);",
            "printf('%s\\n', mat2str(double(y), 17));",
        ]
        if program.deviation is not None:
            lines.append("printf('%s\\n', mat2str(double(std), 17));")
        if classifies:
            lines.append("printf('%s\\n', jsonencode(label));")
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made)
            (folder / f"{program.name}.m").write_bytes(path.read_bytes())
            (folder / "ask_it.m").write_text("\n".join(lines) + "\n", encoding="utf-8")
            flags = ["--quiet", "--no-gui", "--no-history", "--no-init-file"]
            printed = call([octave, *flags, folder / "ask_it.m"], folder=folder).splitlines()
        values = _matrix(printed[0], len(sample))
        std = None if program.deviation is None else _matrix(printed[1], len(sample))
        labels = None
        if classifies:
            labels = json.loads(printed[1])
            if isinstance(program.answer.classes[0], bool):  # type: ignore[union-attr]
                labels = [bool(label) for label in labels]
        return Run(version_of(octave), values, labels, std)


def _matrix(printed: str, rows: int) -> FloatArray:
    """Return a matrix as mat2str prints it."""
    lines = printed.strip("[]").split(";")
    return np.array([[float(v) for v in line.split()] for line in lines]).reshape(rows, -1)
