"""The network as circles and lines: units, weights, activation functions."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from clearprop._errors import invalid_argument
from clearprop._registry import spelled
from clearprop._text import Language, Text
from clearprop._typing import FloatArray
from clearprop.backprop.structure import Parameters
from clearprop.network.network import Network
from clearprop.plots.style import INK, MUTED, NEGATIVE, POSITIVE, drawing, one_axes
from clearprop.plots.values import as_written, short

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MAX_UNITS = 10
"""Units of a layer to draw at most; the rest is said in words."""
NUMBERED = 12
"""Weights between two layers up to which each is written as a number."""
RADIUS = 0.23


@dataclass(frozen=True)
class _Column:
    """The drawn units of one layer.

    Attributes
    ----------
    x : float
        The horizontal place.
    units : list of int
        The numbers of the units that are drawn.
    heights : array of shape (units,)
        Their vertical places.
    total : int
        The units of the layer.
    """

    x: float
    units: list[int]
    heights: FloatArray
    total: int


def plot_network(
    network: Network,
    parameters: Parameters | None = None,
    input_names: Sequence[str] | None = None,
    output_names: Sequence[str] | None = None,
    *,
    ax: "Axes | None" = None,
    language: Language = "en",
) -> "Axes":
    """Draw units, connections and activation functions.

    With parameters, a line is the thicker the larger its weight is among those between the two
    layers; positive weights are solid, negative ones dashed and of another colour. Small networks
    carry their weights and biases as numbers. Of wide layers the first and last units are drawn.

    Parameters
    ----------
    network : Network
    parameters : Parameters, optional
    input_names, output_names : sequence of str, optional
        Names of the n₀ inputs and the K outputs.
    ax : Axes, optional
        Where to draw; without it a new pyplot figure.
    language : {"en", "zh"}, default="en"

    Returns
    -------
    Axes

    Raises
    ------
    InputError
        If there is not one name an input and an output, or the parameters are of another network.
    """
    _check_names("input_names", input_names, network.inputs)
    _check_names("output_names", output_names, network.outputs)
    if parameters is not None and parameters.sizes != network.sizes:
        why = f"the network's sizes are {network.sizes}."
        raise invalid_argument(
            "parameters", parameters.sizes, why, "params = net.initialize(seed=0)."
        )
    numbered = parameters is not None and all(W.size <= NUMBERED for W, _ in parameters.layers)
    gap = (3.4, 1.3) if numbered else (2.4, 0.8)
    columns = [_place(layer, units, gap) for layer, units in enumerate(network.sizes)]
    with drawing(language) as language:
        limits = _limits(columns)
        ax = one_axes(ax, (0.55 * np.ptp(limits[0]), 0.55 * np.ptp(limits[1])))
        for layer, (left, right) in enumerate(itertools.pairwise(columns)):
            weights = None if parameters is None else parameters.layers[layer]
            _draw_connections(ax, left, right, weights)
            if weights is not None and numbered:
                _write_weights(ax, left, right, *weights)
        for column in columns:
            _draw_units(ax, column)
        _write_names(ax, columns[0], _labels(input_names, "x", network.inputs), "right")
        _write_names(ax, columns[-1], _labels(output_names, "a", network.outputs), "left")
        _write_layers(ax, network, columns, limits[1][0] + 0.65, language)
        ax.set(xlim=limits[0], ylim=limits[1], aspect="equal")
        ax.axis("off")
    return ax


def _check_names(argument: str, names: Sequence[str] | None, count: int) -> None:
    if names is not None and len(names) != count:
        raise invalid_argument(argument, list(names), f"there are {count}.", f"{count} names.")


def _labels(names: Sequence[str] | None, letter: str, count: int) -> list[str]:
    if names is None:
        return [f"${letter}_{{{number + 1}}}$" for number in range(count)]
    return [as_written(name, 24) for name in names]


def _place(layer: int, total: int, gap: tuple[float, float]) -> _Column:
    """Return where the units of a layer stand; a free place stands for those that are left out."""
    if total <= MAX_UNITS:
        units, places = list(range(total)), np.arange(total, dtype=float)
    else:
        half = MAX_UNITS // 2
        units = [*range(half), *range(total - half + 1, total)]
        places = np.array([*range(half), *range(half + 1, MAX_UNITS)], dtype=float)
    return _Column(gap[0] * layer, units, gap[1] * (places[-1] / 2 - places), total)


def _limits(columns: list[_Column]) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the ends of both axes, with room for names beside and words below."""
    half = max(column.heights[0] for column in columns)
    return (columns[0].x - 1.6, columns[-1].x + 1.6), (-half - 1.5, half + RADIUS + 0.1)


