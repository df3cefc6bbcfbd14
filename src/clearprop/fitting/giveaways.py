"""Inputs that give the target away: the same quantity once more, or one that follows from it."""

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.data import Encoding

TELLS_ALL = 0.999
"""R² of a straight line through one input from which that input tells the target."""
MOST_ROWS = 10_000
"""Rows that are looked at, evenly chosen; more of them say nothing new."""
LEAST_ROWS = 10
"""Rows below which a straight line may fit by chance."""


def notes_on_giveaways(encoding: Encoding, X: FloatArray, Y: FloatArray) -> tuple[Text, ...]:
    """Return a note for each column that alone tells a target, beside which there are others.

    Parameters
    ----------
    encoding : Encoding
        Says which columns the features are of.
    X : array of shape (m, n₀)
        Inputs.
    Y : array of shape (m, K)
        Targets.
    """
    if len(encoding.columns) < 2 or len(X) < LEAST_ROWS:
        return ()
    some = slice(None, None, -(-len(X) // MOST_ROWS))
    tells = (_correlations(X[some], Y[some]) ** 2).max(axis=1) >= TELLS_ALL
    owners = [column.name for column in encoding.columns for _ in column.features]
    return tuple(
        Text(
            f"{name}: it tells the target on its own, by a straight line. Unless it is known "
            "before the target is, leave it out (ignore): the errors would be too good.",
            f"{name}：仅凭它的一条直线就能得出目标。除非它先于目标可知，否则请略去它"
            "（ignore）：不然误差会好得不真实。",
        )
        for name in dict.fromkeys(
            owner for owner, all_of_it in zip(owners, tells, strict=True) if all_of_it
        )
    )


def _correlations(X: FloatArray, Y: FloatArray) -> FloatArray:
    """Return the correlation of each input with each target, shape (n₀, K); 0 with a constant."""
    X, Y = (_standardized(np.asarray(part, np.float64)) for part in (X, Y))
    return X.T @ Y / len(X)


def _standardized(columns: FloatArray) -> FloatArray:
    centred = columns - columns.mean(axis=0)
    spread = np.sqrt((centred**2).mean(axis=0))
    return np.divide(centred, spread, out=np.zeros_like(centred), where=spread > 0)
