"""W + η ∂L/∂W: the step went up the hill."""

from collections.abc import Iterator

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.teach.slips.slip import Slip
from clearprop.teach.steps import Quantity, Working


class Uphill(Slip):
    """The gradient was added instead of subtracted."""

    name = "uphill"
    title = Text("the gradient was added, not subtracted", "加上了梯度，而不是减去")
    in_one_entry = True

    def results(self, working: Working, quantity: Quantity) -> Iterator[FloatArray]:
        """Yield W + η ∂L/∂W."""
        if quantity.kind in ("new_W", "new_b"):
            old = _before(working, quantity)
            yield 2 * old - working.follows(quantity)


def _before(working: Working, quantity: Quantity) -> FloatArray:
    problem = working.problem
    of = problem.W if quantity.kind == "new_W" else problem.b
    return of(quantity.layer)
