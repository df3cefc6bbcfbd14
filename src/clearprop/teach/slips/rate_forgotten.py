"""W − ∂L/∂W: the learning rate was left out."""

from collections.abc import Iterator

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.teach.slips.slip import Slip
from clearprop.teach.steps import Quantity, Working


class RateForgotten(Slip):
    """The whole gradient was subtracted."""

    name = "rate_forgotten"
    title = Text("the learning rate was left out", "漏乘了学习率")
    in_one_entry = True

    def results(self, working: Working, quantity: Quantity) -> Iterator[FloatArray]:
        """Yield W − ∂L/∂W."""
        if quantity.kind in ("new_W", "new_b"):
            letter = quantity.kind[-1]
            problem = working.problem
            old = (problem.W if letter == "W" else problem.b)(quantity.layer)
            yield old - working.value(Quantity(f"d{letter}", quantity.layer))
