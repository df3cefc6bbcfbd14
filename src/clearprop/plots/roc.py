"""Receiver operating characteristic: hits over false alarms at every threshold."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from clearprop._errors import invalid_argument
from clearprop._text import Language, Text
from clearprop._typing import FloatArray
from clearprop.measures import area_under_roc, roc_curve
from clearprop.plots.style import MUTED, SERIES, drawing, one_axes
from clearprop.plots.values import as_labels, as_written, same_length

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LINES = ("-", "--", "-.", ":")


def plot_roc(
    targets: npt.ArrayLike,
    probabilities: npt.ArrayLike,
    classes: Sequence[Any] | None = None,
    *,
    ax: "Axes | None" = None,
    language: Language = "en",
) -> "Axes":
    """Draw the ROC curve of every class against all others, with the area under it.

    Parameters
    ----------
    targets : array of shape (m,)
        Class labels.
    probabilities : array of shape (m, K) for K classes; (m,) or (m, 1) for the second of two
    classes : sequence, optional
        The K classes in the order of the columns; else those that occur, sorted.
    ax : Axes, optional
        Where to draw; without it a new pyplot figure.
    language : {"en", "zh"}, default="en"

    Returns
    -------
    Axes
        Of two classes the curve of the second one is drawn. A class without a row, or with all
        rows, has no curve.

    Raises
    ------
    InputError
        If there is not one label and one column a class for every sample.
    """
    y = as_labels("targets", targets)
    names = sorted(set(y.tolist())) if classes is None else list(classes)
    scores = _scores(probabilities, len(names))
    same_length("targets", y, "probabilities", scores)
    with drawing(language) as language:
        ax = one_axes(ax, (4.4, 4.2))
        chance = Text("chance", "随机猜测").translate(language)
        ax.plot([0, 1], [0, 1], ":", color=MUTED, linewidth=1, label=chance)
        for k in range(1 if len(names) == 2 else 0, len(names)):
            is_k = np.array([label == names[k] for label in y.tolist()])
            if is_k.all() or not is_k.any():
                continue
            false_alarms, hits = roc_curve(is_k, scores[:, k])
            ax.plot(
                false_alarms,
                hits,
                _LINES[k // len(SERIES) % 4],
                color=SERIES[k % len(SERIES)],
                label=f"{as_written(names[k])}  (AUC {area_under_roc(is_k, scores[:, k]):.3f})",
            )
        ax.set_aspect("equal")
        ax.set_xlabel(Text("False positive rate", "假正率").translate(language))
        ax.set_ylabel(Text("True positive rate", "真正率").translate(language))
        ax.legend(loc="lower right")
    return ax


def _scores(probabilities: npt.ArrayLike, classes: int) -> FloatArray:
    """Return one column a class, shape (m, K)."""
    scores = np.asarray(probabilities, dtype=np.float64)
    scores = scores[:, None] if scores.ndim == 1 else scores
    if scores.shape[-1] == 1 and classes == 2:
        scores = np.concatenate([1 - scores, scores], axis=1)
    if scores.ndim != 2 or scores.shape[1] != classes:
        why = f"there are {classes} classes."
        raise invalid_argument("probabilities", scores.shape, why, f"shape (m, {classes}).")
    if not np.isfinite(scores).all():
        row = int(np.argwhere(~np.isfinite(scores))[0, 0])
        raise invalid_argument(
            "probabilities", scores[row], f"row {row} is not finite.", "drop such rows."
        )
    return scores
