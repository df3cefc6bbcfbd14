"""What a program may go down: single numbers that it computes, and losses of its outputs."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from clearprop._typing import FloatArray
from clearprop.check.script.child.graphs.graph import Graph
from clearprop.check.script.child.record.trace import SET

MAX_LINES = 16
"""Lines of a program whose single numbers are taken for what it goes down."""
MAX_OWN = 5000
PASSES = 2
"""Numbers of one line that are taken by themselves."""
ADDING = ("sum", "mean", "average", "nansum", "nanmean")
SCALING = ("@", "*", "/", "outer")
Seeds = list[tuple[int, FloatArray]]


class Total(NamedTuple):
    """An E: ∂E/∂w for the nodes that it is computed of."""

    kind: str
    """``"own"`` for a number of the program's own, else the name of a loss."""
    line: int
    seeds: Seeds
    errors: int
    """How many differences of outputs and targets it is made of; 0 where that is not told."""
    repeats: bool = False
    """True if a parameter is multiplied by what came of it, as in recurrence."""


class Meeting(NamedTuple):
    """An output that met its targets: the node, and arrays of the same shape."""

    line: int
    node: int
    outputs: FloatArray
    targets: FloatArray


def totals(graph: Graph) -> Iterator[Total]:
    """Yield what the parameters may have been moved down, what depends on most of them first."""
    found = [*losses(graph), *own_numbers(graph)]
    yield from sorted(found, key=lambda each: -len(graph.nodes[each.seeds[-1][0]].reached))


def own_numbers(graph: Graph) -> Iterator[Total]:
    """Yield the single numbers that depend on the most parameters: the last of a line, and all."""
    lines: dict[tuple[int, str], list[int]] = {}
    nodes = [n for n in range(len(graph.nodes)) if graph.value(n).size == 1][:MAX_OWN]
    used = going_on(graph)
    nodes = [n for n in nodes if n not in used or added_up(graph, n) > 1]
    most = max((len(graph.nodes[n].reached) for n in nodes), default=0)
    without = turned(graph) | normalizing(graph)
    for number in nodes:
        node = graph.nodes[number]
        if len(node.reached) == most and number not in without:
            lines.setdefault((node.operation.line, node.operation.name), []).append(number)
    latest = sorted(lines.items(), key=lambda each: -each[1][-1])[:MAX_LINES]
    depths = depths_of(graph)
    latest.sort(key=lambda each: depths[each[1][-1]])  # what is made of gradients takes long
    for (line, _), numbers in latest:
        one = np.ones(())
        for number in numbers[: -PASSES - 1 : -1]:  # one may be that of other samples
            yield Total("own", line, [(number, one)], added_up(graph, number))
        if len(numbers) > 1:
            yield Total("own", line, [(number, one) for number in numbers], len(numbers))


def depths_of(graph: Graph) -> list[int]:
    """Return how many operations lie, one after the other, between each node and the parameters."""
    depths: list[int] = []
    for node in graph.nodes:
        inner = [depths[each] for each in node.sources if each is not None and each >= 0]
        depths.append(1 + max(inner, default=0))
    return depths


def going_on(graph: Graph) -> set[int]:
    """Return the single numbers that arrays are multiplied by: parts of δ, and no losses."""
    found: set[int] = set()
    for number in reversed(range(len(graph.nodes))):
        node = graph.nodes[number]
        is_scaled = graph.value(number).size > 1 and node.operation.name in SCALING
        if is_scaled or number in found:
            found.update(
                source
                for source in node.sources
                if source is not None and source >= 0 and graph.value(source).size == 1
            )
    return found


def turned(graph: Graph) -> set[int]:
    """Return the numbers whose negative the program goes on with.

    Of ``-np.mean(y * np.log(a))`` the mean is no loss: who goes down it makes the loss larger.
    """
    found = set()
    for number, node in enumerate(graph.nodes):
        operation = node.operation
        inner = [source for source in node.sources if source is not None and source >= 0]
        others = [part for part in operation.operands if graph.contents[part].size == 1]
        if graph.value(number).size > 1 or len(inner) != 1:
            continue
        falls = operation.name == "negative"
        if operation.name in ("*", "/") and len(operation.operands) == 2 == len(others):
            known = [p for p, s in zip(operation.operands, node.sources, strict=True) if s is None]
            falls = any(float(graph.contents[part].ravel()[0]) < 0 for part in known)
        if falls:
            found.add(inner[0])
    return found


