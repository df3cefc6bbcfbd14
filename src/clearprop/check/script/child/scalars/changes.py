"""What a step did with the parameters: before and after it, and what it was made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from clearprop.check.script.child.scalars.graph import LEAF, Graph
from clearprop.check.script.child.scalars.places import Held, Update
from clearprop.check.script.observed import Candidate, ObservedLayer, Piece

MAX_MADE = 8
SAME_AMOUNT = 1e-14
"""Relative difference of changes that are one but for rounding."""


@dataclass(frozen=True)
class Changes:
    """The changes of parameters in one step."""

    graph: Graph
    held: Sequence[Held]
    last: Mapping[int, Update]
    """What became of each parameter last."""
    entering: Mapping[int, int]
    """What each weight multiplies."""
    start: int
    """The node with which the step begins."""
    cutoff: float
    """When the next step begins: what changes later is none of this one."""

    def layer(self, W: Any, biases: Any) -> ObservedLayer:
        """Return the weights and biases of a layer, before and after the step."""
        weights = self.piece(W)
        bias = None
        if biases is not None:
            nodes = [node for node, _, _ in biases]
            signs = np.array([sign for _, _, sign in biases])
            if None not in nodes and len(set(nodes)) == len(nodes):
                piece = self.piece(np.array(nodes))
                after = None if piece.after is None else signs * piece.after
                bias = Piece(
                    signs * piece.before,
                    after,
                    piece.place,
                    piece.line,
                    tuple(replace(each, array=signs * each.array) for each in piece.made_of),
                    weights.error_line,
                )
            else:
                values = np.array([value * sign for _, value, sign in biases])
                bias = Piece(values, None, "", 0)
        return ObservedLayer(weights, bias, first=False, turned=False)

    def piece(self, nodes: Any) -> Piece:
        """Return parameters before and after a step, and what the step was made of."""
        before = np.array([self.graph.nodes[n].value for n in nodes.ravel()])
        updates = [self.repeated(int(n)) for n in nodes.ravel()]
        after = np.array(
            [
                b if u is None else self.graph.nodes[u.after].value
                for b, u in zip(before, updates, strict=True)
            ]
        )
        known = [update for update in updates if update is not None]
        if not known:  # one that moves later has its turn then: nothing is said of it here
            moves = any(int(node) in self.last for node in nodes.ravel())
            still = before.reshape(nodes.shape)
            return Piece(still, None if moves else still, "", 0)
        chains = [self.origins(update) for update in known]
        made_of = []
        if len(known) == nodes.size:
            for parts in zip(*chains, strict=False):
                array = np.array([self.graph.nodes[node].value for node, _ in parts])
                rates = {rate for _, rate in parts}
                line = self.graph.nodes[parts[0][0]].line
                place = self.name_of(parts[0][0])
                rate = rates.pop() if len(rates) == 1 else None
                made_of.append(Candidate(array.reshape(nodes.shape), line, place, rate))
        return Piece(
            before.reshape(nodes.shape),
            after.reshape(nodes.shape),
            known[0].place,
            known[0].line,
            tuple(made_of),
            self.line_of_error(known[0].before, chains[0]),
        )

    def repeated(self, node: int) -> Update | None:
        """Return the change of a parameter in a step; with those by the same amount, as one.

        A bias is moved once for each weight where that stands in the loop over them.
        """
        found = last = self.last.get(node)
        if found is None or last is None or found.after >= self.cutoff:
            return None
        nodes = self.graph.nodes
        amount = nodes[found.after].value - nodes[node].value
        while (again := self.last.get(last.after)) is not None and again.line == found.line:
            more = nodes[again.after].value - nodes[last.after].value
            near = abs(more - amount) <= SAME_AMOUNT * (abs(amount) + abs(nodes[node].value))
            if not near or not amount or not last.after < again.after < self.cutoff:
                break
            found, last = again._replace(before=node), again
        return found

    def name_of(self, node: int) -> str:
        """Return the name of a place that holds a node."""
        return next((held.place for held in self.held if held.node == node and held.place), "")

    def origins(self, update: Update) -> list[tuple[int, float | None]]:
        """Return what a step was made of, the last first: θ − η g, then g, each with its factor."""
        found: list[tuple[int, float | None]] = []
        waiting: list[tuple[int, float | None]] = [(update.after, None)]
        while waiting and len(found) < MAX_MADE:
            node, rate = waiting.pop(0)
            made = self.graph.nodes[node]
            numbers = self.given(made.operands)
            if node != update.after:  # (η x) δ holds η too
                of_numbers = made.name == "*" and len(numbers) == len(made.operands)
                found.append((node, numbers[0] if of_numbers else rate))
            if made.name not in ("+", "-", "*", "/", "negative"):
                continue
            for part in made.operands:
                if part != update.before and part >= self.start:
                    factor = numbers[0] if numbers and made.name in "*/" else None
                    waiting.append((part, factor))
        return found

    def given(self, operands: Sequence[int]) -> list[float]:
        """Return the operands that were there before the step, or, without one, are written in it.

        Of numbers that all are written, one may be what a gradient was cut to.
        """
        leaves = [part for part in operands if self.graph.nodes[part].name == LEAF]
        known = [part for part in leaves if part < self.start]
        if not known and len(leaves) < len(operands):
            known = [part for part in leaves if part in self.graph.written]
        return [self.graph.nodes[part].value for part in known]

    def line_of_error(self, parameter: int, chain: Sequence[tuple[int, float | None]]) -> int:
        """Return the line that made δ, which multiplies what entered with a weight; 0 without."""
        nodes, entering = self.graph.nodes, {self.entering.get(parameter, -1)}
        for node, _ in reversed(chain):  # (η x) δ: from x outwards
            made = nodes[node]
            others = [part for part in made.operands if part not in entering]
            if made.name != "*" or len(others) == len(made.operands):
                continue
            computed = [part for part in others if nodes[part].name != LEAF]
            if computed:
                return nodes[computed[0]].line
            entering.add(node)
        return 0
