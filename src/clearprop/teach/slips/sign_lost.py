"""A sign lost or gained in the step."""

from collections.abc import Iterator

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.teach.slips.slip import Slip
from clearprop.teach.steps import Quantity, Working


class SignLost(Slip):
    """The number with the wrong sign."""

    name = "sign_lost"
    title = Text("the sign is wrong", "符号错了")
    in_one_entry = True

    def results(self, working: Working, quantity: Quantity) -> Iterator[FloatArray]:
        """Yield the right numbers with the other sign."""
        yield -working.follows(quantity)
