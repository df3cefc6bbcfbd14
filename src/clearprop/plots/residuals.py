"""Errors over outputs: where the network errs, and whether errors grow with the output."""

from typing import TYPE_CHECKING

import numpy.typing as npt

from clearprop._text import Language, Text
from clearprop.plots.parts import parts_of
from clearprop.plots.style import INK, drawing, legend_above, one_axes
from clearprop.plots.values import MANY, as_pair
from clearprop.training.split import Division

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_residuals(
    targets: npt.ArrayLike,
    outputs: npt.ArrayLike,
    division: Division | None = None,
    *,
    ax: "Axes | None" = None,
    language: Language = "en",
) -> "Axes":
    """Draw the error y − a of every row over its output a.

    Parameters
    ----------
    targets, outputs : array of shape (m,) or (m, 1)
        In the unit of the target.
    division : Division, optional
    ax : Axes, optional
        Where to draw; without it a new pyplot figure.
    language : {"en", "zh"}, default="en"

    Returns
    -------
    Axes

    Raises
    ------
    InputError
        If the arrays do not hold one finite number a sample each.
    """
    y, a = as_pair("targets", targets, "outputs", outputs)
    with drawing(language) as language:
        ax = one_axes(ax)
        for look, rows in parts_of(division, len(y)):
            ax.plot(
                a[rows],
                y[rows] - a[rows],
                look.marker,
                color=look.colour,
                markersize=3.5,
                markeredgewidth=0,
                alpha=0.6 if len(y) < MANY else 0.25,
                rasterized=len(y) > MANY,
                label=look.name.translate(language),
            )
        ax.axhline(0, color=INK, linewidth=1)
        ax.set_xlabel(Text("Output a", "输出 a").translate(language))
        ax.set_ylabel(Text("Error y − a", "误差 y − a").translate(language))
        legend_above(ax, markerscale=1.6)
    return ax
