"""Sensitivity to each input: the spread of the exact derivative over the samples."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from clearprop._errors import invalid_argument
from clearprop._text import Language, Text
from clearprop.plots.style import INK, MUTED, POSITIVE, drawing, legend_above, one_axes
from clearprop.plots.values import as_written
from clearprop.sensitivity import InputSensitivity

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_sensitivity(
    sensitivity: InputSensitivity,
    names: Sequence[str] | None = None,
    output: int = 0,
    *,
    most: int = 20,
    ax: "Axes | None" = None,
    language: Language = "en",
) -> "Axes":
    """Draw the derivative of one output by each input: median, middle half and 5 % to 95 %.

    A bar on one side of 0 is an input that always moves the output the same way; a bar across 0
    one whose direction depends on the sample. The inputs stand by root mean square, the largest
    on top.

    Parameters
    ----------
    sensitivity : InputSensitivity
        See `clearprop.sensitivity.input_sensitivity`.
    names : sequence of str, optional
        Names of the n₀ inputs.
    output : int, default=0
        Which of the K outputs.
    most : int, default=20
        Inputs to draw at most.
    ax : Axes, optional
        Where to draw; without it a new pyplot figure.
    language : {"en", "zh"}, default="en"

    Returns
    -------
    Axes

    Raises
    ------
    InputError
        If there is no such output, or not one name an input.
    """
    _, outputs, inputs = sensitivity.gradients.shape
    if not 0 <= output < outputs:
        raise invalid_argument(
            "output", output, f"the outputs are 0 to {outputs - 1}.", "output=0."
        )
    labels = input_names(names, inputs)
    size = sensitivity.root_mean_square[output]
    order = np.argsort(-size, kind="stable")[:most][::-1]
    low, left, middle, right, high = np.quantile(
        sensitivity.gradients[:, output, order], [0.05, 0.25, 0.5, 0.75, 0.95], axis=0
    )
    places = np.arange(len(order))
    with drawing(language) as language:
        ax = one_axes(ax, (6.0, 1.2 + 0.28 * len(order)))
        ax.axvline(0, color=MUTED, linewidth=0.9)
        ax.hlines(places, low, high, color=POSITIVE, linewidth=1.4, label="5–95 %")
        ax.hlines(places, left, right, color=POSITIVE, linewidth=6, alpha=0.45, label="25–75 %")
        label = Text("median", "中位数").translate(language)
        ax.plot(middle, places, "o", color=INK, markersize=4, label=label)
        ax.set_yticks(places, [labels[i] for i in order])
        ax.set_ylim(-0.6, len(order) - 0.4)
        ax.grid(visible=False, axis="y")
        ax.set_xlabel(
            Text("Derivative of the output by the input", "输出对输入的导数").translate(language)
        )
        legend_above(ax)
    return ax


def input_names(names: Sequence[str] | None, inputs: int) -> list[str]:
    """Return one name an input; x₁, x₂ … without any.

    Raises
    ------
    InputError
        If there is not one name an input.
    """
    if names is None:
        return [f"$x_{{{i + 1}}}$" for i in range(inputs)]
    if len(names) != inputs:
        raise invalid_argument(
            "names", list(names), f"there are {inputs} inputs.", f"{inputs} names."
        )
    return [as_written(name) for name in names]
