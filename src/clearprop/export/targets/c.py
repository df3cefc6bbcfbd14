"""C: one header, valid C99 and C++11, without heap, stdio or state; weights in flash on AVR."""

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from clearprop.export.c_header import WORDS, Header
from clearprop.export.c_main import program_around
from clearprop.export.program import Classes, Program, TwoClasses
from clearprop.export.runtimes import call, find, version_of
from clearprop.export.samples import Sample
from clearprop.export.special import KERNELS
from clearprop.export.target import ExportTarget, Run


@dataclass(frozen=True)
class C(ExportTarget):
    """A C header."""

    name = "c"
    suffix = ".h"
    has_std = True
    words = frozenset(WORDS)

    def lacks(self, program: Program) -> frozenset[str]:
        """Return those that the C library of a microcontroller does not have."""
        return frozenset(KERNELS) if program.dtype == "float32" else frozenset()

    def write(self, program: Program, head: Sequence[str]) -> bytes:
        """Return the header."""
        return ("\n\n".join(Header(program, self).parts(head)) + "\n").encode()

    def run(self, path: Path, program: Program, sample: Sample) -> Run:
        """Compile the header with a program around it, and run that."""
        compiler = find("a C compiler", "cc", "gcc", "clang")
        header = Header(program, self)
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made)
            (folder / "main.c").write_text(
                program_around(header, path.resolve(), sample), encoding="utf-8"
            )
            flags = ["-std=c99", "-O2", "-ffp-contract=off", "-o", folder / "main"]
            call([compiler, *flags, folder / "main.c", "-lm"])
            printed = json.loads(call([folder / "main"]))
        labels = None
        if isinstance(program.answer, Classes | TwoClasses):
            labels = [program.answer.classes[code] for code in printed["classes"]]
        version = version_of(compiler)
        std = None
        if program.deviation is not None:
            std = np.array(printed["std"]).reshape(len(sample), -1)
        return Run(version, np.array(printed["values"]), labels, std)
