"""Response of a time series: the measured target, and what a model gives, row after row."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from clearprop._text import Language, Text
from clearprop.plots.style import INK, SERIES, drawing, legend_above, one_axes
from clearprop.plots.values import MANY, as_pair, same_length

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_response(
    targets: npt.ArrayLike,
    outputs: npt.ArrayLike,
    closed_loop: npt.ArrayLike | None = None,
    *,
    rows: npt.ArrayLike | None = None,
    ax: "Axes | None" = None,
    language: Language = "en",
) -> "Axes":
    """Draw target and outputs over time.

    Parameters
    ----------
    targets : array of shape (m,)
        Measured.
    outputs : array of shape (m,)
        Predicted from the measured past: one step ahead, in the open loop.
    closed_loop : array of shape (m,), optional
        Predicted from predictions. Numbers beyond all bounds of the target are not drawn.
    rows : array of shape (m,), optional
        Where they stand in the series; 0, 1 … without it.
    ax : Axes, optional
        Where to draw; without it a new pyplot figure.
    language : {"en", "zh"}, default="en"

    Returns
    -------
    Axes

    Raises
    ------
    InputError
        If targets and outputs do not hold one finite number a row each.
    """
    y, a = as_pair("targets", targets, "outputs", outputs)
    where = np.arange(len(y)) if rows is None else np.asarray(rows)
    same_length("targets", y, "rows", where)
    lines = [
        (y, INK, "-", 1.6, Text("measured", "实测")),
        (a, SERIES[0], "--", 1.2, Text("one step ahead", "单步预测")),
    ]
    if closed_loop is not None:
        loop = np.asarray(closed_loop, dtype=np.float64).reshape(-1)
        same_length("targets", y, "closed_loop", loop)
        reach = 2 * (np.ptp(y) or 1.0)
        shown = (loop >= y.min() - reach) & (loop <= y.max() + reach)
        seen = np.where(shown, loop, np.nan)
        lines.append((seen, SERIES[1], "-", 1.2, Text("closed loop", "闭环预测")))
    with drawing(language) as language:
        ax = one_axes(ax, (6.6, 3.4))
        for values, colour, line, width, name in lines:
            ax.plot(
                where,
                values,
                line,
                color=colour,
                linewidth=width if len(y) < MANY else 0.8,
                label=name.translate(language),
            )
        ax.set_xlabel(Text("Row of the series", "序列中的行").translate(language))
        ax.set_ylabel(Text("Target", "目标").translate(language))
        legend_above(ax)
    return ax
