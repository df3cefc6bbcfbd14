"""The base class of sources: where other people's networks come from."""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from clearprop._errors import invalid_argument
from clearprop._typing import FloatArray
from clearprop.activations import ACTIVATIONS, Activation
from clearprop.data import (
    ClassificationTarget,
    Encoding,
    MultilabelTarget,
    NumericColumn,
    RegressionTarget,
    Target,
)
from clearprop.data.statistics import TrainingStatistics
from clearprop.data.targets import target_from
from clearprop.imports.chain import Affine, Piece

MAX_PARAMETERS = 100_000_000
"""A file that claims more is not read."""
Given = Any
"""A path, or an object of another library."""
Answers = Callable[[Mapping[str, Sequence[Any]]], FloatArray]
"""From columns of values to the outputs or probabilities (m, count) that the source gives."""


@dataclass(frozen=True)
class Asked:
    """What a person says of a network where its source does not.

    Attributes
    ----------
    activation : str, default="relu"
        Of the hidden layers.
    output : str, default="identity"
        Of the last layer.
    columns : sequence of str, optional
        Names of the inputs.
    target : sequence of str, optional
        Names of the outputs, or of the column of classes.
    classes : sequence, optional
    """

    activation: str = "relu"
    output: str = "identity"
    columns: Sequence[str] | None = None
    target: Sequence[str] | None = None
    classes: Sequence[Any] | None = None


@dataclass(frozen=True, eq=False)
class Imported:
    """What a source holds.

    Attributes
    ----------
    pieces : tuple of Affine or Activation
    encoding : Encoding or None
    target : Target or None
    dtype : {"float64", "float32"}
    answers : callable or None
        Runs the source, where it can run.
    by : str
        What runs it.
    loss : str or None
        As it was trained, where that is known.
    reduction : {"mean", "sum"}
    statistics : TrainingStatistics or None
    assumed : str
        What its source does not say, and was taken for granted.
    """

    pieces: tuple[Piece, ...]
    encoding: Encoding | None = None
    target: Target | None = None
    dtype: str = "float64"
    answers: Answers | None = None
    by: str = ""
    loss: str | None = None
    reduction: str = "mean"
    statistics: TrainingStatistics | None = None
    assumed: str = ""


class Source(ABC):
    """A kind of file or object.

    Attributes
    ----------
    name : str
        What it is called.
    """

    name: ClassVar[str]

    @abstractmethod
    def recognises(self, given: Given) -> bool:
        """Return whether a path or an object is of this kind; nothing is executed."""

    @abstractmethod
    def read(self, given: Given, asked: Asked) -> Imported:
        """Return what it holds.

        Raises
        ------
        InputError
            If it is no chain of dense layers; it names the piece.
        """


def exported(pieces: Sequence[Piece], text: str, dtype: str) -> Imported:
    """Return what clearprop exported, from its affine maps and what it says of itself as JSON.

    Raises
    ------
    InputError
        If that cannot be understood.
    """
    try:
        record = json.loads(text)
        rules = [ACTIVATIONS.make(each) for each in record["activations"]]
        encoding, target = Encoding.from_record(record["encoding"]), target_from(record["target"])
        loss, reduction = str(record["loss"]), str(record["reduction"])
        known = None
        if "statistics" in record:
            sizes = len(encoding.features), target.outputs
            known = TrainingStatistics.from_record(record["statistics"], *sizes)
        before = len(pieces) - len(rules)  # a shift
        if before not in (0, 1):
            raise ValueError("it has another number of layers")
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        why = f"what it says of itself cannot be understood ({error})."
        hint = "a file as it was exported."
        raise invalid_argument("source", text[:40], why, hint) from None
    chain: list[Piece] = list(pieces[:before])
    for piece, rule in zip(pieces[before:], rules, strict=True):
        chain += [piece, rule]
    return Imported(tuple(chain), encoding, target, dtype, None, "", loss, reduction, known)


def has_ending(given: Given, *endings: str) -> bool:
    """Return whether something is a path with one of these endings."""
    return isinstance(given, str | Path) and Path(given).suffix.lower() in endings


def stacked(layers: Sequence[tuple[FloatArray, FloatArray]], asked: Asked) -> tuple[Piece, ...]:
    """Return layers of which only weights (n_in, n_out) and biases are known, with what was said.

    Raises
    ------
    InputError
        If an activation is not known.
    """
    hidden, output = ACTIVATIONS.make(asked.activation), ACTIVATIONS.make(asked.output)
    pieces: list[Piece] = []
    for n, (W, b) in enumerate(layers, 1):
        pieces += [Affine(W, b), hidden if n < len(layers) else output]
    return tuple(pieces)


def target_for(outputs: int, output: Activation, asked: Asked) -> Target:
    """Return what outputs stand for: classes where they are named, else numbers.

    Raises
    ------
    InputError
        If so many classes do not go with so many outputs.
    """
    names = tuple(asked.target or ())
    if asked.classes is not None:
        classes = tuple(np.asarray(asked.classes).tolist())
        if len(classes) == (2 if outputs == 1 else outputs):
            return ClassificationTarget(names or ("y",), classes)
        if outputs == 2 and len(classes) == 2 and not output.sums_to_one:
            return MultilabelTarget(tuple(map(str, classes)))
        why = f"the network has {outputs} outputs."
        raise invalid_argument(
            "classes", list(classes), why, "one class an output, or two for one."
        )
    if names and len(names) != outputs:
        why = f"the network has {outputs} outputs."
        raise invalid_argument("target", list(names), why, "a name for each.")
    if names:
        return RegressionTarget(names)
    return RegressionTarget(("y",) if outputs == 1 else tuple(f"y{k + 1}" for k in range(outputs)))


def numeric(names: Sequence[str]) -> Encoding:
    """Return columns of numbers of these names."""
    return Encoding(tuple(NumericColumn(str(name)) for name in names))
