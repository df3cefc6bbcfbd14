"""Orders of rows, made of random numbers that somebody else draws: any engine makes the same."""

import numpy as np
import numpy.typing as npt

Draws = npt.NDArray[np.uint32]
"""Uniform random numbers of 32 bits."""
Orders = npt.NDArray[np.int64]


def orders_from(draws: Draws) -> Orders:
    """Return one order of m rows for each row of `draws`, shape (epochs, m).

    Row i takes a random place among the first i + 1, and who stood there moves to place i.

    Source: Knuth, The Art of Computer Programming 2, algorithm P, run inside out; numbers up to i
    from 32 bits by Lemire, "Fast random integer generation in an interval", 2019, whose last step
    is left out: a place is more probable than another by a part of m / 2³² at most.

    Examples
    --------
    >>> import numpy as np
    >>> orders_from(np.array([[1, 3, 0], [1, 0, 3]], np.uint32) * 2**30)
    array([[2, 1, 0],
           [1, 0, 2]])
    """
    epochs, m = draws.shape
    orders = np.empty((m, epochs), np.int64)
    every = np.arange(epochs)
    for i in range(m):
        place = (draws[:, i] * np.uint64(i + 1)) >> np.uint64(32)
        orders[i] = orders[place, every]
        orders[place, every] = i
    return np.ascontiguousarray(orders.T)
