"""Distributions of weights and gradients in each layer."""

from typing import TYPE_CHECKING

import numpy as np

from clearprop._text import Language, Text
from clearprop._typing import FloatArray
from clearprop.backprop.structure import Parameters
from clearprop.plots.style import (
    INK,
    MUTED,
    NEGATIVE,
    POSITIVE,
    drawing,
    label_powers,
    one_axes,
    raised,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FEW = 60
"""Values up to which each is drawn as a point of its own."""
HALF = 0.275
"""Half the width of a box, where neighbours are 1 apart."""


def plot_weights(
    parameters: Parameters, *, ax: "Axes | None" = None, language: Language = "en"
) -> "Axes":
    """Draw the distribution of weights and biases in each layer.

    A box holds the middle half and its line is the median; whiskers reach from the 5th to the
    95th percentile. Layers with few values show every one.

    Parameters
    ----------
    parameters : Parameters
    ax : Axes, optional
        Where to draw; without it a new pyplot figure.
    language : {"en", "zh"}, default="en"

    Returns
    -------
    Axes
    """
    values = {name: parameters[name].ravel() for name in parameters}
    with drawing(language) as language:
        ax = one_axes(ax)
        ax.axhline(0, color=MUTED, linewidth=0.8)
        _draw_boxes(ax, values)
        ax.set_ylabel(Text("Value of weight or bias", "权重或偏置的值").translate(language))
    return ax


def plot_gradients(
    gradient: Parameters, *, ax: "Axes | None" = None, language: Language = "en"
) -> "Axes":
    """Draw the distribution of the gradient's absolute values in each layer, on a log scale.

    Boxes that fall from the output to the first layer by orders of magnitude are the picture of a
    vanishing gradient, boxes that rise of an exploding one.

    Parameters
    ----------
    gradient : Parameters
        ∂L/∂θ, as `Network.gradient` returns it.
    ax : Axes, optional
        Where to draw; without it a new pyplot figure.
    language : {"en", "zh"}, default="en"

    Returns
    -------
    Axes
        Entries that are exactly 0 are counted above the layer and not drawn.
    """
    sizes = {name: np.abs(gradient[name].ravel()) for name in gradient}
    values = {name: size[size > 0] for name, size in sizes.items()}
    with drawing(language) as language:
        ax = one_axes(ax)
        if any(len(size) for size in values.values()):
            ax.set_yscale("log")
            label_powers(ax.yaxis)
        _draw_boxes(ax, values)
        zeros = Text("{} of {} are 0", "{} / {} 为 0").translate(language)
        for place, (name, size) in enumerate(sizes.items()):
            missing = len(size) - len(values[name])
            if missing:
                ax.annotate(
                    zeros.format(missing, len(size)),
                    (place, 1.0),
                    xycoords=("data", "axes fraction"),
                    ha="center",
                    va="bottom",
                    fontsize=8,
                    color=MUTED,
                )
        ax.set_ylabel(Text("|∂L/∂θ|", "|∂L/∂θ|").translate(language))
    return ax


def _draw_boxes(ax: "Axes", values: dict[str, FloatArray]) -> None:
    """Draw one box a name; weights and biases differ in colour.

    Matplotlib's own boxes load pyplot, and with it whatever shows windows.
    """
    drawn = {place: name for place, name in enumerate(values) if len(values[name])}
    colours = [POSITIVE if name.startswith("W") else NEGATIVE for name in drawn.values()]
    if drawn:
        _boxes_at(ax, np.array(list(drawn)), [values[name] for name in drawn.values()], colours)
    for (place, name), colour in zip(drawn.items(), colours, strict=True):
        if (count := len(values[name])) <= FEW:
            beside = place + 0.18 * np.sin(2.4 * np.arange(count))  # spread, not random
            ax.plot(beside, values[name], "o", color=colour, markersize=2.5, alpha=0.8)
    labels = [name[0] + raised(name[1:]) for name in values]
    ax.set_xticks(range(len(values)), labels)
    ax.set_xlim(-0.6, len(values) - 0.4)
    ax.grid(visible=False, axis="x")


def _boxes_at(ax: "Axes", places: FloatArray, groups: list[FloatArray], colours: list[str]) -> None:
    """Draw the middle half of each group as a box, with its median and its whiskers."""
    levels = [np.quantile(numbers, [0.05, 0.25, 0.5, 0.75, 0.95]) for numbers in groups]
    low, left, middle, right, high = np.transpose(levels)
    ax.use_sticky_edges = False
    ax.bar(
        places, right - left, 2 * HALF, bottom=left, color=colours, edgecolor=colours, alpha=0.35
    )
    for start, end in ((low, left), (right, high)):
        ax.vlines(places, start, end, color=MUTED, linewidth=1)
    for ends in (low, high):
        ax.hlines(ends, places - HALF / 2, places + HALF / 2, color=MUTED, linewidth=1)
    ax.hlines(middle, places - HALF, places + HALF, color=INK, linewidth=1.2)
