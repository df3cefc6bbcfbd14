"""Find the neurons in a graph of numbers: sums of products with weights, layer upon layer."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from clearprop.check.script.child.scalars.graph import LEAF, Graph
from clearprop.check.script.child.scalars.places import Update

MAX_TERMS = 500
NEAR = 60
"""Nodes that are looked at between a weighted sum and what is made of it."""

OF_ERRORS = frozenset(["*", "/", "**", "square", "power", "abs", "+", "-", "sum"])
"""What becomes of an output less its target."""


@dataclass(frozen=True)
class Term:
    """One summand of a weighted sum: a parameter, and the node that it multiplies, if any."""

    parameter: int | None
    """None for a number that never changes."""
    entering: int | None
    """None for a bias."""
    value: float
    sign: int = 1


@dataclass(frozen=True)
class Neuron:
    """A node Σ w x + b."""

    z: int
    terms: tuple[Term, ...]

    @cached_property
    def weights(self) -> tuple[Term, ...]:
        """The terms with a factor."""
        return tuple(term for term in self.terms if term.entering is not None)

    @cached_property
    def label(self) -> frozenset[int | None]:
        """The same for the same neuron and another sample."""
        return frozenset(term.parameter for term in self.weights)


class Neurons:
    """The neurons of a graph.

    Parameters
    ----------
    graph : Graph
    updates : sequence of Update
        They tell which numbers are parameters.
    """

    def __init__(self, graph: Graph, updates: Sequence[Update]) -> None:
        self.graph = graph
        shared = set(graph.constants.values())  # a 0 or 1 that stands in many places
        own = [update for update in updates if update.before not in shared]
        plain = [update for update in own if not update.scaled]
        self.candidates = {update.before: update.time for update in plain or own}
        self.known: dict[int, tuple[Term, ...] | None] = {}

    def terms(self, node: int) -> tuple[Term, ...] | None:
        """Return the terms of a node if it can be a part of a weighted sum; else None."""
        if node not in self.known:
            self.known[node] = None  # for a node that is met again below itself
            self.known[node] = self._terms(node)
        return self.known[node]

    def _terms(self, node: int) -> tuple[Term, ...] | None:
        made = self.graph.nodes[node]
        found: tuple[Term, ...] | None = None
        if made.name == LEAF and node not in self.candidates:
            return () if made.value == 0 else (Term(None, None, made.value),)
        if made.name == "*" and len(made.operands) == 2:
            found = self.weighted(node, *made.operands)
        elif made.name in ("+", "sum", "-"):
            found = self.summed(node)
        if found is None and node in self.candidates:
            return (Term(node, None, made.value),)
        return found

    def summed(self, node: int) -> tuple[Term, ...] | None:
        """Return the terms of a sum, or of a sum less a threshold."""
        made = self.graph.nodes[node]
        found: list[Term] = []
        for place, operand in enumerate(made.operands):
            below = self.terms(operand)
            if below is None or len(found) + len(below) > MAX_TERMS:
                return None
            if made.name == "-" and place == 1:
                if any(term.entering is not None for term in below) or self.is_error(node, below):
                    return None
                below = tuple(Term(t.parameter, None, t.value, -t.sign) for t in below)
            found += below
        return tuple(found)

    def is_error(self, node: int, taken_off: Sequence[Term]) -> bool:
        """Return whether a difference is an output less its target, and no sum less a threshold.

        An error is multiplied, or squared; what a threshold leaves goes on through a function.
        """
        after = {self.graph.nodes[each].name for each in self.graph.consumers.get(node, ())}
        learned = any(term.parameter is not None for term in taken_off)
        return not learned and bool(after) and after <= OF_ERRORS

    def weighted(self, node: int, left: int, right: int) -> tuple[Term, ...] | None:
        """Return the term of a product of a parameter with something else."""
        mine = [p for p in (left, right) if self.candidates.get(p, -1) > node]
        if len(mine) != 1:
            return None
        other = right if mine[0] == left else left
        return (Term(mine[0], other, self.graph.nodes[mine[0]].value),)

    def __iter__(self) -> Iterator[Neuron]:
        """Yield the weighted sums in the order of time: no part of one is another."""
        for node in range(len(self.graph.nodes)):
            if self.graph.nodes[node].name not in ("+", "sum", "-", "*"):
                continue
            terms = self.terms(node)
            if not terms or not any(term.entering is not None for term in terms):
                continue
            if not any(self.goes_on(node, after) for after in self.graph.consumers[node]):
                yield Neuron(node, terms)

    def goes_on(self, node: int, after: int) -> bool:
        """Return whether a later node is the sum of this one and more of its kind."""
        if self.graph.nodes[after].name not in ("+", "sum", "-"):
            return False
        terms = self.terms(after)
        return terms is not None and all(term.parameter != after for term in terms)

    def sources(self, node: int, sums: frozenset[int]) -> frozenset[int]:
        """Return the nearest weighted sums that a node was computed from."""
        found, waiting, seen = set(), [node], {node}
        while waiting and len(seen) < NEAR:
            each = waiting.pop(0)
            if each in sums:
                found.add(each)
                continue
            for operand in self.graph.nodes[each].operands:
                if operand not in seen:
                    seen.add(operand)
                    waiting.append(operand)
        return frozenset(found)


def passes(
    neurons: Sequence[Neuron], rooted: Callable[[Neuron], frozenset[int | None]]
) -> list[list[Neuron]]:
    """Return the ways through all neurons, one a sample; what only goes back is left out.

    A weight is first used on the way forward, and a way begins where the first neuron's weights
    are used again. A weight that was changed meanwhile is the same one: some go back through it,
    perhaps after a layer that went forward anew. Some of a neuron's weights alone go back.

    Parameters
    ----------
    neurons : sequence of Neuron
    rooted : callable
        Returns the label of a neuron before all changes.
    """
    labels = {rooted(neuron) for neuron in neurons}
    parts = {label for label in labels if any(label < other for other in labels)}
    neurons = [neuron for neuron in neurons if rooted(neuron) not in parts]
    found: list[list[Neuron]] = []
    used: set[int | None] = set()
    for neuron in neurons:
        label = rooted(neuron)
        if not found or label == rooted(found[0][0]):
            found.append([neuron])
            used = set(label)
        elif not label & used:
            found[-1].append(neuron)
            used |= label
    most = max(map(len, found), default=0)
    if min(map(len, found), default=0) < most:
        found = layer_by_layer(neurons) or found
    return [each for each in found if len(each) == most]


def layer_by_layer(neurons: Sequence[Neuron]) -> list[list[Neuron]]:
    """Return the ways where all samples go through a layer before any goes on to the next.

    Nothing where not all neurons saw as many samples.
    """
    samples: dict[frozenset[int | None], list[Neuron]] = {}
    used: set[int | None] = set()
    for neuron in neurons:
        if neuron.label in samples or not neuron.label & used:
            samples.setdefault(neuron.label, []).append(neuron)
            used |= neuron.label
    if len({len(each) for each in samples.values()}) != 1:
        return []
    return [list(way) for way in zip(*samples.values(), strict=True)]
