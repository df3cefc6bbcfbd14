"""The partial effect of one input, over the curves of single samples."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from clearprop.errors import refuse
from clearprop.language import Language, Text
from clearprop.plots.style import FAINT, MUTED, POSITIVE, drawing, one_axes, slant_labels
from clearprop.sensitivity import PartialEffect

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CURVES = 60
"""Curves of single samples to draw at most."""


def plot_partial_effect(
    effect: PartialEffect,
    name: str | None = None,
    output: int = 0,
    *,
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
    output : int, default=0
        Which of the K outputs.
    labels : sequence of str, optional
        Names of the g values, where they are categories.
    samples : array of shape (m,), optional
        Values of the input in the data, drawn as ticks along the axis.
    ax : Axes, optional
        Where to draw; without it a new pyplot figure.
    language : {"en", "zh"}, default="en"

    Returns
    -------
    Axes

    Raises
    ------
    InputError
        If there is no such output, or not one label a value.
    """
    m, count, outputs = effect.curves.shape
    if not 0 <= output < outputs:
        raise refuse("output", output, f"the outputs are 0 to {outputs - 1}.", "output=0.")
    if labels is not None and len(labels) != count:
        raise refuse("labels", list(labels), f"there are {count} values.", f"{count} labels.")
    places = np.arange(count) if labels is not None else effect.values[:, 0]
    shown = effect.curves[:: -(-m // CURVES), :, output]
    with drawing(language) as language:
        ax = one_axes(ax, (4.2, 3.2))
        single = "o" if labels is not None else "-"
        ax.plot(places, shown.T, single, color=FAINT, linewidth=0.7, markersize=3, zorder=1)
        average = "D" if labels is not None else "-"
        ax.plot(places, effect.mean[:, output], average, color=POSITIVE, linewidth=2.2, zorder=3)
        if labels is not None:
            ax.set_xticks(places, [str(label) for label in labels])
            ax.margins(x=0.15)
            if sum(len(str(label)) for label in labels) > 24:
                slant_labels(ax)
        if samples is not None:
            deciles = np.quantile(np.asarray(samples, dtype=np.float64), np.linspace(0, 1, 11))
            foot = ax.get_xaxis_transform()
            ax.plot(deciles, np.full(11, 0.015), "|", color=MUTED, transform=foot, markersize=7)
        ax.set_xlabel(name or Text("Input", "输入").in_(language))
        ax.set_ylabel(Text("Output", "输出").in_(language))
    return ax
