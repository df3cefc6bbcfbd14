"""The multiplications that shared error terms save against walking every path."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from clearprop._text import Text
from clearprop.derivation.derivation import Cell, Section, Table
from clearprop.derivation.notation import Notation

COST = Text("What sharing the error terms saves", "共享误差项节省了多少")
COST_WHY = Text(
    "Multiplications for all weight gradients of one sample, given δ of the output layer. Walking"
    " every path multiplies its 2(L − l) + 2 factors anew for each weight; the paths of a weight"
    " are the product of all later widths. With shared error terms each layer costs two products"
    " of neighbouring widths: the cost grows with the number of weights, not with the number of"
    " paths.",
    "给定输出层的 δ，计算一个样本的全部权重梯度所需的乘法次数。逐条走路径时，每个权重的每条路径"
    "都要把 2(L − l) + 2 个因子重新相乘，路径数是其后各层宽度之积。共享误差项后，每层只需相邻宽度"
    "的两个乘积：代价随权重个数增长，而不随路径条数增长。",
)
LAYER = Text("layer", "层")
WEIGHTS = Text("weights", "权重数")
PATHS_EACH = Text("paths of each", "每个权重的路径")
WALKING = Text("walking paths", "逐条路径")
SHARING = Text("sharing δ", "共享 δ")
ALL_LAYERS = Text("all", "合计")


@dataclass(frozen=True)
class LayerCost:
    """Multiplications for the weight gradients of one layer and one sample.

    Attributes
    ----------
    weights : int
        The weights of the layer.
    paths : int
        Paths from one weight of the layer to the loss.
    walking : int
        Multiplications for every path of every weight, factor by factor.
    sharing : int
        Multiplications for δ of the layer from δ of the next, then input times δ.
    """

    weights: int
    paths: int
    walking: int
    sharing: int


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
    rows.append((ALL_LAYERS, weights, Text("", ""), walking, sharing))
    header = (LAYER, WEIGHTS, PATHS_EACH, WALKING, SHARING)
    return Section(COST, (COST_WHY, Table(COST, header, tuple(rows))))


def _count(number: int) -> Text:
    shown = f"{number:,}" if number < 10**12 else f"{float(number):.3g}"
    return Text(shown, shown)
