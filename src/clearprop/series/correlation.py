"""Correlations of errors: with themselves some rows back, and with an input.

Of a model that has understood a series, all but the first are as small as those of random numbers,
which lie within ±1.96 / √m nineteen times out of twenty.
"""

import numpy as np

from clearprop._typing import FloatArray


def correlations(one: FloatArray, other: FloatArray, lags: FloatArray) -> FloatArray:
    """Return the correlation of one(t) with other(t + lag) for each lag, shape (lags,).

    Parameters
    ----------
    one, other : array of shape (m,)
    lags : array of int
        From −(m − 1) to m − 1.

    Returns
    -------
    array
        Σₜ one(t) other(t + lag) / √(Σ one² Σ other²), both about their means; 0 of a constant.

    Examples
    --------
    >>> correlations(np.array([1.0, -1.0, 1.0, -1.0]), np.array([1.0, -1.0, 1.0, -1.0]),
    ...              np.array([0, 1]))
    array([ 1.  , -0.75])
    """
    a, b = one - one.mean(), other - other.mean()
    size = np.linalg.norm(a) * np.linalg.norm(b)
    if size == 0:
        return np.zeros(len(lags))
    m = len(a)
    sums = [a[max(0, -k) : m - max(0, k)] @ b[max(0, k) : m - max(0, -k)] for k in lags.tolist()]
    return np.array(sums) / size


def band(m: int) -> float:
    """Return within what 19 of 20 correlations of m random numbers lie.

    Examples
    --------
    >>> round(band(400), 3)
    0.098
    """
    return 1.96 / m**0.5
