"""The selection of one of two entries: maximum and minimum, and what people get wrong in both."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.derivation.operations.mistake import OperationMistake, by_slopes
from clearprop.derivation.operations.operation import Elementwise

Comparison = Callable[[FloatArray, FloatArray], Any]
"""From u and v to where u is beyond v: above it for a maximum, below it for a minimum."""


@dataclass(frozen=True)
class Selection(Elementwise):
    """One of u and v, entry by entry; u where both are equal.

    Attributes
    ----------
    beyond : callable
        From u and v to where u is selected and v would not do as well.
    """

    beyond: ClassVar[Comparison]

    def slopes(self, inputs: Sequence[FloatArray], w: FloatArray) -> tuple[FloatArray, ...]:
        """Return 1 for the entry that is selected, and 0 for the other."""
        u, v = inputs
        second = self.beyond(v, u)
        return (~second).astype(float), second.astype(float)


def mistakes_in(beyond: Comparison, only: Text) -> tuple[OperationMistake, ...]:
    """Return the mistakes in the pull-back of a selection; `only` says why they are mistakes."""
    return (
        OperationMistake(
            "to_both",
            Text("both get what arrives", "两个都得到到达的梯度"),
            "{g}",
            only,
            by_slopes(lambda u, v, w: (1.0, 1.0)),
        ),
        OperationMistake(
            "swapped",
            Text("the other of both gets what arrives", "梯度传给了另一个"),
            Text("{g} to the other", "{g} 传给另一个"),
            only,
            by_slopes(lambda u, v, w: (beyond(v, u), ~beyond(v, u))),
        ),
        OperationMistake(
            "left_only",
            Text("the first always gets what arrives", "总是传给第一个"),
            Text("{g} to {u}", "{g} 传给 {u}"),
            only,
            by_slopes(lambda u, v, w: (1.0, 0.0)),
        ),
        OperationMistake(
            "shared",
            Text("both get half of what arrives", "两个各得到一半"),
            "½ {g}",
            only,
            by_slopes(lambda u, v, w: (0.5, 0.5)),
        ),
        OperationMistake(
            "other_if_equal",
            Text("where both are equal the second gets what arrives", "两者相等处传给了第二个"),
            Text("{g} to {v}", "{g} 传给 {v}"),
            Text(
                "there is no derivative where both are equal; either will do",
                "相等处不可导，取哪一个都可以",
            ),
            by_slopes(lambda u, v, w: (beyond(u, v), ~beyond(u, v))),
            harmless=True,
        ),
        OperationMistake(
            "shared_if_equal",
            Text("where both are equal they get half each", "两者相等处各得一半"),
            "½ {g}",
            Text(
                "there is no derivative where both are equal; halves will do",
                "相等处不可导，各取一半也可以",
            ),
            by_slopes(
                lambda u, v, w: [0.5 * (u == v) + beyond(*pair) for pair in ((u, v), (v, u))]
            ),
            harmless=True,
        ),
    )
