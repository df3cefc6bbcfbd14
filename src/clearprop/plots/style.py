"""The style of the pictures: thin dark ink on white, colours that a grey printer keeps apart."""

import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from clearprop._extras import require
from clearprop._text import Language
from clearprop._typing import FloatArray
from clearprop.plots.fonts import drawable, families

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure, SubFigure
    from matplotlib.legend import Legend

INK, MUTED, FAINT = "#1f2328", "#6a737d", "#d7dbe0"
SERIES = ("#1f4e79", "#d1642a", "#5aa17f", "#8c5a9e", "#b8a02f", "#4fa3c7", "#a23b4a", "#7a7a7a")
"""Colours of classes and outputs, in turn; neighbours differ in lightness as well."""
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
POSITIVE, NEGATIVE = "#1f4e79", "#d1642a"
"""Colours of numbers above and below zero."""
SHADES = "Blues"

_RULES = {
    "figure.facecolor": "white",
    "figure.dpi": 100,
    "savefig.dpi": 200,
    "font.size": 9.5,
    "text.color": INK,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "axes.titlesize": 10.5,
    "axes.titlelocation": "left",
    "axes.titlepad": 8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": FAINT,
    "grid.linewidth": 0.6,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "lines.linewidth": 1.6,
    "lines.markersize": 4,
    "legend.frameon": False,
    "legend.fontsize": 9,
    "mathtext.fontset": "dejavusans",
    "axes.unicode_minus": True,
}


_lasts = False


@contextmanager
def drawing(language: Language, *, lasting: bool = False) -> Iterator[Language]:
    """Draw in the style of the house; gives the language in which labels can be drawn.

    A `lasting` block ends after the picture is written: what draws inside has no style to set.
    """
    global _lasts
    require("a picture", "matplotlib")
    import matplotlib

    if _lasts:
        yield drawable(language)
        return

    settings: dict[str, Any] = matplotlib.rcParams  # type: ignore[assignment]
    rules: dict[str, Any] = _RULES | {"font.family": families()}
    before = {name: settings[name] for name in rules}
    matplotlib.rcParams.update(rules)
    ours = {name: settings[name] for name in rules}
    _lasts = lasting
    try:
        yield drawable(language)
    finally:
        _lasts = False
        # not `rc_context`: its end would undo what a notebook sets up when pyplot is first imported
        for name, value in before.items():
            if settings[name] == ours[name]:
                settings[name] = value


def one_axes(ax: "Axes | None", size: tuple[float, float] = (6.0, 3.8)) -> "Axes":
    """Return `ax`, or without one the axes of a new pyplot figure of `size` in inches."""
    if ax is None:
        ax = new_figure(size).add_subplot()
    _settle_text(ax)
    return ax


def row_of_axes(
    figure: "Figure | SubFigure | None", count: int, columns: int, panel: tuple[float, float]
) -> "list[Axes]":
    """Return `count` axes on `figure`, `columns` a row; without one, on a new pyplot figure."""
    rows = -(-count // columns)
    if figure is None:
        figure = new_figure((panel[0] * columns, panel[1] * rows))
    made = [figure.add_subplot(rows, columns, place + 1) for place in range(count)]
    for ax in made:
        _settle_text(ax)
    return made


def new_figure(size: tuple[float, float]) -> "Figure":
    """Return a new pyplot figure, which notebooks and `pyplot.show` display."""
    from matplotlib import pyplot

    return pyplot.figure(figsize=size, layout="constrained")


def legend_above(ax: "Axes", **options: Any) -> "Legend":
    """Put the legend above the axes, where it hides nothing, in as many columns as fit."""
    _, labels = ax.get_legend_handles_labels()
    widths = [6 + display_width(str(label)) for label in labels]
    room = 13 * ax.bbox.width / ax.figure.dpi  # letters of this size
    columns = len(widths) if sum(widths) <= room else int(room / max(widths))
    return ax.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=max(1, columns),
        borderaxespad=0.2,
        **options,
    )


def display_width(text: str) -> int:
    """Return how many Latin letters wide a text is; a Chinese character counts double."""
    return sum(2 if character > "\u2e80" else 1 for character in text)


def slant_labels(ax: "Axes") -> None:
    """Turn the labels along x, so that long ones do not overlap."""
    for label in ax.get_xticklabels():
        label.set(rotation=35, ha="right", rotation_mode="anchor")


def count_along(axis: "Axis", most: int = 8) -> None:
    """Put ticks at whole numbers only, and about `most` of them."""
    from matplotlib.ticker import MaxNLocator

    axis.set_major_locator(MaxNLocator(nbins=most, integer=True, min_n_ticks=1))


def raised(exponent: object) -> str:
    """Return an exponent in raised digits, which need no formula to be set.

    Examples
    --------
    >>> "10" + raised(-12)
    '10⁻¹²'
    """
    return str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def label_powers(axis: "Axis") -> None:
    """Put ticks at the powers of ten of a logarithmic axis only, and label them."""
    from matplotlib.ticker import FuncFormatter, NullLocator

    def label(value: float, place: int | None = None) -> str:
        exponent = round(math.log10(value))
        return f"10{raised(exponent)}" if math.isclose(value, 10.0**exponent) else ""

    axis.set_major_formatter(FuncFormatter(label))
    axis.set_minor_locator(NullLocator())


def log_axis(ax: "Axes", values: FloatArray) -> None:
    """Make y logarithmic if `values` are positive and spread; label more than powers of ten."""
    from matplotlib.ticker import LogLocator, NullLocator, StrMethodFormatter

    known = values[np.isfinite(values)]
    if not len(known) or known.min() <= 0 or known.max() < 3 * known.min():
        return
    ax.set_yscale("log")
    if known.max() >= 100 * known.min():
        label_powers(ax.yaxis)
    else:
        narrow = known.max() < 10 * known.min()
        ax.yaxis.set_major_locator(
            LogLocator(subs=(1, 1.5, 2, 3, 4, 5, 7) if narrow else (1, 2, 5))
        )
        ax.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        ax.yaxis.set_minor_locator(NullLocator())


def wrapped(sentence: str, width: int) -> str:
    """Return a sentence in lines of about `width` Latin letters; a Chinese one counts double."""
    lines, room = [""], width
    for word in re.findall(r"[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s*|\s+", sentence):
        size = display_width(word)
        if size > room and lines[-1] and word not in "，。；：、）":
            lines.append("")
            room = width
        lines[-1] += word
        room -= size
    return "\n".join(line.strip() for line in lines)


def _settle_text(ax: "Axes") -> None:
    """Give titles and labels the fonts of the house, and make the first ticks, which others copy.

    Both hold whatever style is in force when the picture is drawn in the end.
    """
    from matplotlib.text import Text

    if _lasts:
        return
    for text in ax.findobj(Text):
        text.set_fontfamily(families())
    for axis in (ax.xaxis, ax.yaxis):
        axis.get_major_ticks(1)
        axis.get_minor_ticks(1)
        axis.set_tick_params(which="both", labelfontfamily=families())
