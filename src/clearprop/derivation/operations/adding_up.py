"""Adding up what comes back to entries that were repeated."""

from clearprop._typing import FloatArray


def added_to(array: FloatArray, shape: tuple[int, ...]) -> FloatArray:
    """Return an array of this shape: entries that were repeated to make the larger one add up.

    Examples
    --------
    >>> import numpy as np
    >>> added_to(np.ones((3, 2)), (1, 2))
    array([[3., 3.]])
    """
    extra = array.ndim - len(shape)
    summed = array.sum(axis=tuple(range(extra)))
    repeated = tuple(at for at, size in enumerate(shape) if size == 1 and summed.shape[at] != 1)
    return summed.sum(axis=repeated, keepdims=True) if repeated else summed
