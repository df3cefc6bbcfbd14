"""How many multiplications sharing the error terms saves against walking every path."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from clearprop._text import Text
from clearprop.derivation.derivation import Cell, Section, Table
from clearprop.derivation.notation import Notation
from clearprop.derivation.words import extras as words


@dataclass(frozen=True)
class LayerCost:
    """Multiplications for the weight gradients of one layer and one sample."""

    weights: int
    paths: int
    """Ways from one weight of the layer to the loss."""
    walking: int
    """Every path of every weight, factor by factor."""
    sharing: int
    """δ of the layer from δ of the next, then input times δ."""


def layer_costs(sizes: Sequence[int]) -> list[LayerCost]:
    """Return the cost of every layer, given δ of the output layer.

    Examples
    --------
    >>> [(cost.walking, cost.sharing) for cost in layer_costs([2, 2, 2])]
    [(24, 10), (4, 4)]
    """
    depth, costs = len(sizes) - 1, []
    for layer in range(1, depth + 1):
        weights = sizes[layer - 1] * sizes[layer]
        paths = math.prod(sizes[layer + 1 :])
        factors = 2 * (depth - layer) + 2  # the input, f′ and W per layer passed, δ
        back = sizes[layer] * (sizes[layer + 1] + 1) if layer < depth else 0
        costs.append(LayerCost(weights, paths, weights * paths * (factors - 1), back + weights))
    return costs


def cost_section(n: Notation) -> Section:
    """Return the table of costs, layer by layer and together."""
    costs = layer_costs(n.sizes)
    rows: list[tuple[Cell, ...]] = [
        tuple(map(_count, (number, cost.weights, cost.paths, cost.walking, cost.sharing)))
        for number, cost in enumerate(costs, 1)
    ]
    weights, walking, sharing = (
        _count(sum(getattr(cost, name) for cost in costs))
        for name in ("weights", "walking", "sharing")
    )
    rows.append((words.ALL_LAYERS, weights, Text("", ""), walking, sharing))
    header = (words.LAYER, words.WEIGHTS, words.PATHS_EACH, words.WALKING, words.SHARING)
    return Section(words.COST, (words.COST_WHY, Table(words.COST, header, tuple(rows))))


def _count(number: int) -> Text:
    shown = f"{number:,}" if number < 10**12 else f"{float(number):.3g}"
    return Text(shown, shown)
