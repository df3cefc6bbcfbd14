"""How far predictions are from the truth, in numbers that people compare."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from clearprop._errors import invalid_argument
from clearprop._text import Text
from clearprop.data import ClassificationTarget, Target
from clearprop.training import Division
from clearprop.training.result import LeftOut

Array = npt.NDArray[Any]

NAMES = {
    "error_rate": Text("error rate", "错误率"),
    "rmse": Text("root mean square error", "均方根误差"),
    "r2": Text("R²", "R²"),
    "closed_loop_rmse": Text("closed-loop RMSE", "闭环均方根误差"),
    "closed_loop_r2": Text("closed-loop R²", "闭环 R²"),
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


def roc_curve(positive: Array, scores: Array) -> tuple[Array, Array]:
    """Return false and true positive rates, one pair for each score from which rows are positive.

    From (0, 0) to (1, 1); points on a straight line between others are left out.

    Parameters
    ----------
    positive : array of bool, shape (m,)
        Some of them, and not all.
    scores : array of float, shape (m,)
        The higher, the more likely a row is positive.

    Examples
    --------
    >>> roc_curve(np.array([False, True, True, False]), np.array([0.1, 0.8, 0.4, 0.6]))
    (array([0. , 0. , 0.5, 0.5, 1. ]), array([0. , 0.5, 0.5, 1. , 1. ]))
    """
    order = np.argsort(-scores, kind="stable")
    last = np.append(np.flatnonzero(np.diff(scores[order])), len(scores) - 1)  # of equal scores
    hits = np.append(0, np.cumsum(positive[order])[last])
    alarms = np.append(0, last + 1) - hits
    turns = (np.diff(alarms, 2) != 0) | (np.diff(hits, 2) != 0)
    kept = np.concatenate([[True], turns, [True]])
    return alarms[kept] / alarms[-1], hits[kept] / hits[-1]


def area_under_roc(positive: Array, scores: Array) -> float:
    """Return the area under `roc_curve`: the chance that a positive row has the higher score.

    Examples
    --------
    >>> area_under_roc(np.array([False, True, True, False]), np.array([0.1, 0.8, 0.4, 0.6]))
    0.75
    """
    alarms, hits = roc_curve(positive, scores)
    return float(np.diff(alarms) @ (hits[1:] + hits[:-1]) / 2)


def rmse(predicted: npt.ArrayLike, true: npt.ArrayLike) -> Any:
    """Return √(mean (ŷ − y)²) in the unit of the target; of arrays (m, K), one for each column.

    Examples
    --------
    >>> rmse([1.0, 2.0], [1.0, 4.0])
    1.4142135623730951
    """
    return _by_column(lambda a, y: np.sqrt(np.mean((a - y) ** 2)), predicted, true)


def mae(predicted: npt.ArrayLike, true: npt.ArrayLike) -> Any:
    """Return mean |ŷ − y| in the unit of the target; of arrays (m, K), one for each column.

    Examples
    --------
    >>> mae([[1.0, 2.0], [3.0, 5.0]], [[1.0, 4.0], [2.0, 5.0]])
    array([0.5, 1. ])
    """
    return _by_column(lambda a, y: np.abs(a - y).mean(), predicted, true)


def mape(predicted: npt.ArrayLike, true: npt.ArrayLike) -> Any:
    """Return mean |ŷ − y| / |y|, of which 100 times is in per cent; infinite where a y is 0.

    Of arrays (m, K), one for each column. It is also called average absolute percentage error.

    Examples
    --------
    >>> mape([90.0, 220.0], [100.0, 200.0])
    0.1
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return _by_column(lambda a, y: np.mean(np.abs(a - y) / np.abs(y)), predicted, true)


def correlation(predicted: npt.ArrayLike, true: npt.ArrayLike) -> Any:
    """Return Pearson's R between ŷ and y, NaN if one is constant; of (m, K), one a column.

    Examples
    --------
    >>> round(correlation([1.0, 2.0, 4.0], [1.0, 2.0, 3.0]), 4)
    0.982
    """
    return _by_column(_pearson, predicted, true)


def r2(predicted: npt.ArrayLike, true: npt.ArrayLike) -> Any:
    """Return R² = 1 − Σ(ŷ − y)² / Σ(y − ȳ)², None if all y are equal.

    Of arrays (m, K), one for each column, NaN where all y are equal.

    Examples
    --------
    >>> r2([1.0, 2.0, 4.0], [1.0, 2.0, 3.0])
    0.5
    """
    each = _by_column(_determination, predicted, true)
    return None if isinstance(each, float) and math.isnan(each) else each


def _determination(a: Array, y: Array) -> float:
    spread = float(np.sum((y - y.mean()) ** 2))
    return math.nan if spread == 0 else 1 - float(np.sum((a - y) ** 2)) / spread


def _pearson(a: Array, y: Array) -> float:
    a, y = a - a.mean(), y - y.mean()
    size = np.linalg.norm(y) * np.linalg.norm(a)
    return y @ a / size if size > 0 else float("nan")


def _by_column(
    rule: Callable[[Array, Array], Any], predicted: npt.ArrayLike, true: npt.ArrayLike
) -> Any:
    """Return the measure of numbers (m,), or of each column of (m, K) as an array (K,).

    A single column (m, 1) is numbers (m,) where the others are.

    Raises
    ------
    InputError
        If the shapes differ.
    """
    a, y = np.asarray(predicted), np.asarray(true)
    if a.ndim != y.ndim:
        a, y = (each[:, 0] if each.shape[1:] == (1,) else each for each in (a, y))
    if a.shape != y.shape or not 1 <= a.ndim <= 2:
        why = f"`true` has the shape {y.shape}."
        raise invalid_argument("predicted", a.shape, why, "numbers of one shape, (m,) or (m, K).")
    if a.ndim == 1:
        return float(rule(a, y))
    return np.array([float(rule(*columns)) for columns in zip(a.T, y.T, strict=True)])


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
