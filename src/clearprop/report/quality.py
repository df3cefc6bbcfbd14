"""The quality of predictions in the measures that people report, beside that of a baseline."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clearprop._typing import FloatArray
from clearprop.measures import area_under_roc, correlation, error_rate, mae, r2, rmse

Z_95 = 1.959963984540054
"""The standard normal deviate that leaves out 2.5 % on each side."""


@dataclass(frozen=True)
class RegressionQuality:
    """Measures of predicted numbers on some rows, in the unit of the target.

    Attributes
    ----------
    rows : int
        The number of rows, m.
    rmse : float
        √(mean (a − y)²).
    mae : float
        mean |a − y|.
    r2 : float or None
        1 − Σ(a − y)² / Σ(y − ȳ)²; None if all y are equal.
    correlation : float
        Pearson's R between y and a; NaN if one is constant.
    baseline_rmse : float
        The RMSE of always predicting the mean of the training rows.
    """

    rows: int
    rmse: float
    mae: float
    r2: float | None
    correlation: float
    baseline_rmse: float


def regression_quality(y: FloatArray, a: FloatArray, training_mean: float) -> RegressionQuality:
    """Return the measures of outputs a (m,) against targets y (m,)."""
    return RegressionQuality(
        rows=len(y),
        rmse=rmse(a, y),
        mae=mae(a, y),
        r2=r2(a, y),
        correlation=correlation(a, y),
        baseline_rmse=rmse(np.full_like(y, training_mean), y),
    )


@dataclass(frozen=True)
class ClassificationQuality:
    """Measures of predicted classes on some rows; parts of the whole are from 0 to 1.

    Attributes
    ----------
    rows : int
        The number of rows, m.
    accuracy : float
        The part of the rows whose class is predicted.
    accuracy_low, accuracy_high : float
        The ends of Wilson's 95 % interval for the accuracy.
    balanced_accuracy : float
        Mean over the classes of the part of their rows that was recognised.
    cross_entropy : float
        mean −ln p(true class).
    auc : float or None
        Area under the ROC curve, mean over each class against the rest; None without two
        classes.
    baseline_accuracy : float
        The accuracy of always naming the class most frequent in training.
    """

    rows: int
    accuracy: float
    accuracy_low: float
    accuracy_high: float
    balanced_accuracy: float
    cross_entropy: float
    auc: float | None
    baseline_accuracy: float


def classification_quality(
    y: npt.NDArray[np.intp], probabilities: FloatArray, most_frequent: int
) -> ClassificationQuality:
    """Return the measures of probabilities (m, classes) against class numbers y (m,)."""
    predicted = probabilities.argmax(axis=1)
    accuracy = 1 - error_rate(predicted, y)
    low, high = wilson_interval(accuracy, len(y))
    present = np.unique(y)
    sure = np.maximum(probabilities[np.arange(len(y)), y], np.finfo(float).tiny)
    return ClassificationQuality(
        rows=len(y),
        accuracy=accuracy,
        accuracy_low=low,
        accuracy_high=high,
        balanced_accuracy=float(np.mean([(predicted[y == k] == k).mean() for k in present])),
        cross_entropy=float(-np.log(sure).mean()),
        auc=_auc(y, probabilities),
        baseline_accuracy=float((y == most_frequent).mean()),
    )


def wilson_interval(part: float, rows: int) -> tuple[float, float]:
    """Return the 95 % interval of a part seen in `rows` independent rows.

    Source: Wilson, "Probable inference, the law of succession, and statistical inference", 1927.
    """
    share = Z_95**2 / rows
    middle = (part + share / 2) / (1 + share)
    half = math.sqrt(part * (1 - part) * share + share**2 / 4) / (1 + share)
    return max(0.0, middle - half), min(1.0, middle + half)


def _auc(y: npt.NDArray[np.intp], probabilities: FloatArray) -> float | None:
    classes = range(1, 2) if probabilities.shape[1] == 2 else range(probabilities.shape[1])
    areas = [
        area_under_roc(y == k, probabilities[:, k]) for k in classes if 0 < (y == k).sum() < len(y)
    ]
    return float(np.mean(areas)) if areas else None
