"""The decimal point at the wrong place."""

from collections.abc import Iterator

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.teach.slips.slip import Slip
from clearprop.teach.steps import Quantity, Working


class DecimalPoint(Slip):
    """The number times 10, or a tenth of it."""

    name = "decimal_point"
    title = Text("the decimal point is at the wrong place", "小数点位置错了")
    in_one_entry = True

    def results(self, working: Working, quantity: Quantity) -> Iterator[FloatArray]:
        """Yield ten times and a tenth of the right numbers."""
        right = working.follows(quantity)
        yield 10 * right
        yield right / 10
