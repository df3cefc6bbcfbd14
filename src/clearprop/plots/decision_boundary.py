"""Decision boundary: the class that a network names at every point, over two of its inputs."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from clearprop._errors import invalid_argument
from clearprop._text import Language, Text
from clearprop._typing import FloatArray
from clearprop.plots.sensitivity import input_names
from clearprop.plots.style import INK, MARKERS, SERIES, drawing, one_axes
from clearprop.plots.values import MANY, as_labels, as_written, same_length

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Probabilities = Callable[[FloatArray], FloatArray]
"""From inputs (m, n₀) to (m, K), or (m,) or (m, 1) for the second of two classes."""
FINE = 160
"""Points of the drawn grid along each input."""


def plot_decision_boundary(
    probabilities: Probabilities,
    X: npt.ArrayLike,
    targets: npt.ArrayLike,
    classes: Sequence[Any] | None = None,
    *,
    inputs: tuple[int, int] = (0, 1),
    names: Sequence[str] | None = None,
    ax: "Axes | None" = None,
    language: Language = "en",
) -> "Axes":
    """Draw the regions of the classes over two inputs, their boundary, and the samples.

    A region is the stronger coloured the surer the network is. Inputs that are not drawn stay at
    their median.

    Parameters
    ----------
    probabilities : callable
        From inputs (m, n₀) to (m, K), or (m,) or (m, 1) for the second of two classes; for a
        network ``lambda X: net.forward(params, X)``.
    X : array of shape (m, n₀)
    targets : array of shape (m,)
        Class labels.
    classes : sequence, optional
        The classes in the order of the columns; else those that occur, sorted.
    inputs : two int, default=(0, 1)
        The inputs to draw along the two axes.
    names : sequence of str, optional
        Names of all n₀ inputs.
    ax : Axes, optional
        Where to draw; without it a new pyplot figure.
    language : {"en", "zh"}, default="en"

    Returns
    -------
    Axes

    Raises
    ------
    InputError
        If there are fewer than two inputs, or an array does not fit.
    """
    samples, y = np.asarray(X, dtype=np.float64), as_labels("targets", targets)
    if samples.ndim != 2 or samples.shape[1] < 2:
        raise invalid_argument("X", samples.shape, "two inputs are drawn.", "shape (m, 2).")
    same_length("targets", y, "X", samples)
    if len(set(inputs)) != 2 or min(inputs) < 0 or max(inputs) >= samples.shape[1]:
        why = f"the inputs are 0 to {samples.shape[1] - 1}, and two of them are drawn."
        raise invalid_argument("inputs", inputs, why, "(0, 1).")
    known = sorted(set(y.tolist())) if classes is None else list(classes)
    across, up, grid = _grid(samples, inputs)
    chance = _by_class(probabilities(grid), len(known)).reshape(FINE, FINE, -1)
    with drawing(language) as language:
        ax = one_axes(ax, (5.2, 4.4))
        _shade(ax, across, up, chance)
        _draw_samples(ax, samples[:, list(inputs)], y, known)
        ax.grid(visible=False)
        labels = input_names(names, samples.shape[1])
        ax.set_xlabel(labels[inputs[0]])
        ax.set_ylabel(labels[inputs[1]])
        if samples.shape[1] > 2:
            ax.set_title(
                Text("other inputs at their median", "其余输入取中位数").translate(language)
            )
        ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return ax


def _grid(
    samples: FloatArray, inputs: tuple[int, int]
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return both axes, (FINE,), and the inputs at every point of the grid, (FINE², n₀)."""
    low, high = samples[:, inputs].min(axis=0), samples[:, inputs].max(axis=0)
    margin = 0.06 * np.where(high > low, high - low, 1)
    across, up = np.linspace(low - margin, high + margin, FINE).T
    grid = np.tile(np.median(samples, axis=0), (FINE * FINE, 1))
    grid[:, inputs[0]], grid[:, inputs[1]] = np.tile(across, FINE), np.repeat(up, FINE)
    return across, up, grid


def _by_class(given: npt.ArrayLike, classes: int) -> FloatArray:
    chance = np.asarray(given, dtype=np.float64).reshape(FINE * FINE, -1)
    if chance.shape[1] == 1 and classes == 2:
        chance = np.concatenate([1 - chance, chance], axis=1)
    if chance.shape[1] != classes:
        why = f"it gives {chance.shape[1]} columns for {classes} classes."
        raise invalid_argument("probabilities", chance.shape, why, "name every class in `classes`.")
    return chance


def _shade(ax: "Axes", across: FloatArray, up: FloatArray, chance: FloatArray) -> None:
    """Colour each point by its class, the stronger the surer, and draw where the class changes."""
    from matplotlib.colors import to_rgb

    best, classes = chance.argmax(axis=2), chance.shape[2]
    colours = np.array([to_rgb(SERIES[k % len(SERIES)]) for k in range(classes)])
    surer = (
        (chance.max(axis=2) - 1 / classes) / (1 - 1 / classes) if classes > 1 else chance[..., 0]
    )
    strength = (0.08 + 0.30 * np.clip(surer, 0, 1))[..., None]
    image = 1 - strength * (1 - colours[best])
    extent = (across[0], across[-1], up[0], up[-1])
    ax.imshow(image, origin="lower", extent=extent, aspect="auto", interpolation="bilinear")
    for k in range(classes if classes > 2 else classes - 1):
        others = np.delete(chance, k, axis=2).max(axis=2)
        lead = chance[..., k] - others
        if lead.min() < 0 < lead.max():
            ax.contour(across, up, lead, levels=[0], colors=INK, linewidths=0.9)


def _draw_samples(ax: "Axes", points: FloatArray, y: npt.NDArray[Any], known: list[Any]) -> None:
    for k, name in enumerate(known):
        of_class = points[np.array([label == name for label in y.tolist()])]
        ax.plot(
            of_class[:, 0],
            of_class[:, 1],
            MARKERS[k % len(MARKERS)],
            color=SERIES[k % len(SERIES)],
            markeredgecolor="white",
            markeredgewidth=0.5,
            markersize=5,
            rasterized=len(points) > MANY,
            label=as_written(name),
        )
