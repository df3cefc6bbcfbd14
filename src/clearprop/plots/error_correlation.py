"""Correlations of a time series' errors: with themselves, and with an input, some rows apart."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from clearprop._errors import invalid_argument
from clearprop._text import Language, Text
from clearprop._typing import FloatArray
from clearprop.plots.style import INK, MUTED, NEGATIVE, POSITIVE, drawing, legend_above, one_axes
from clearprop.plots.values import as_numbers, as_pair
from clearprop.series.correlation import band, correlations

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.container import BarContainer


def plot_error_autocorrelation(
    errors: npt.ArrayLike,
    *,
    lags: int = 20,
    ax: "Axes | None" = None,
    language: Language = "en",
) -> "Axes":
    """Draw the correlation of the errors with those of some rows before.

    Bars beyond the band say that the past holds more than the network takes from it.

    Parameters
    ----------
    errors : array of shape (m,)
        Target − output, in the order of time.
    lags : int, default=20
        Rows back at most.
    ax : Axes, optional
        Where to draw; without it a new pyplot figure.
    language : {"en", "zh"}, default="en"

    Returns
    -------
    Axes

    Raises
    ------
    InputError
        If the errors are no finite numbers, or there are not more of them than lags.
    """
    e = as_numbers("errors", errors)
    _check_lags(lags, len(e))
    apart = np.arange(lags + 1)
    with drawing(language) as language:
        ax = one_axes(ax)
        bars = _bars(ax, apart, correlations(e, e, apart), len(e), language)
        bars[0].set_color(MUTED)  # with themselves: always 1
        ax.set_xlabel(Text("Rows back", "滞后行数").translate(language))
        label = Text("Correlation of errors", "误差自相关").translate(language)
        ax.set_ylabel(label)
    return ax


def plot_input_error_correlation(
    inputs: npt.ArrayLike,
    errors: npt.ArrayLike,
    *,
    lags: int = 20,
    ax: "Axes | None" = None,
    language: Language = "en",
) -> "Axes":
    """Draw the correlation of an input with the errors some rows later, or before.

    Bars beyond the band say that the input explains more than the network takes from it.

    Parameters
    ----------
    inputs : array of shape (m,)
        One input u.
    errors : array of shape (m,)
        Target − output, in the order of time.
    lags : int, default=20
        Rows apart at most.
    ax : Axes, optional
        Where to draw; without it a new pyplot figure.
    language : {"en", "zh"}, default="en"

    Returns
    -------
    Axes

    Raises
    ------
    InputError
        If both do not hold one finite number a row, or there are not more of them than lags.
    """
    u, e = as_pair("inputs", inputs, "errors", errors)
    _check_lags(lags, len(e))
    apart = np.arange(-lags, lags + 1)
    with drawing(language) as language:
        ax = one_axes(ax)
        _bars(ax, apart, correlations(u, e, apart), len(e), language)
        later = Text("Rows by which the error comes later", "误差滞后于输入的行数")
        ax.set_xlabel(later.translate(language))
        label = Text("Correlation of input and error", "输入与误差的相关").translate(language)
        ax.set_ylabel(label)
    return ax


def _bars(
    ax: "Axes", apart: FloatArray, found: FloatArray, m: int, language: Language
) -> "BarContainer":
    """Draw bars, and the band within which random errors would lie."""
    random = np.abs(found) <= band(m)
    bars = ax.bar(apart, found, width=0.5, color=np.where(random, POSITIVE, NEGATIVE).tolist())
    ax.axhline(0, color=INK, linewidth=0.8)
    label = Text("95 % of random errors", "95 % 的随机误差在此范围内").translate(language)
    ax.axhspan(-band(m), band(m), color=POSITIVE, alpha=0.12, linewidth=0, label=label)
    legend_above(ax)
    return bars


def _check_lags(lags: int, m: int) -> None:
    if not 1 <= lags < m:
        raise invalid_argument("lags", lags, f"there are {m} errors.", f"lags={max(1, m // 4)}.")
