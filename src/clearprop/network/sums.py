"""Sums over rows as a pairwise tree, whose shape depends on the number of its leaves alone.

Wherever the leaves are computed, in this thread, in others or on other machines, their sum is the
same to the bit; and rounding errors grow with the logarithm of their number, not with the number
itself.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar, TypeVarTuple

import numpy as np

Ts = TypeVarTuple("Ts")
C = TypeVar("C")


class Summation(Protocol):
    """A way to compute the leaves of a sum, one for each chunk of rows, and to add them."""

    def __call__(
        self, leaf: Callable[[Any], tuple[Any, ...]], chunks: Sequence[Any]
    ) -> tuple[Any, ...]:
        """Return the tree's sum of leaf(chunk); the arrays in it are the caller's to change."""
        ...


def tree_sum(leaves: Iterable[tuple[*Ts]]) -> tuple[*Ts]:
    """Return the sum of tuples of numbers or arrays: ((0 + 1) + (2 + 3)) + …, place by place.

    A leaf is taken when it is needed, and no more sums are held than the tree has levels. Arrays
    are added into those of earlier leaves. Source: N. J. Higham, "The accuracy of floating point
    summation", SIAM J. Sci. Comput. 14 (1993).

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
            size, total = 2 * size, _added_into(earlier, total)
        waiting.append((size, total))
    _, total = waiting.pop()
    while waiting:
        _, earlier = waiting.pop()
        total = _added_into(earlier, total)
    return total


def _added_into(one: tuple[*Ts], other: tuple[*Ts]) -> tuple[*Ts]:
    """Return the sum of both, in the arrays of the first one where it has some."""
    return tuple(  # type: ignore[return-value]
        _sum_into(a, b) for a, b in zip(one, other, strict=True)
    )


def _sum_into(a: Any, b: Any) -> Any:
    return np.add(a, b, out=a) if isinstance(a, np.ndarray) else a + b


def added(one: tuple[*Ts], other: tuple[*Ts]) -> tuple[*Ts]:
    """Return the sum of two tuples, place by place; both stay as they are."""
    return tuple(a + b for a, b in zip(one, other, strict=True))  # type: ignore[return-value]


def one_by_one(leaf: Callable[[C], tuple[Any, ...]], chunks: Sequence[C]) -> tuple[Any, ...]:
    """Return the sum of leaf(chunk) over all chunks, of which one is looked at at a time."""
    return tree_sum(map(leaf, chunks))


@dataclass(frozen=True)
class InThreads:
    """The sum of leaves that several threads compute: while one adds up, another reads.

    Attributes
    ----------
    threads : int
        So many leaves are computed at the same time, and no more than one waits beside them.

    Examples
    --------
    >>> InThreads(2)(lambda number: (number, 1), range(10))
    (45, 10)
    """

    threads: int = 2

    def __call__(
        self, leaf: Callable[[C], tuple[Any, ...]], chunks: Sequence[C]
    ) -> tuple[Any, ...]:
        """Return the sum of leaf(chunk) over all chunks."""
        if self.threads == 1 or len(chunks) == 1:
            return one_by_one(leaf, chunks)
        with ThreadPoolExecutor(self.threads, "clearprop-sum") as pool:
            return tree_sum(_in_order(pool, leaf, chunks, self.threads + 1))


def _in_order(
    pool: ThreadPoolExecutor, leaf: Callable[[C], Any], chunks: Sequence[C], most: int
) -> Iterator[Any]:
    """Yield the leaves in the order of the chunks, of which so many are begun at a time."""
    begun: deque[Future[Any]] = deque()
    try:
        for chunk in chunks:
            if len(begun) == most:
                yield begun.popleft().result()
            begun.append(pool.submit(copy_context().run, leaf, chunk))  # limits of time hold there
        while begun:
            yield begun.popleft().result()
    finally:
        for each in begun:
            each.cancel()
