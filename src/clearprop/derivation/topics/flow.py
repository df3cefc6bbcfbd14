"""L → δᴸ → δᴸ⁻¹ → …, with the gradients that each error term gives."""

from clearprop._text import Text
from clearprop.derivation.derivation import Section, Table
from clearprop.derivation.expression import Expression, Word
from clearprop.derivation.notation import Notation

FLOW = Text("The flow of the backward pass", "反向传播的流程")
FLOW_WHY = Text(
    "every error term follows from the one after it, and gives the gradients of its own layer",
    "每一层的误差项由后一层得到，并给出本层的梯度",
)

NOTHING = Word("")
SHOWN_LAYERS = 5
"""So many layers are drawn; of more, the last ones and the first."""


def flow_section(n: Notation) -> Section:
    """Return the flow as an arrangement of three rows below the error terms."""
    layers: list[int | None] = list(range(n.depth, 0, -1))
    if n.depth > SHOWN_LAYERS:
        layers = [*layers[: SHOWN_LAYERS - 1], None, 1]
    first: list[Expression] = [n.L]
    arrows: list[Expression] = [NOTHING]
    weights: list[Expression] = [NOTHING]
    biases: list[Expression] = [NOTHING]
    for layer in layers:
        gap = layer is None
        first += [Word("→"), Word("⋯") if gap else n.delta(layer)]
        arrows += [NOTHING, NOTHING if gap else Word("⇓")]
        weights += [NOTHING, NOTHING if gap else n.gradient(n.W(layer))]
        biases += [NOTHING, NOTHING if gap else n.gradient(n.b(layer))]
    rows = tuple(tuple(row) for row in (first, arrows, weights, biases))
    return Section(FLOW, (FLOW_WHY, Table(FLOW, (), rows)))
