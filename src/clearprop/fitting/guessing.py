"""Networks that do no better than one answer for every row: the usual class, or the mean."""

from collections.abc import Sequence

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.data import ClassificationTarget, Target
from clearprop.measures import Measure
from clearprop.training import Division, TrainingResult

PARTS = ("test", "validation", "left_out", "train")
"""The parts of the rows, those first that say most about new ones."""


def warnings_of_guessing(
    goal: Target, Y: FloatArray, result: TrainingResult, measures: Sequence[Measure]
) -> tuple[Text, ...]:
    """Return a warning for each target that one answer for every row tells as well.

    Parameters
    ----------
    goal : Target
    Y : array of shape (m, K)
        Encoded targets of all rows.
    result : TrainingResult
        Names the rows of each part.
    measures : sequence of Measure
        The errors of each part.
    """
    warnings = []
    for measure in measures:
        part = next((part for part in PARTS if getattr(measure, part) is not None), None)
        if part is None:
            continue
        value = getattr(measure, part)
        if measure.name == "r2" and value <= 0:
            warnings.append(_like_the_mean(measure.column, value))
        elif measure.name == "error_rate" and isinstance(goal, ClassificationTarget):
            usual = _usual_class(goal, Y, result.division)
            truth = goal.decode(_rows_of(part, Y, result))
            errors = float(np.mean(truth != usual))
            if value >= errors:
                warnings.append(_like_one_class(usual, errors))
    return tuple(warnings)


def _usual_class(goal: ClassificationTarget, Y: FloatArray, division: Division) -> object:
    """Return the class that most training rows have."""
    classes, counts = np.unique(goal.decode(Y[division.train]), return_counts=True)
    return classes[counts.argmax()].item()


def _rows_of(part: str, Y: FloatArray, result: TrainingResult) -> FloatArray:
    """Return the targets of a part of the rows."""
    if part == "left_out" and result.left_out is not None:
        return result.left_out.Y
    return Y[getattr(result.division, part)]


def _like_the_mean(column: str, value: float) -> Text:
    return Text(
        f"R² is {value:.2g}: the mean of {column!r} tells such rows as well. What this network has "
        "learnt of it does not hold for them; where a few values are far larger than the rest, try "
        "their logarithm.",
        f"R² 为 {value:.2g}：对这些行而言，直接取 {column!r} 的平均值也一样好，"
        "网络学到的规律对它们不成立；若少数值远大于其余，请试试取对数。",
    )


def _like_one_class(usual: object, errors: float) -> Text:
    rate = f"{100 * errors:.1f} %"
    return Text(
        f"Naming {usual!r} every time errs no more often ({rate}): the classes that this network "
        "names are of no use. If other classes are rare, look at its probabilities instead.",
        f"每次都答 {usual!r} 也不会错得更多（{rate}）：该网络给出的类别没有用处。"
        "若其他类别很少见，请改看它给出的概率。",
    )
