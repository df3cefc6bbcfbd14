"""ONNX: a graph that takes one named input a column and gives labels and probabilities.

Operator set 17 and IR 8 are what every runtime since 2022 loads; newer ones would shut some out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from clearprop._extras import is_installed, require
from clearprop.export.onnx_graph import OnnxGraph, answer_names
from clearprop.export.program import Numbers, Program
from clearprop.export.runtimes import FailedRunError, MissingRuntimeError
from clearprop.export.samples import Sample
from clearprop.export.special import KERNELS
from clearprop.export.target import ExportTarget, Run


@dataclass(frozen=True)
class Onnx(ExportTarget):
    """An ONNX file."""

    name = "onnx"
    suffix = ".onnx"
    binary = True
    has_std = True

    def lacks(self, program: Program) -> frozenset[str]:
        """Return those that runtimes do not have for double."""
        return frozenset(KERNELS)

    def write(self, program: Program, head: Sequence[str]) -> bytes:
        """Return the file."""
        require("an ONNX file", "onnx")
        import onnx

        model = OnnxGraph(program).model(head)
        onnx.checker.check_model(model, full_check=True)
        return model.SerializeToString(deterministic=True)

    def run(self, path: Path, program: Program, sample: Sample) -> Run:
        """Run the file in onnxruntime, on the CPU."""
        if not is_installed("onnxruntime"):
            raise MissingRuntimeError.of("onnxruntime", "pip install onnxruntime.")
        import onnxruntime

        fed = {
            name: np.array(values, dtype=object if isinstance(values[0], str) else program.dtype)
            for name, values in sample.columns.items()
        }
        try:
            session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
            named = [each.name for each in session.get_outputs()]
            given: list[Any] = list(
                session.run(None, {name: values[:, None] for name, values in fed.items()})
            )
        except Exception as error:  # its errors have no base of their own
            raise FailedRunError(f"onnxruntime did not take the file: {error}") from None
        runtime = f"onnxruntime {onnxruntime.__version__}"
        if isinstance(program.answer, Numbers):
            K = program.answer.count
            std = np.hstack(given[K:]) if program.deviation is not None else None
            return Run(runtime, np.hstack(given[:K]), None, std)
        by_name = dict(zip(named, given, strict=True))
        label, probabilities = (by_name[name] for name in answer_names(program))
        return Run(runtime, probabilities, label.tolist())
