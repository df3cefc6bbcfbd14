"""Confusion matrix: the number of rows of each class that were taken for each other one."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from clearprop._errors import invalid_argument
from clearprop._text import Language, Text
from clearprop.plots.style import INK, SHADES, drawing, one_axes, slant_labels
from clearprop.plots.values import as_labels, as_written, same_length

if TYPE_CHECKING:
    from matplotlib.axes import Axes

READABLE = 20
"""Classes up to which every cell carries its count."""


def plot_confusion(
    targets: npt.ArrayLike,
    predicted: npt.ArrayLike,
    classes: Sequence[Any] | None = None,
    *,
    ax: "Axes | None" = None,
    language: Language = "en",
) -> "Axes":
    """Draw the confusion matrix: counts, and their share of the true class as shade.

    Parameters
    ----------
    targets, predicted : array of shape (m,)
        Class labels.
    classes : sequence, optional
        The classes in the order in which to draw them; else those that occur, sorted.
    ax : Axes, optional
        Where to draw; without it a new pyplot figure.
    language : {"en", "zh"}, default="en"

    Returns
    -------
    Axes

    Raises
    ------
    InputError
        If the arrays do not hold one label a sample each, or a label is not among `classes`.
    """
    y, a = as_labels("targets", targets), as_labels("predicted", predicted)
    same_length("targets", y, "predicted", a)
    names = sorted({*y.tolist(), *a.tolist()}) if classes is None else list(classes)
    counts = _counts(y, a, names)
    total = counts.sum(axis=1, keepdims=True)
    shares = np.divide(counts, total, out=np.zeros(counts.shape), where=total > 0)
    side = min(9.0, max(3.6, 1.6 + 0.55 * len(names)))
    with drawing(language) as language:
        ax = one_axes(ax, (side + 0.6, side))
        ax.imshow(shares, cmap=SHADES, vmin=0, vmax=1)
        if len(names) <= READABLE:
            _write_cells(ax, counts, shares)
        ticks = range(len(names))
        ax.set_xticks(ticks, [as_written(name) for name in names])
        if max(len(str(name)) for name in names) > 8:
            slant_labels(ax)
        ax.set_yticks(ticks, [as_written(name) for name in names])
        ax.tick_params(length=0)
        ax.spines[:].set_visible(False)
        ax.grid(visible=False)
        title = Text("Accuracy {:.1%}  ({} of {})", "准确率 {:.1%}（{} / {}）")
        hits = int(np.trace(counts))
        ax.set_title(title.translate(language).format(hits / len(y), hits, len(y)))
        ax.set_xlabel(Text("Predicted class", "预测类别").translate(language))
        ax.set_ylabel(Text("True class", "真实类别").translate(language))
    return ax


def _counts(y: npt.NDArray[Any], a: npt.NDArray[Any], names: list[Any]) -> npt.NDArray[np.intp]:
    place = {name: number for number, name in enumerate(names)}
    counts = np.zeros((len(names), len(names)), dtype=np.intp)
    for true, given in zip(y.tolist(), a.tolist(), strict=True):
        for label in (true, given):
            if label not in place:
                raise invalid_argument(
                    "classes", names, f"{label!r} is not among them.", "name every class."
                )
        counts[place[true], place[given]] += 1
    return counts


def _write_cells(ax: "Axes", counts: npt.NDArray[np.intp], shares: npt.NDArray[Any]) -> None:
    size = 10 if len(counts) <= 6 else 8 if len(counts) <= 12 else 6
    for (true, given), count in np.ndenumerate(counts):
        share = shares[true, given]
        text = f"{count}\n{share:.0%}" if len(counts) <= 6 else f"{count}" if count else ""
        ax.text(
            given,
            true,
            text,
            ha="center",
            va="center",
            fontsize=size,
            color="white" if share > 0.55 else INK,
        )
