"""Mistakes in a pull-back: what people pass back, or compute forward, in place of the right thing.

An operation states its own in its file, as `mistakes`. Each is a function of the place where the
operation stands, so that the gradient of a whole graph can be computed with the mistake in it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.derivation.operations.adding_up import added_to

Passed = tuple[FloatArray, ...]
"""What goes to each input."""
Slopes = Callable[..., Sequence[FloatArray | float]]
"""From the inputs and the result to the local derivatives, entry by entry."""


@dataclass(frozen=True)
class Place:
    """An operation of a graph with its numbers.

    Attributes
    ----------
    operation : Operation
        The operation.
    inputs : tuple of array
        u and v.
    w : array
        Its result.
    settings : mapping of str to int
        Its settings.
    before : tuple of (Place or None)
        For each input the operation whose result it is; None for inputs of the graph.
    g : array or None
        dL/dw; None on the way forward.
    """

    operation: Any
    inputs: tuple[FloatArray, ...]
    w: FloatArray
    settings: dict[str, int]
    before: "tuple[Place | None, ...]" = ()
    g: Any = None

    def right(self) -> Passed:
        """Return what goes to each input without a mistake."""
        return self.operation.pull_back(self.g, self.inputs, self.w, **self.settings)


@dataclass(frozen=True)
class OperationMistake:
    """A mistake that is made in one operation.

    Attributes
    ----------
    name : str
        Its name among the mistakes of the operation.
    title, why : Text
        The mistake, and the reason why it is one, in a sentence each.
    wrong : str or Text
        The wrong line, with {g}, {u}, {v} and {w} as in `Operation.passed_back`.
    pull_back : callable, optional
        From the place to what goes to each input, of whatever shape the mistake gives it; the right
        pull-back without it. A place where the mistake cannot be made raises `ValueError`.
    value : callable, optional
        From the place to the result, where the mistake is made on the way forward.
    harmless : bool
        Whether it is a matter of convention at a kink, so that the gradient still counts as right.
    loses_a_share : bool
        Whether all that it does is to pass nothing to an input: named after what says more.
    """

    name: str
    title: Text
    wrong: str | Text
    why: Text
    pull_back: Callable[[Place], Passed] | None = None
    value: Callable[[Place], FloatArray] | None = None
    harmless: bool = False
    loses_a_share: bool = False


def by_slopes(slopes: Slopes) -> Callable[[Place], Passed]:
    """Return the pull-back g ⊙ slope of wrong local derivatives; repeated entries are added up."""

    def pull_back(place: Place) -> Passed:
        local = slopes(*place.inputs, place.w)
        return tuple(
            added_to(place.g * slope, one.shape)
            for slope, one in zip(local, place.inputs, strict=True)
        )

    return pull_back


def to_input(slot: int, passed: Callable[[Place], FloatArray]) -> Callable[[Place], Passed]:
    """Return a pull-back that is wrong for one input and right for the other."""

    def pull_back(place: Place) -> Passed:
        right = list(place.right())
        right[slot] = passed(place)
        return tuple(right)

    return pull_back