def _draw_connections(
    ax: "Axes", left: _Column, right: _Column, weights: tuple[FloatArray, FloatArray] | None
) -> None:
    from matplotlib.collections import LineCollection

    lines = [[(left.x, y), (right.x, up)] for y in left.heights for up in right.heights]
    if weights is None:
        ax.add_collection(LineCollection(lines, colors=MUTED, linewidths=0.6, alpha=0.6))
        return
    W, _ = weights
    shown = W[np.ix_(left.units, right.units)]
    part = np.abs(shown).ravel() / (np.abs(W).max() or 1)
    ax.add_collection(
        LineCollection(
            lines,
            colors=[POSITIVE if weight >= 0 else NEGATIVE for weight in shown.ravel()],
            linestyles=["-" if weight >= 0 else (0, (4, 1.5)) for weight in shown.ravel()],
            linewidths=0.3 + 2.2 * part,
            alpha=0.35 + 0.5 * part,
        )
    )


def _write_weights(ax: "Axes", left: _Column, right: _Column, W: FloatArray, b: FloatArray) -> None:
    """Write each weight on its line, where the lines are evenly apart, and b below its unit."""
    many, few = len(right.heights), len(left.heights)
    # near the end where fewer lines meet, they are farther apart
    along = max(0.18, 1 / (1 + many)) if many <= few else min(0.82, 1 - 1 / (1 + few))
    for i, y in enumerate(left.heights):
        for j, up in enumerate(right.heights):
            ax.text(
                left.x + along * (right.x - left.x),
                y + along * (up - y),
                short(W[i, j]),
                ha="center",
                va="center",
                fontsize=7,
                color=INK,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6, "alpha": 0.85},
            )
    for bias, height in zip(b, right.heights, strict=True):
        below = height - RADIUS - 0.04
        ax.text(right.x, below, f"b {short(bias)}", ha="center", va="top", fontsize=7, color=MUTED)


def _draw_units(ax: "Axes", column: _Column) -> None:
    from matplotlib.patches import Circle

    for height in column.heights:
        circle = Circle((column.x, height), RADIUS, facecolor="white", edgecolor=INK, zorder=3)
        ax.add_patch(circle)
    if len(column.units) < column.total:
        above, below = column.heights[MAX_UNITS // 2 - 1], column.heights[MAX_UNITS // 2]
        ax.text(column.x, (above + below) / 2, "⋮", ha="center", va="center", fontsize=13)


def _write_names(ax: "Axes", column: _Column, names: Sequence[str], align: str) -> None:
    beside = column.x + (RADIUS + 0.15) * (1 if align == "left" else -1)
    for unit, height in zip(column.units, column.heights, strict=True):
        ax.text(beside, height, names[unit], ha=align, va="center", fontsize=9)


def _write_layers(
    ax: "Axes", network: Network, columns: list[_Column], height: float, language: Language
) -> None:
    """Write under each layer how many units it has and what they do."""
    for number, column in enumerate(columns):
        if number == 0:
            words = Text("input", "输入层") if column.total == 1 else Text("inputs", "输入层")
            text = f"{column.total}\n{words.translate(language)}"
        else:
            words = Text("layer {}", "第 {} 层").translate(language).format(number)
            activation = spelled(network.layers[number - 1].activation)
            text = f"{column.total} × {activation}\n{words}"
        ax.text(column.x, height, text, ha="center", va="top", fontsize=8.5, color=MUTED)
