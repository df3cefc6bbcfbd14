"""`load`: a model file of clearprop, or a network that was made elsewhere, as a `Model`."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from clearprop._errors import InputError, invalid_argument
from clearprop._registry import Registry
from clearprop._typing import FloatArray
from clearprop.activations import ACTIVATIONS
from clearprop.export.program import Program
from clearprop.export.samples import draw
from clearprop.files import check_readable
from clearprop.files.outputs import is_model
from clearprop.imports.chain import Affine, network_of
from clearprop.imports.source import Asked, Imported, Source, numeric, target_for
from clearprop.model import Model

SOURCES: Registry[Source] = Registry(
    "clearprop.imports.sources",
    Source,  # type: ignore[type-abstract]
    "source",
)
ROWS = 100
"""Rows on which an import proves itself."""
TOLERANCE = {"float64": 1e-10, "float32": 1e-5}
"""Largest difference from the source, in units of the largest answer."""


def load(source: Any, **said: Any) -> Model:
    """Return the model in a file, or a network that was made elsewhere; nothing is executed.

    Parameters
    ----------
    source : path-like or object
        A model file of clearprop; an ONNX file, a MATLAB function that genFunction or clearprop
        wrote, a MATLAB data file with a network, the tensors of a torch or safetensors file; a
        fitted MLP of scikit-learn, alone or behind scalers, one-hot encoders and column
        transformers in a pipeline; or a dict of arrays W1, b1, W2 ….
    **said
        What the source does not say: ``activation`` of the hidden layers, ``output`` activation,
        ``columns``, ``target``, ``classes``.

    Returns
    -------
    Model
        ``summary["import"]`` says where it comes from, and its largest difference from the source
        on 100 rows, where the source can run.

    Raises
    ------
    InputError
        If it cannot be read, is no chain of dense layers, or does not give what its source gives.

    Examples
    --------
    >>> import numpy as np, clearprop as cp
    >>> model = cp.load({"W1": np.ones((2, 3)), "b1": np.zeros(3), "W2": np.ones((3, 1)),
    ...                  "b2": np.zeros(1)}, activation="relu")
    >>> model.predict([[1.0, 2.0]])
    array([9.])
    """
    known = [each.name for each in fields(Asked)]
    for name in said:
        if name not in known:
            why = f"load takes {', '.join(known)}."
            raise invalid_argument(name, said[name], why, f"{known[0]}='tanh'.")
    if isinstance(source, str | os.PathLike):
        check_readable(source, only_files=True)
        if not said and is_model(Path(source)):
            return Model.load(source)
    kinds = (kind() for kind in SOURCES.values())
    found = next((kind for kind in kinds if kind.recognises(source)), None)
    if found is None:
        if isinstance(source, str | os.PathLike):
            return Model.load(source)  # says what is wrong with it
        names = ", ".join(rule.name for rule in SOURCES.values())
        why = f"it is none of {names}."
        raise invalid_argument("source", type(source).__name__, why, "a file of clearprop.")
    return model_of(found.read(source, Asked(**said)), found.name, Asked(**said))


def model_of(imported: Imported, name: str, asked: Asked) -> Model:
    """Return what a source holds as a model that has been compared with it."""
    record: dict[str, Any] = {"source": name}
    if imported.assumed:
        record["assumed"] = imported.assumed
    if imported.target is None and asked.classes is not None:
        imported, assumed = with_classes(imported, len(asked.classes))
        record |= assumed
    network, parameters = network_of(
        imported.pieces, imported.dtype, imported.loss, imported.reduction
    )
    encoding, target = imported.encoding, imported.target
    if encoding is None:
        columns = asked.columns or [f"x{i}" for i in range(1, network.inputs + 1)]
        encoding = numeric(columns)
    if target is None:
        target = target_for(network.outputs, network.layers[-1].activation, asked)
    model = Model(network, parameters, encoding, target)
    if imported.answers is not None:
        record |= _proof(model, imported)
    known = imported.statistics
    return Model(network, parameters, encoding, target, {"import": record}, None, known)


def with_classes(imported: Imported, classes: int) -> tuple[Imported, dict[str, str]]:
    """Return a chain as one of so many classes, and what was assumed for it.

    Sums without an activation function behind them are taken for logits, as those who train with
    torch's cross-entropy leave them: a softmax follows. Two shares of a softmax are one sigmoid:
    e^z₂ / (e^z₁ + e^z₂) = σ(z₂ − z₁).
    """
    pieces, source = list(imported.pieces), imported.answers
    sums = next((piece for piece in reversed(pieces) if isinstance(piece, Affine)), None)
    if sums is None or len(sums.b) < 2:
        return imported, {}
    softmax, assumed, answers = ACTIVATIONS.make("softmax"), {}, source
    if pieces[-1] is sums or getattr(pieces[-1], "is_identity", False):
        pieces.append(softmax)
        assumed["assumed"] = "a softmax after the last sums, since they are classes'"
        if source is not None:

            def answers(columns: Mapping[str, Sequence[Any]]) -> FloatArray:
                return softmax.value(np.asarray(source(columns), dtype=np.float64))

    if classes == 2 and len(sums.b) == 2 and pieces[-1] == softmax and pieces[-2] is sums:
        one = Affine(sums.W[:, 1:] - sums.W[:, :1], sums.b[1:] - sums.b[:1])
        pieces[-2:] = [one, ACTIVATIONS.make("sigmoid")]
    return replace(imported, pieces=tuple(pieces), answers=answers), assumed


def _proof(model: Model, imported: Imported) -> dict[str, Any]:
    """Compare a model with its source, and return what was found."""
    trained = model.trained
    program = Program.of("model", trained.network, trained.parameters, trained.encoding,
                         trained.target)  # fmt: skip
    sample = draw(program, ROWS)
    given = imported.answers(sample.columns) if imported.answers is not None else None
    outputs = model.network.forward(model.parameters, sample.X)
    wanted = program.answer.values(outputs)
    given = np.asarray(given, dtype=np.float64).reshape(wanted.shape)
    size = max(1.0, float(np.abs(given).max()))
    difference = float(np.abs(given - wanted).max())
    if not difference <= TOLERANCE[imported.dtype] * size:
        why = f"what was read gives other answers than {imported.by}: by up to {difference:.2g}."
        raise InputError(f"`source` cannot be used: {why} try: report it, with the file.")
    return {"difference": difference, "rows": ROWS, "by": imported.by}
