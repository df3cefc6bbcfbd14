"""Importance of each input by several measures, side by side."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from clearprop._errors import invalid_argument
from clearprop._text import Language, Text
from clearprop.plots.sensitivity import input_names
from clearprop.plots.style import SERIES, drawing, legend_above, one_axes
from clearprop.plots.values import as_written

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_importance(
    measures: Mapping[str, npt.ArrayLike],
    names: Sequence[str] | None = None,
    *,
    most: int = 12,
    ax: "Axes | None" = None,
    language: Language = "en",
) -> "Axes":
    """Draw the importance of each input as its part of the sum, one bar a measure.

    Parameters
    ----------
    measures : mapping of str to array of shape (n₀,)
        By the names of the measures; signs are dropped (Olden's products have them).
    names : sequence of str, optional
        Names of the n₀ inputs.
    most : int, default=12
        Inputs to draw at most: those largest in the first measure.
    ax : Axes, optional
        Where to draw; without it a new pyplot figure.
    language : {"en", "zh"}, default="en"

    Returns
    -------
    Axes

    Raises
    ------
    InputError
        If there is no measure, or they are not about the same inputs.
    """
    sizes = {name: np.abs(np.asarray(size, dtype=np.float64)) for name, size in measures.items()}
    shapes = {size.shape for size in sizes.values()}
    if len(shapes) != 1 or len(next(iter(shapes))) != 1:
        raise invalid_argument(
            "measures", sorted(shapes), "one number an input is drawn.", "shape (n,) each."
        )
    first = next(iter(sizes.values()))
    labels = input_names(names, len(first))
    order = np.argsort(-first, kind="stable")[:most][::-1]
    thickness = 0.8 / len(sizes)
    with drawing(language) as language:
        ax = one_axes(ax, (6.0, 1.2 + (0.16 + 0.13 * len(sizes)) * len(order)))
        for place, (name, size) in enumerate(sizes.items()):
            total = size.sum()
            ax.barh(
                np.arange(len(order)) + 0.4 - (place + 0.5) * thickness,
                100 * size[order] / total if total > 0 else size[order],
                thickness * 0.9,
                color=SERIES[place % len(SERIES)],
                label=as_written(name),
            )
        ax.set_yticks(np.arange(len(order)), [labels[i] for i in order])
        ax.set_ylim(-0.6, len(order) - 0.4)
        ax.grid(visible=False, axis="y")
        ax.set_xlabel(Text("Part of the whole, %", "占总和的百分比 %").translate(language))
        legend_above(ax)
    return ax