def normalizing(graph: Graph) -> set[int]:
    """Return the sums that what they are of is divided by, as in softmax: no losses."""
    found = set()
    for node in graph.nodes:
        if node.operation.name != "/" or len(node.sources) != 2 or node.sources[1] is None:
            continue
        total = node.sources[1]
        is_sum = total >= 0 and graph.nodes[total].operation.name in ADDING
        if is_sum and graph.nodes[total].operation.operands[0] == node.operation.operands[0]:
            found.add(total)
    return found


def added_up(graph: Graph, node: int | None) -> int:
    """Return how many numbers were added up to make this one, or one that it was made of."""
    while node is not None and node >= 0:
        operation = graph.nodes[node].operation
        sizes = [graph.contents[part].size for part in operation.operands]
        if max(sizes) > 1:
            return max(sizes) if operation.name in ADDING else 0
        node = max((each for each in graph.nodes[node].sources if each is not None), default=None)
    return 0


def losses(graph: Graph) -> Iterator[Total]:
    """Yield losses of outputs that met their targets in a difference."""
    lines: dict[Any, list[Meeting]] = {}
    times: dict[tuple[int, int], int] = {}
    for meeting in meetings(graph):
        reached = graph.nodes[meeting.node].reached
        both = meeting.line, meeting.node
        times[both] = before = times.get(both, -1) + 1  # a line with a − y may have 1 − a too
        place = meeting.line, meeting.outputs.shape, meeting.targets.shape, reached, before
        lines.setdefault(place, []).append(meeting)
    for (line, *_), met in list(lines.items())[-MAX_LINES:]:
        several = [met[-1:], met] if len(met) > 1 else [met]
        for some in several:
            for kind, slope in SLOPES.items():
                with np.errstate(all="ignore"):
                    seeds = [
                        (m.node, slope(m.outputs, m.targets.reshape(m.outputs.shape))) for m in some
                    ]
                if all(np.isfinite(seed).all() for _, seed in seeds):
                    yield Total(kind, line, seeds, sum(m.outputs.size for m in some))


def meetings(graph: Graph) -> Iterator[Meeting]:
    """Yield where something that depends on the parameters meets a constant of its size."""
    for node in graph.nodes:
        operation = node.operation
        if operation.name == SET:
            source, w = node.sources[0], graph.contents[operation.result]
            u = graph.contents[operation.operands[0]]
            away = np.round(u - w, 9)  # 1 was taken off the share of each sample's class
            if source is not None and source >= 0 and np.isin(away, (0.0, 1.0)).all():
                yield Meeting(operation.line, source, u, away)
        if operation.name != "-" or len(node.sources) != 2:
            continue
        for place, other in ((0, 1), (1, 0)):
            source = node.sources[place]
            if source is None or source < 0 or node.sources[other] is not None:
                continue
            outputs, targets = (graph.contents[operation.operands[p]] for p in (place, other))
            if outputs.size != graph.contents[operation.result].size:
                continue
            is_read = operation.operands[other] in graph.read
            is_read = is_read and bool(targets.ndim or targets != 1)  # ``1 - a`` is no error
            if targets.size == 1 < outputs.size and is_read:
                targets = np.full(outputs.shape, targets.ravel()[0])  # one number for all outputs
            if targets.size == outputs.size:
                yield Meeting(operation.line, source, outputs, targets)


SLOPES: dict[str, Callable[[FloatArray, FloatArray], FloatArray]] = {
    "squared error": lambda a, y: a - y,
    "binary cross-entropy": lambda a, y: (a - y) / (a * (1 - a)),
    "categorical cross-entropy": lambda a, y: -y / a,
}
"""∂ℓ/∂a of losses that programs seldom compute."""
