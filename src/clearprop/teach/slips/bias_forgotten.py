"""z = a W without the bias."""

from collections.abc import Iterator

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.teach.slips.slip import Slip
from clearprop.teach.steps import Quantity, Working


class BiasForgotten(Slip):
    """The weighted sum stops before the bias."""

    name = "bias_forgotten"
    title = Text("the bias was not added", "漏加了偏置")
    in_one_entry = True

    def results(self, working: Working, quantity: Quantity) -> Iterator[FloatArray]:
        """Yield z − b."""
        if quantity.kind == "z":
            yield working.follows(quantity) - working.problem.b(quantity.layer)
