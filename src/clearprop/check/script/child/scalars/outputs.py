"""Follow the outputs of a network: what became of them, and what they met, such as targets."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from clearprop._typing import FloatArray
from clearprop.check.script.child.scalars.graph import Graph

Place = tuple[int, int]
"""The line where outputs met something, and how many others they met there before."""
MANY = -1
"""The owner of a node that several outputs went into."""


def followed(
    graph: Graph, outputs: Sequence[int], until: int
) -> tuple[list[FloatArray], dict[Place, FloatArray]]:
    """Return the arrays that outputs became, and those that they met, one number an output.

    What they met in a difference comes first: a target rather than a 1. Both are told by the
    line, and by how many there were before: a sum over the outputs begins as a number of the
    first of them alone.
    """
    owner = {z: k for k, z in enumerate(outputs)}
    mine: list[dict[Place, float]] = [{(0, 0): graph.value(z)} for z in outputs]
    made: list[Counter[int]] = [Counter() for _ in outputs]
    met: list[list[tuple[int, str, float]]] = [[] for _ in outputs]
    for number in range(min(outputs) + 1, min(until, len(graph.nodes))):
        node = graph.nodes[number]
        owners = {owner[part] for part in node.operands if part in owner}
        if not owners or number in owner:
            continue
        single = owners - {MANY}
        if len(single) != 1:
            owner[number] = MANY
            continue
        [k] = single
        owner[number] = k
        mine[k][node.line, made[k][node.line]] = node.value
        made[k][node.line] += 1
        for part in node.operands:
            if part not in owner:
                met[k].append((node.line, node.name, graph.nodes[part].value))
    alike = [place for place in mine[0] if all(place in others for others in mine)]
    seen = [np.array([each[place] for each in mine]) for place in alike]
    targets: dict[Place, FloatArray] = {}
    others: dict[Place, FloatArray] = {}
    before: Counter[int] = Counter()
    for row in zip(*met, strict=False):
        line, name, _ = row[0]
        kind = targets if name == "-" else others
        kind[line, before[line]] = np.array([value for *_, value in row])
        before[line] += 1
    return seen, targets | others


def in_the_same_order(met: Sequence[dict[Place, FloatArray]]) -> list[list[FloatArray]]:
    """Return what each run met, those first that all runs met at the same places.

    Of two places at which every run met the same, one is left.
    """
    first, *others = met
    always = [place for place in first if all(place in other for other in others)]
    columns = {tuple(run[place].tobytes() for run in met): place for place in reversed(always)}
    kept = [place for place in always if place in columns.values()]
    aligned = []
    for run in met:
        rest = {array.tobytes(): array for place, array in run.items() if place not in always}
        aligned.append([run[place] for place in kept] + list(rest.values()))
    return aligned
