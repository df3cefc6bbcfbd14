"""Histogram of errors, the parts of the division stacked."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from clearprop._errors import invalid_argument
from clearprop._text import Language, Text
from clearprop.plots.parts import parts_of
from clearprop.plots.style import INK, drawing, one_axes
from clearprop.plots.values import as_pairs, short
from clearprop.training.split import Division

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_error_histogram(
    targets: npt.ArrayLike,
    outputs: npt.ArrayLike,
    division: Division | None = None,
    *,
    bins: int = 20,
    output: int | None = None,
    ax: "Axes | None" = None,
    language: Language = "en",
) -> "Axes":
    """Draw how many rows have which error y − a.

    Parameters
    ----------
    targets, outputs : array of shape (m,) or (m, K)
        In the unit of the target.
    division : Division, optional
        Its parts are stacked.
    bins : int, default=20
    output : int, optional
        Which of K outputs is drawn; without it the errors of all are, pooled.
    ax : Axes, optional
        Where to draw; without it a new pyplot figure.
    language : {"en", "zh"}, default="en"

    Returns
    -------
    Axes

    Raises
    ------
    InputError
        If the arrays do not hold the same finite numbers a sample, or there is no bin.
    """
    y, a = as_pairs("targets", targets, "outputs", outputs, output)
    if bins < 1:
        raise invalid_argument("bins", bins, "a histogram needs at least one.", "bins=20.")
    errors = y - a
    parts = parts_of(division, len(y))
    with drawing(language) as language:
        ax = one_axes(ax)
        ax.hist(
            [errors[rows].ravel() for _, rows in parts],
            bins=np.histogram_bin_edges(errors, bins).tolist(),
            stacked=True,
            color=[look.colour for look, _ in parts],
            label=[look.name.translate(language) for look, _ in parts],
            edgecolor="white",
            linewidth=0.5,
        )
        ax.axvline(
            0, color=INK, linewidth=1.2, label=Text("no error", "零误差").translate(language)
        )
        mean, spread = short(errors.mean()), short(errors.std())
        title = Text("Error: mean {}, standard deviation {}", "误差：均值 {}，标准差 {}")
        ax.set_title(title.translate(language).format(mean, spread))
        ax.set_xlabel(Text("Error = target − output", "误差 = 目标 − 输出").translate(language))
        counted = Text("Rows", "样本数") if errors.shape[1] == 1 else Text("Targets", "目标数")
        ax.set_ylabel(counted.translate(language))
        ax.grid(visible=False, axis="x")
        ax.legend()
    return ax
