"""Sums over rows as a pairwise tree, whose shape depends on the number of its leaves alone.

Wherever the leaves are computed, in this process or in others, their sum is the same to the bit;
and rounding errors grow with the logarithm of their number, not with the number itself.
"""

from collections.abc import Iterable
from typing import TypeVarTuple

Ts = TypeVarTuple("Ts")


def tree_sum(leaves: Iterable[tuple[*Ts]]) -> tuple[*Ts]:
    """Return the sum of tuples of numbers or arrays: ((0 + 1) + (2 + 3)) + …, place by place.

    A leaf is taken when it is needed, and no more sums are held than the tree has levels. Source:
    N. J. Higham, "The accuracy of floating point summation", SIAM J. Sci. Comput. 14 (1993).

    Examples
    --------
    >>> tree_sum([(1, 10.0), (2, 20.0), (3, 30.0)])
    (6, 60.0)
    """
    waiting: list[tuple[int, tuple[*Ts]]] = []
    for leaf in leaves:
        size, total = 1, leaf
        while waiting and waiting[-1][0] == size:
            _, earlier = waiting.pop()
            size, total = 2 * size, _added(earlier, total)
        waiting.append((size, total))
    _, total = waiting.pop()
    while waiting:
        _, earlier = waiting.pop()
        total = _added(earlier, total)
    return total


def _added(one: tuple[*Ts], other: tuple[*Ts]) -> tuple[*Ts]:
    return tuple(a + b for a, b in zip(one, other, strict=True))  # type: ignore[return-value]
