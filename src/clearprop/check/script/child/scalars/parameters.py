"""Tell the numbers that are learned from those that only change: sums that grow, and trials."""

from collections import defaultdict
from collections.abc import Sequence

from clearprop.check.script.child.scalars.graph import LEAF, Graph
from clearprop.check.script.child.scalars.neurons import Neuron
from clearprop.check.script.child.scalars.places import Update

NUDGE, NEAR = 1e-3, 4
"""The largest h of a difference of losses, and the operations after which it is looked for."""


def of_parameters(graph: Graph, updates: Sequence[Update]) -> list[Update]:
    """Return the updates without those of numbers that were computed of parameters.

    An entry of a matrix of weighted sums, to which a bias is added, is such a one.
    """
    plain = {update.before for update in updates if not update.scaled}
    known = [update for update in updates if not (update.scaled and update.before in plain)]
    nodes = graph.nodes
    zeros = {n for n, node in enumerate(nodes) if node.name == LEAF and not node.value}
    shared = zeros.union(graph.constants.values())  # which stand in many places
    becomes: dict[int, list[int]] = defaultdict(list)
    for update in known:
        if update.before not in shared:
            becomes[update.before].append(update.after)
    own: set[int] = set()  # parameters, and what takes their places
    moved: set[int] = set()
    depend: set[int] = set()
    for number, node in enumerate(nodes):
        if any(part in own or part in depend for part in node.operands):
            depend.add(number)
        if number in becomes and (number in moved or number not in depend):
            own.add(number)
            moved.update(becomes[number])
    return [update for update in known if update.before in own or update.before in zeros]


def is_by_differences(graph: Graph, update: Update) -> bool:
    """Return whether a number is moved by a small constant, or by a difference of losses.

    So do programs that take their gradients as (L(w + h) − L(w)) / h, or compare them.
    """
    waiting = [(update.after, 0)]
    while waiting:
        node, depth = waiting.pop()
        made = graph.nodes[node]
        values = [graph.nodes[part].value for part in made.operands]
        names = [graph.nodes[part].name for part in made.operands]
        if depth == 0 and made.name in "+-" and update.before in made.operands:
            others = [
                name
                for part, name in zip(made.operands, names, strict=True)
                if part != update.before
            ]
            if others == [LEAF] and abs(made.value - values[0]) <= NUDGE:
                return True
        if made.name == "/" and 0 < abs(values[1]) <= NUDGE and names[0] == "-":
            return True
        if depth < NEAR and made.name in ("+", "-", "*", "/"):
            waiting += [(part, depth + 1) for part in made.operands if part != update.before]
    return False


def parts_of(graph: Graph, neuron: Neuron) -> set[int]:
    """Return the partial sums of a neuron."""
    parameters = {term.parameter for term in neuron.terms}
    found, waiting = set(), [neuron.z]
    while waiting:
        each = waiting.pop()
        if each in parameters or each in found:
            continue
        if graph.nodes[each].name in ("+", "-", "sum"):
            found.add(each)
            waiting += graph.nodes[each].operands
    return found
