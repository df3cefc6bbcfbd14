"""z = a Wᵀ + b, where W is square."""

from collections.abc import Iterator

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.teach.slips.slip import Slip
from clearprop.teach.steps import Quantity, Working


class WeightsTransposed(Slip):
    """Rows of the weights were taken for columns."""

    name = "weights_transposed_forward"
    title = Text(
        "rows and columns of the weights were exchanged in the forward pass",
        "前向传播中把权重矩阵的行与列弄反了",
    )

    def results(self, working: Working, quantity: Quantity) -> Iterator[FloatArray]:
        """Yield a Wᵀ + b."""
        problem, layer = working.problem, quantity.layer
        if quantity.kind != "z" or problem.W(layer).shape[0] != problem.W(layer).shape[1]:
            return
        below = problem.X if layer == 1 else working.value(Quantity("a", layer - 1))
        yield below @ problem.W(layer).T + problem.b(layer)
