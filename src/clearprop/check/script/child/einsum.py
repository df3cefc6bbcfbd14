"""Read a call of ``np.einsum`` that multiplies two matrices as the product that it is."""

from collections.abc import Sequence
from typing import Any

import numpy as np

MAX_ORDER = 2


def as_product(given: Sequence[Any], result: Any) -> tuple[tuple[Any, Any], Any] | None:
    """Return A, B and A B of ``np.einsum("ij,kj->ki", W, X)``: here X, Wᵀ and the result.

    None for any other sum.

    Examples
    --------
    >>> W, X = np.ones((3, 2)), np.ones((5, 2))
    >>> (left, right), result = as_product(("ij,kj->ki", W, X), X @ W.T)
    >>> left.shape, right.shape, result.shape
    ((5, 2), (2, 3), (5, 3))
    """
    if len(given) != 3 or not isinstance(given[0], str) or "->" not in given[0]:
        return None
    letters, _, wanted = given[0].replace(" ", "").replace("...", "").partition("->")
    one, _, other = letters.partition(",")
    left, right = np.asarray(given[1]), np.asarray(given[2])
    shared = [letter for letter in one if letter in other and letter not in wanted]
    orders = [(one, left.ndim), (other, right.ndim), (wanted, np.ndim(result))]
    is_plain = all(len(set(word)) == len(word) == n <= MAX_ORDER for word, n in orders)
    if len(shared) != 1 or not is_plain or len(wanted) != len(one) + len(other) - 2:
        return None
    if wanted and wanted[0] in other:
        one, other, left, right = other, one, right, left
    if one[-1] != shared[0]:
        left = left.T
    if other[0] != shared[0]:
        right = right.T
    return (left, right), result
