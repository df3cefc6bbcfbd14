"""Outputs over targets, with their correlation R, for every part of the division."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from clearprop._text import Language, Text
from clearprop._typing import FloatArray
from clearprop.measures import correlation
from clearprop.plots.parts import ALL, Look, parts_of
from clearprop.plots.style import INK, MUTED, drawing, row_of_axes
from clearprop.plots.values import MANY, as_pairs, short
from clearprop.training.split import Division

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure


MOST = 8
"""Outputs of which R is written at most."""


def plot_regression(
    targets: npt.ArrayLike,
    outputs: npt.ArrayLike,
    division: Division | None = None,
    *,
    output: int | None = None,
    figure: "Figure | SubFigure | None" = None,
    language: Language = "en",
) -> "list[Axes]":
    """Draw output over target for training, validation, test and all rows, with R and the fit.

    Parameters
    ----------
    targets, outputs : array of shape (m,) or (m, K)
        In the unit of the target.
    division : Division, optional
        Without it there is one panel, for all rows.
    output : int, optional
        Which of K outputs is drawn. Without it all of them are, pooled; R of the pool says little
        where they have different units, so that R of each stands below it.
    figure : Figure or SubFigure, optional
        Where to draw; without it a new pyplot figure.
    language : {"en", "zh"}, default="en"

    Returns
    -------
    list of Axes
        One for each part that has rows, then one for all.

    Raises
    ------
    InputError
        If the arrays do not hold the same finite numbers a sample.
    """
    y, a = as_pairs("targets", targets, "outputs", outputs, output)
    parts = parts_of(division, len(y))
    if division is not None:
        parts.append((ALL, np.concatenate([rows for _, rows in parts])))
    span = np.array([min(y.min(), a.min()), max(y.max(), a.max())])
    with drawing(language) as language:
        panels = row_of_axes(figure, len(parts), min(2, len(parts)), (3.4, 3.3))
        for ax, (look, rows) in zip(panels, parts, strict=True):
            _draw_part(ax, y[rows], a[rows], span, look, language)
            ax.set_xlabel(Text("Target y", "目标 y").translate(language))
            ax.set_ylabel(Text("Output a", "输出 a").translate(language))
        _only_outer_labels(panels)
    return panels


def _only_outer_labels(panels: "list[Axes]") -> None:
    """All panels have the same axes: name them at the left and at the bottom only."""
    for place, ax in enumerate(panels):
        if place % 2:
            ax.set_ylabel("")
        if place + 2 < len(panels):
            ax.set_xlabel("")


def _draw_part(
    ax: "Axes", y: FloatArray, a: FloatArray, span: FloatArray, look: Look, language: Language
) -> None:
    each = correlation(a, y)
    y, a = y.ravel(), a.ravel()
    ax.plot(span, span, ":", color=MUTED, linewidth=1, label="a = y")
    ax.plot(
        y,
        a,
        look.marker,
        color=look.colour,
        markersize=3.5,
        markeredgewidth=0,
        alpha=max(0.15, min(0.7, 150 / len(y))),
        rasterized=len(y) > MANY,
    )
    if len(y) > 1 and np.ptp(y) > 0:
        slope, offset = np.polyfit(y - y.mean(), a, 1)
        ends = np.array([y.min(), y.max()])
        sign = "+" if (start := offset - slope * y.mean()) >= 0 else "−"
        label = f"a = {short(slope)} y {sign} {short(abs(start))}"
        ax.plot(ends, slope * (ends - y.mean()) + offset, color=INK, linewidth=1.2, label=label)
    if len(each) > 1:
        label = Text("output {}: R = {}", "输出 {}：R = {}").translate(language)
        for number, R in enumerate(each[:MOST]):
            ax.plot([], [], " ", label=label.format(number, f"{R:.4f}".replace("-", "−")))
    ax.set_title(f"{look.name.translate(language)}: R = {correlation(a, y):.4f}  (n = {len(y)})")
    ax.legend(loc="upper left")
