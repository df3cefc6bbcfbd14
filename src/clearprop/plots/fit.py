"""The output over a single input, with the targets it is to go through."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from clearprop._errors import invalid_argument
from clearprop._text import Language, Text
from clearprop._typing import FloatArray
from clearprop.plots.parts import parts_of
from clearprop.plots.style import INK, MUTED, drawing, legend_above, one_axes
from clearprop.plots.values import MANY, as_numbers, one_output, same_length
from clearprop.training.split import Division

if TYPE_CHECKING:
    from matplotlib.axes import Axes

POINTS = 400
"""Inputs at which the curve is drawn."""


def plot_fit(
    predict: Callable[[FloatArray], npt.ArrayLike],
    X: npt.ArrayLike,
    targets: npt.ArrayLike,
    division: Division | None = None,
    *,
    std: Callable[[FloatArray], npt.ArrayLike] | None = None,
    output: int = 0,
    ax: "Axes | None" = None,
    language: Language = "en",
) -> "Axes":
    """Draw the output of a network over its only input, the targets, and the error of each.

    Parameters
    ----------
    predict : callable
        Called with inputs (r, 1), returns outputs (r,) or (r, K).
    X : array of shape (m,) or (m, 1)
        Inputs.
    targets : array of shape (m,) or (m, K)
    division : Division, optional
        Its parts are told apart.
    std : callable, optional
        Called as `predict` is, returns standard deviations; two of them make a band.
    output : int, default=0
        Which of several outputs is drawn.
    ax : Axes, optional
        Where to draw; without it a new pyplot figure.
    language : {"en", "zh"}, default="en"

    Returns
    -------
    Axes

    Raises
    ------
    InputError
        If there are several inputs, or a number is not finite.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.linspace(-1, 1, 20)
    >>> plot_fit(lambda X: X[:, 0] ** 2, x, x**2).get_ylabel()
    'Output a'
    """
    if np.ndim(X) == 2 and np.shape(X)[1] != 1:
        why = "the output is drawn over a single input."
        raise invalid_argument("X", np.shape(X), why, "plot_partial_effect for several.")
    x = as_numbers("X", X)
    y = one_output("targets", targets, output)
    same_length("X", x, "targets", y)

    def at(function: Callable[[FloatArray], npt.ArrayLike], inputs: FloatArray) -> Any:
        return one_output("predict", function(inputs[:, None]), output)

    line = np.linspace(x.min(), x.max(), POINTS)
    a, curve = at(predict, x), at(predict, line)
    with drawing(language) as language:
        ax = one_axes(ax)
        ax.vlines(x, y, a, color=MUTED, linewidth=0.7, rasterized=len(x) > MANY)
        for look, rows in parts_of(division, len(x)):
            name = look.name.translate(language)
            style = {"markersize": 3.5, "markeredgewidth": 0, "rasterized": len(x) > MANY}
            ax.plot(x[rows], y[rows], look.marker, color=look.colour, label=name, **style)
        if std is not None:
            spread = 2 * at(std, line)
            label = Text("± 2 standard deviations", "± 2 个标准差").translate(language)
            ax.fill_between(
                line,
                curve - spread,
                curve + spread,
                color=INK,
                alpha=0.12,
                linewidth=0,
                label=label,
            )
        ax.plot(line, curve, color=INK, label=Text("output", "输出").translate(language))
        ax.set_xlabel(Text("Input x", "输入 x").translate(language))
        ax.set_ylabel(Text("Output a", "输出 a").translate(language))
        legend_above(ax)
    return ax
