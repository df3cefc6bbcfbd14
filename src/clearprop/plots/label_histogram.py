"""Histogram of targets, the parts of the division stacked."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from clearprop._errors import invalid_argument
from clearprop._text import Language, Text
from clearprop.plots.parts import parts_of
from clearprop.plots.style import drawing, legend_above, one_axes, slant_labels
from clearprop.plots.values import as_labels, as_numbers, as_written
from clearprop.training.split import Division

if TYPE_CHECKING:
    from matplotlib.axes import Axes


TITLE = Text("The values of the target and their quantity", "标签取值与样本数")


def plot_label_histogram(
    targets: npt.ArrayLike,
    division: Division | None = None,
    *,
    classes: Sequence[Any] | None = None,
    name: str | None = None,
    bins: int = 20,
    ax: "Axes | None" = None,
    language: Language = "en",
) -> "Axes":
    """Draw the rows of every class, or the distribution of a numeric target.

    Parameters
    ----------
    targets : array of shape (m,) or (m, 1)
        Class labels, or numbers.
    division : Division, optional
        Its parts are stacked.
    classes : sequence, optional
        The classes in the order in which to draw them. Without it, texts and truth values are
        classes, and numbers are a quantity.
    name : str, optional
        Name of the target.
    bins : int, default=20
        For a quantity.
    ax : Axes, optional
        Where to draw; without it a new pyplot figure.
    language : {"en", "zh"}, default="en"

    Returns
    -------
    Axes

    Raises
    ------
    InputError
        If there is not one target a sample, or a label is not among `classes`.
    """
    y = as_labels("targets", targets)
    if classes is None and y.dtype.kind in "OUSb":
        classes = sorted(set(y.tolist()))
    values = as_numbers("targets", y) if classes is None else _numbered(y, list(classes))
    edges = (
        np.histogram_bin_edges(values, bins)
        if classes is None
        else np.arange(len(classes) + 1) - 0.5
    )
    parts = parts_of(division, len(y))
    with drawing(language) as language:
        ax = one_axes(ax)
        ax.hist(
            [values[rows] for _, rows in parts],
            bins=edges.tolist(),
            stacked=True,
            color=[look.colour for look, _ in parts],
            label=[look.name.translate(language) for look, _ in parts],
            rwidth=1.0 if classes is None else 0.7,
            edgecolor="white",
            linewidth=0.5,
        )
        if classes is not None:
            ax.set_xticks(range(len(classes)), [as_written(label) for label in classes])
            if max(len(str(label)) for label in classes) * len(classes) > 60:
                slant_labels(ax)
            ax.tick_params(axis="x", length=0)
        ax.grid(visible=False, axis="x")
        ax.set_title(TITLE.translate(language))
        ax.set_xlabel(as_written(name or Text("Target", "目标").translate(language)))
        ax.set_ylabel(Text("Rows", "样本数").translate(language))
        ax.locator_params(axis="y", integer=True)
        if len(parts) > 1:
            height = legend_above(ax).get_window_extent().height
            ax.set_title(TITLE.translate(language), pad=4 + 72 * height / ax.figure.dpi)
    return ax


def _numbered(y: npt.NDArray[Any], classes: list[Any]) -> npt.NDArray[np.float64]:
    place = {label: float(number) for number, label in enumerate(classes)}
    for label in y.tolist():
        if label not in place:
            raise invalid_argument(
                "classes", classes, f"{label!r} is not among them.", "name every class."
            )
    return np.array([place[label] for label in y.tolist()])
