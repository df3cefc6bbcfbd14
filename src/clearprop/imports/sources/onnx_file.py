"""An ONNX file: a chain of dense layers, walked back from its output; or an export of clearprop.

A file of clearprop says in its metadata what its columns and classes are. Of any other file, the
numbers that come out are read: probabilities where labels are given as well.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from clearprop._errors import InputError
from clearprop._extras import is_installed, require
from clearprop._typing import FloatArray
from clearprop.imports.chain import Affine, Piece, columnwise
from clearprop.imports.onnx_graph import OnnxGraph, refuse
from clearprop.imports.source import (
    Answers,
    Asked,
    Imported,
    Source,
    exported,
    has_ending,
    numeric,
)

MAX_BYTES = 1 << 31


class OnnxFile(Source):
    """An .onnx file."""

    name = "ONNX file"

    def recognises(self, given: Any) -> bool:
        """Return whether its name ends so."""
        return has_ending(given, ".onnx")

    def read(self, given: Any, asked: Asked) -> Imported:
        """Return the chain; onnxruntime answers for the proof where it is installed."""
        require("an ONNX file", "onnx")
        import onnx

        if Path(given).stat().st_size > MAX_BYTES:
            raise refuse(given, "it is larger than 2 GB.", "a smaller network.")
        try:
            model = onnx.load(given, load_external_data=False)
        except Exception as error:  # protobuf's errors have no base of their own
            raise refuse(given, f"it is no ONNX file ({error}).", "another file.") from None
        kept = {each.key: each.value for each in model.metadata_props}
        graph = OnnxGraph(model.graph)
        if "clearprop" in kept:
            return _own(given, graph, kept["clearprop"])
        try:
            pieces, is_pair = graph.chain()
        except InputError:
            raise
        except (
            LookupError, StopIteration, TypeError, ValueError, AttributeError, RecursionError,
        ) as error:  # fmt: skip
            why = f"its graph cannot be followed ({error})."
            raise refuse(given, why, "a whole graph of dense layers.") from None
        dtype = "float32" if graph.is_single else "float64"
        names = asked.columns or (list(graph.inputs) if len(graph.inputs) > 1 else None)
        encoding = None if names is None else numeric(names)
        # where both probabilities of two classes come out, the network's only output is the second
        answers = _answers(given, graph, one_of_pair=is_pair and asked.classes is None)
        return Imported(tuple(pieces), encoding, None, dtype, answers, "onnxruntime")


def _own(given: Any, graph: OnnxGraph, text: str) -> Imported:
    """Return the model that clearprop exported."""
    pieces: list[Piece] = []
    if "shift" in graph.constants:
        shift = graph.constants["shift"].astype(np.float64)
        pieces.append(columnwise(shift, np.ones(len(shift))))
    count = 1
    while f"W{count}" in graph.constants and f"b{count}" in graph.constants:
        W, b = graph.constants[f"W{count}"], graph.constants[f"b{count}"]
        pieces.append(Affine(W.astype(np.float64), b.astype(np.float64)))
        count += 1
    # in float32 the shift would lose the digits that it keeps
    single = graph.is_single and "shift" not in graph.constants
    return exported(tuple(pieces), text, "float32" if single else "float64")


def _answers(given: Any, graph: OnnxGraph, *, one_of_pair: bool) -> Answers | None:
    """Return the file as a function of columns, where onnxruntime is installed and takes it."""
    if not is_installed("onnxruntime"):
        return None
    import onnxruntime

    quiet = onnxruntime.SessionOptions()
    quiet.log_severity_level = 4
    try:
        session = onnxruntime.InferenceSession(given, quiet, providers=["CPUExecutionProvider"])
    except Exception:  # it lacks an operator for this type: its errors have no common base
        return None

    def answers(columns: Mapping[str, Sequence[Any]]) -> FloatArray:
        whole, fed, first = np.column_stack([*map(np.asarray, columns.values())]), {}, 0
        for entry in session.get_inputs():
            width = graph.inputs[entry.name] or whole.shape[1]
            kind = np.float64 if "double" in entry.type else np.float32
            fed[entry.name] = whole[:, first : first + width].astype(kind)
            first += width
        batches = list(_batches(session, fed))
        found = np.concatenate([_asked(session, graph.answer, batch) for batch in batches])
        rows = sum(len(next(iter(batch.values()))) for batch in batches)
        found = found.reshape(rows, -1)[: len(whole)]  # skl2onnx stacks several targets
        found = found[:, 1:] if one_of_pair else found
        return np.exp(found) if graph.gives_logarithms else found

    return answers


def _batches(session: Any, fed: Mapping[str, FloatArray]) -> Iterator[dict[str, FloatArray]]:
    """Yield rows as many at a time as the file takes; some are written for one row."""
    fixed = [each.shape[0] for each in session.get_inputs() if each.shape]
    m = len(next(iter(fed.values())))
    size = next((each for each in fixed if isinstance(each, int) and each > 0), m)
    for start in range(0, m, size):
        rows = np.minimum(np.arange(start, start + size), m - 1)  # the last one again at the end
        yield {name: values[rows] for name, values in fed.items()}


def _asked(session: Any, answer: str, fed: Mapping[str, FloatArray]) -> FloatArray:
    found = session.run([answer], fed)[0]
    if isinstance(found, list):  # a ZipMap's dicts
        found = np.array([list(each.values()) for each in found])
    return np.asarray(found)
