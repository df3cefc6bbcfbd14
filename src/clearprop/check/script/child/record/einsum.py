"""Read a call of ``np.einsum`` that multiplies two matrices as the product that it is."""

from collections.abc import Sequence
from typing import Any

import numpy as np

MATRIX, STACK = 2, 3


def as_product(given: Sequence[Any], result: Any) -> tuple[tuple[Any, Any], Any] | None:
    """Return A, B and A B of ``np.einsum("ij,kj->ki", W, X)``: here X, Wᵀ and the result.

    One of them, or both, may be a stack of matrices, whose letter comes first. None for any other
    sum.

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
    words = without_stack(one, other, wanted)
    orders = [(one, left.ndim), (other, right.ndim), (wanted, np.ndim(result))]
    if words is None or any(len(set(word)) < len(word) or len(word) != n for word, n in orders):
        return None
    one, other, wanted = words
    shared = [letter for letter in one if letter in other and letter not in wanted]
    if len(shared) != 1 or len(wanted) != len(one) + len(other) - 2:
        return None
    if wanted and wanted[0] in other:
        one, other, left, right = other, one, right, left
    if one[-1] != shared[0]:
        left = np.swapaxes(left, -1, -2)
    if other[0] != shared[0]:
        right = np.swapaxes(right, -1, -2)
    return (left, right), result


def without_stack(one: str, other: str, wanted: str) -> tuple[str, str, str] | None:
    """Return the words without the letter of a stack; None where they are no stacks alike."""
    words = one, other, wanted
    stacks = [word for word in words if len(word) == STACK]
    if max(map(len, words)) > STACK or (stacks and len(wanted) != STACK):
        return None
    if len({word[0] for word in stacks}) > 1 or (stacks and min(map(len, words)) < MATRIX):
        return None
    cut = [word[1:] if len(word) == STACK else word for word in words]
    if stacks and any(stacks[0][0] in word for word in cut):
        return None
    return cut[0], cut[1], cut[2]
