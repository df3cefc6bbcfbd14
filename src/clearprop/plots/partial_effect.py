"""The partial effect of one input, over the curves of single samples."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from clearprop._errors import invalid_argument
from clearprop._text import Language, Text
from clearprop._typing import FloatArray
from clearprop.plots.style import (
    FAINT,
    MUTED,
    SERIES,
    drawing,
    legend_above,
    one_axes,
    slant_labels,
)
from clearprop.plots.values import as_written
from clearprop.sensitivity import PartialEffect

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CURVES = 40
"""Curves of single samples to draw at most."""
_LINES = ("-", "--", "-.", ":")


def plot_partial_effect(
    effect: PartialEffect,
    name: str | None = None,
    output: int | None = 0,
    *,
    output_names: Sequence[str] | None = None,
    labels: Sequence[str] | None = None,
    samples: npt.ArrayLike | None = None,
    ax: "Axes | None" = None,
    language: Language = "en",
) -> "Axes":
    """Draw the mean output over the values of an input, and thin the curves of single samples.

    Parameters
    ----------
    effect : PartialEffect
        See `clearprop.sensitivity.partial_effect`.
    name : str, optional
        Name of the varied input.
    output : int or None, default=0
        Which of the K outputs; None draws the means of all, without single samples.
    output_names : sequence of str, optional
        Names of the K outputs.
    labels : sequence of str, optional
        Names of the g values, where they are categories.
    samples : array of shape (m,), optional
        Values of the input in the data; their deciles are drawn as ticks along the axis.
    ax : Axes, optional
        Where to draw; without it a new pyplot figure.
    language : {"en", "zh"}, default="en"

    Returns
    -------
    Axes

    Raises
    ------
    InputError
        If there is no such output, or not one name an output or one label a value.
    """
    _, count, outputs = effect.curves.shape
    if output is not None and not 0 <= output < outputs:
        raise invalid_argument(
            "output", output, f"the outputs are 0 to {outputs - 1}.", "output=0."
        )
    for argument, given, needed in (
        ("labels", labels, count),
        ("output_names", output_names, outputs),
    ):
        if given is not None and len(given) != needed:
            raise invalid_argument(
                argument, list(given), f"there are {needed}.", f"{needed} names."
            )
    places = np.arange(count) if labels is not None else effect.values[:, 0]
    with drawing(language) as language:
        ax = one_axes(ax, (4.2, 3.2))
        usual = Text("Output", "输出").translate(language)
        if output is None:
            names = output_names or [f"{usual} {k + 1}" for k in range(outputs)]
            _draw_means(ax, places, effect.mean, names, categories=labels is not None)
            ax.set_ylabel(usual)
        else:
            _draw_curves(ax, places, effect, output, categories=labels is not None)
            ax.set_ylabel(as_written(output_names[output] if output_names else usual))
        if labels is not None:
            ax.set_xticks(places, [as_written(label) for label in labels])
            ax.margins(x=0.15)
            if sum(len(str(label)) for label in labels) > 24:
                slant_labels(ax)
        if samples is not None:
            deciles = np.quantile(np.asarray(samples, dtype=np.float64), np.linspace(0.1, 0.9, 9))
            foot = ax.get_xaxis_transform()
            ax.plot(deciles, np.full(9, 0.015), "|", color=MUTED, transform=foot, markersize=7)
        ax.set_xlabel(as_written(name or Text("Input", "输入").translate(language)))
    return ax


def _draw_curves(
    ax: "Axes", places: FloatArray, effect: PartialEffect, output: int, *, categories: bool
) -> None:
    from matplotlib.collections import LineCollection

    shown = effect.curves[:: -(-len(effect.curves) // CURVES), :, output]
    if categories:
        ax.plot(places, shown.T, "o", color=FAINT, markersize=3, zorder=1)
    else:  # one collection is drawn in a fraction of the time of so many lines
        curves = [np.column_stack([places, curve]) for curve in shown]
        ax.add_collection(LineCollection(curves, colors=FAINT, linewidths=0.7, zorder=1))
    average = "D" if categories else "-"
    ax.plot(places, effect.mean[:, output], average, color=SERIES[0], linewidth=2.2, zorder=3)


def _draw_means(
    ax: "Axes", places: FloatArray, means: FloatArray, names: Sequence[str], *, categories: bool
) -> None:
    for k, name in enumerate(names):
        style = "D" if categories else _LINES[k % len(_LINES)]
        label = as_written(name, 20)
        ax.plot(places, means[:, k], style, color=SERIES[k % len(SERIES)], label=label)
    legend_above(ax, fontsize=7.5)
