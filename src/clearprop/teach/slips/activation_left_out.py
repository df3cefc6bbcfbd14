"""a = z: the activation function was not applied."""

from collections.abc import Iterator

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.teach.slips.slip import Slip
from clearprop.teach.steps import Quantity, Working


class ActivationLeftOut(Slip):
    """The weighted sum was handed on as it is."""

    name = "activation_left_out"
    title = Text("the activation function was not applied", "没有使用激活函数")
    in_one_entry = True

    def results(self, working: Working, quantity: Quantity) -> Iterator[FloatArray]:
        """Yield z."""
        if quantity.kind == "a":
            yield working.value(Quantity("z", quantity.layer))
