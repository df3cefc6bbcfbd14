"""How far predictions are from the truth, in numbers that people compare."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from clearprop._text import Text
from clearprop.data import ClassificationTarget, Target
from clearprop.training import Division
from clearprop.training.loop import LeftOut

Array = npt.NDArray[Any]

NAMES = {
    "error_rate": Text("error rate", "错误率"),
    "rmse": Text("root mean square error", "均方根误差"),
    "r2": Text("R²", "R²"),
}


@dataclass(frozen=True)
class Measure:
    """One measure of one target column on each part of a table.

    It is None where it does not exist: on a part without rows, for predictions that overflow.
    """

    name: str
    """A key of `NAMES`."""
    column: str
    train: float | None
    validation: float | None
    test: float | None
    left_out: float | None = None
    """On rows that were left out in turn while sizes were compared, where that was done."""

    def record(self) -> dict[str, Any]:
        """Return what JSON can keep of the measure."""
        return dict(vars(self))


def error_rate(predicted: Array, true: Array) -> float:
    """Return the part of the rows, from 0 to 1, whose class (m,) is not the true one (m,)."""
    return float(np.mean(predicted != true))


def rmse(predicted: Array, true: Array) -> float:
    """Return √(mean (ŷ − y)²) in the unit of the target, for numbers of shape (m,)."""
    return float(np.sqrt(np.mean((predicted - true) ** 2)))


def r2(predicted: Array, true: Array) -> float | None:
    """Return R² = 1 − Σ(ŷ − y)² / Σ(y − ȳ)², for numbers (m,); None if all y are equal."""
    spread = float(np.sum((true - true.mean()) ** 2))
    return None if spread == 0 else 1 - float(np.sum((predicted - true) ** 2)) / spread


def measures_of(
    target: Target,
    outputs: Array,
    Y: Array,
    division: Division,
    left_out: LeftOut | None = None,
) -> tuple[Measure, ...]:
    """Return the measures of a network's outputs (m, K) against the encoded targets Y (m, K)."""
    measures = _measures(target, outputs, Y, division)
    if left_out is None:
        return measures
    every = Division.all_for_training(len(left_out.Y))
    apart = _measures(target, left_out.outputs, left_out.Y, every)
    return tuple(
        replace(measure, left_out=other.train)
        for measure, other in zip(measures, apart, strict=True)
    )


def _measures(target: Target, outputs: Array, Y: Array, division: Division) -> tuple[Measure, ...]:
    if isinstance(target, ClassificationTarget):
        predicted, true = (target.probabilities(values).argmax(axis=1) for values in (outputs, Y))
        return (_on_parts("error_rate", target.names[0], error_rate, predicted, true, division),)
    return tuple(
        _on_parts(rule.__name__, column, rule, outputs[:, k], Y[:, k], division)
        for k, column in enumerate(target.names)
        for rule in (rmse, r2)
    )


def _on_parts(
    name: str,
    column: str,
    rule: Callable[[Array, Array], float | None],
    predicted: Array,
    true: Array,
    division: Division,
) -> Measure:
    parts = (division.train, division.validation, division.test)
    with np.errstate(over="ignore", invalid="ignore"):
        values = [rule(predicted[rows], true[rows]) if len(rows) else None for rows in parts]
    return Measure(name, column, *(v if v is None or math.isfinite(v) else None for v in values))
