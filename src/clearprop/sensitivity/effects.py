"""Partial effects: the outputs when some inputs take a value and all others stay as they are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clearprop._errors import invalid_argument
from clearprop._typing import FloatArray

Predict = Callable[[FloatArray], FloatArray]
"""From inputs (m, n₀) to outputs (m, K) or (m,)."""


@dataclass(frozen=True)
class PartialEffect:
    """What m samples would give at each of g values of the varied inputs."""

    values: FloatArray
    """Values of the varied inputs, shape (g, columns)."""
    curves: FloatArray
    """Outputs of each sample with its varied inputs replaced, shape (m, g, K)."""

    @property
    def mean(self) -> FloatArray:
        """The partial effect: the mean over the samples, shape (g, K)."""
        return self.curves.mean(axis=0)


def partial_effect(
    predict: Predict, X: npt.ArrayLike, columns: Sequence[int], values: npt.ArrayLike
) -> PartialEffect:
    """Return the outputs with the inputs `columns` set to each row of `values`.

    Parameters
    ----------
    predict : callable
        From inputs (m, n₀) to outputs (m, K) or (m,).
    X : array of shape (m, n₀)
        The samples over which is averaged.
    columns : sequence of int
        The inputs to vary together: one number, or the 0/1 columns of one category.
    values : array of shape (g, len(columns)), or (g,) for a single column

    Raises
    ------
    InputError
        If a column is outside, or a value does not name all columns.

    Source: Friedman, "Greedy function approximation", 2001, section 8.2; the curves of single
    samples: Goldstein et al., "Peeking inside the black box", 2015.

    Examples
    --------
    >>> effect = partial_effect(lambda X: X[:, 0] * X[:, 1], [[0., 1.], [0., 3.]], [0], [0., 2.])
    >>> effect.mean
    array([[0.],
           [4.]])
    """
    samples = np.array(X, dtype=np.float64, ndmin=2)
    grid = np.asarray(values, dtype=np.float64)
    grid = grid[:, None] if grid.ndim == 1 else grid
    chosen = list(columns)
    if not chosen or min(chosen) < 0 or max(chosen) >= samples.shape[1]:
        why = f"the columns are 0 to {samples.shape[1] - 1}."
        raise invalid_argument("columns", chosen, why, "columns=[0].")
    if grid.ndim != 2 or grid.shape[1] != len(chosen):
        why = f"{len(chosen)} columns are varied."
        raise invalid_argument("values", np.shape(values), why, f"shape (g, {len(chosen)}).")
    curves = []
    for value in grid:
        samples[:, chosen] = value
        curves.append(np.asarray(predict(samples)).reshape(len(samples), -1).copy())
    return PartialEffect(grid, np.stack(curves, axis=1))
