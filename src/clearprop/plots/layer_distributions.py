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
    """Draw one box a name; weights and biases differ in colour and hatch."""
    for place, (name, numbers) in enumerate(values.items()):
        if not len(numbers):
            continue
        colour = POSITIVE if name.startswith("W") else NEGATIVE
        box = ax.boxplot(
            numbers,
            positions=[place],
            widths=0.55,
            whis=(5, 95),
            showfliers=False,
            patch_artist=True,
            manage_ticks=False,
            medianprops={"color": INK, "linewidth": 1.2},
            whiskerprops={"color": MUTED},
            capprops={"color": MUTED},
        )
        for patch in box["boxes"]:
            patch.set(facecolor=colour, alpha=0.35, edgecolor=colour)
        if len(numbers) <= FEW:
            beside = place + 0.18 * np.sin(2.4 * np.arange(len(numbers)))  # spread, not random
            ax.plot(beside, numbers, "o", color=colour, markersize=2.5, alpha=0.8)
    labels = [name[0] + raised(name[1:]) for name in values]
    ax.set_xticks(range(len(values)), labels)
    ax.set_xlim(-0.6, len(values) - 0.4)
    ax.grid(visible=False, axis="x")
