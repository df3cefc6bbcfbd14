"""The steps of a training with single numbers, beside the derivatives of what it computes.

Whatever the numbers are parameters of, what the program computes of them can be differentiated.
"""

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from clearprop.check.script.child.scalars.changes import Changes
from clearprop.check.script.child.scalars.graph import LEAF
from clearprop.check.script.child.scalars.places import Update, common
from clearprop.check.script.child.scalars.slopes import UnknownSlopeError, slopes
from clearprop.check.script.child.scalars.steps import ScalarSteps
from clearprop.check.script.observed import Derived, Descent, Piece

MAX_DESCENTS = 3
MAX_PARAMETERS = 2000
MAX_LINES, MAX_TOTALS = 12, 6
"""Lines whose numbers are taken for what a program goes down; E that are told of."""
SECONDS = 1.5
"""Of processor time."""
ADDING = ("+", "-", "sum")


class Seeded(NamedTuple):
    """An E: what it is, its line, how many differences of outputs and targets, and ∂E/∂w."""

    kind: str
    line: int
    errors: int
    seeds: dict[int, float]


class Parameter(NamedTuple):
    """A number that is learned: the update of this step, and which one of all it is."""

    update: Update
    bit: int


def descents(steps: ScalarSteps, seconds: float = SECONDS) -> list[Descent]:
    """Return the first steps, each with the E whose derivatives look most like it."""
    until = time.process_time() + min(seconds, SECONDS)
    learning = Learning(steps)
    found: list[Descent] = []
    for start, end in learning.windows():
        if len(found) == MAX_DESCENTS or time.process_time() > until:
            break
        descent = learning.descent(start, end, until)
        if descent is not None:
            found.append(descent)
    return found


class Learning:
    """What a program learns, and on which of its parameters each of its numbers depends.

    A parameter is a number that is replaced by itself and something that was computed of it; what
    only grows, such as a sum over the samples, is none.

    Parameters
    ----------
    steps : ScalarSteps
    """

    def __init__(self, steps: ScalarSteps) -> None:
        self.steps, self.graph = steps, steps.graph
        becomes: dict[int, set[int]] = defaultdict(set)
        for update in steps.learned:
            becomes[update.before].add(update.after)
        shared = {before for before, after in becomes.items() if len(after) > 1}
        self.fresh = set().union(*(becomes[before] for before in shared))
        """What took the place of a 0 in which several numbers began: sums, and parameters."""
        self.updates = {u.before: u for u in steps.learned if u.before not in shared}
        self.made_by = {update.after: update for update in self.updates.values()}
        self.root: dict[int, int] = {}
        """The bit of every parameter, before its changes and after."""
        self.masks: dict[int, int] = {}
        """The bits of the parameters that a number depends on; only those that depend on any."""
        self.moved: dict[int, Update] = {}
        self.go_through()

    def go_through(self) -> None:
        """Find the parameters, in the order of time."""
        bits: dict[int, int] = {before: 1 << n for n, before in enumerate(self.updates)}
        for number, node in enumerate(self.graph.nodes):
            mask = 0
            for part in node.operands:
                mask |= self.masks.get(part, 0)
            update = self.made_by.get(number)
            if update is not None and self.is_learned(update, number, bits):
                root = self.root.setdefault(update.before, bits[update.before])
                self.root[number] = root
                self.moved[update.before] = update
                mask = root
            elif number in bits:
                mask |= bits[number]
            if mask:
                self.masks[number] = mask

    def is_learned(self, update: Update, number: int, bits: Mapping[int, int]) -> bool:
        """Return whether what is added to a number was computed of it."""
        before = update.before
        bit = self.root.get(before, bits[before])
        computed = self.masks.get(before, 0) != bit and before not in self.fresh
        if before not in self.root and computed:
            return False
        waiting, others = [number], 0
        while waiting:
            node = self.graph.nodes[waiting.pop()]
            if node.name in ADDING and update.before in node.operands:
                for part in node.operands:
                    others |= 0 if part == update.before else self.masks.get(part, 0)
            elif node.name in ADDING:
                waiting += [part for part in node.operands if part > update.before]
        return bool(others & bit)

    def windows(self) -> Iterator[tuple[int, int]]:
        """Yield the steps: from where parameters go forward, to where they do so again, changed.

        They go forward in the line that first multiplies one of them, or adds it.
        """
        first: dict[int, tuple[int, str]] = {}
        start: int | None = None
        moved: set[int] = set()
        for number, node in enumerate(self.graph.nodes):
            if number in self.root and number in self.made_by:
                moved.add(number)
                continue
            mine = [part for part in node.operands if part in self.root]
            for part in mine:
                bit = self.root[part]
                place = node.line, node.name
                first.setdefault(bit, place)
                if start is None:
                    start = number
                elif part in moved and first[bit] == place:
                    yield start, number
                    start, moved = number, set()
                    break
        if start is not None and moved:
            yield start, len(self.graph.nodes)

    def descent(self, start: int, end: int, until: float) -> Descent | None:
        """Return the step between two times; None where nothing is learned."""
        mine = {
            before: update
            for before, update in self.moved.items()
            if start <= update.after < end and before < update.after
        }
        if not 0 < len(mine) <= MAX_PARAMETERS:
            return None
        leaves = {before: self.root[before] for before in mine}
        inside = self.depending(start, end, leaves)
        groups = self.groups(mine, start, end)
        found: list[tuple[float, Seeded, dict[int, float]]] = []
        for each in [*self.own(inside, mine, start, end), *self.losses(inside, start, end)]:
            if time.process_time() > until:
                break
            try:
                slope = slopes(self.graph, each.seeds, inside, leaves)
            except UnknownSlopeError:
                continue
            found.append((self.likeness(slope, mine), each, slope))
        found.sort(key=lambda one: -one[0])
        found = found[:MAX_TOTALS]
        if not found:
            return None
        reached = set().union(*(slope for _, _, slope in found))
        told = [kept for group in groups if (kept := [node for node in group if node in reached])]
        happened = Changes(self.graph, self.steps.held, mine, self.steps.entering, start, end)
        pieces: list[Piece] = [happened.piece(np.array(group)) for group in told]
        derived = tuple(
            Derived(
                each.kind,
                each.line,
                each.errors,
                tuple(np.array([slope.get(n, 0.0) for n in group]) for group in told),
            )
            for _, each, slope in found
        )
        return Descent(tuple(pieces), derived, whole=reached == set(mine))

    def depending(self, start: int, end: int, leaves: Mapping[int, int]) -> dict[int, int]:
        """Return the parameters that each number of a step depends on, before their changes."""
        inside = dict(leaves)
        for number in range(start, end):
            if number in self.root and number in self.made_by:
                continue
            mask = 0
            for part in self.graph.nodes[number].operands:
                mask |= inside.get(part, 0)
            if mask:
                inside[number] = mask
        return inside

    def groups(self, mine: Mapping[int, Update], start: int, end: int) -> list[list[int]]:
        """Return the parameters of one place and of one depth together, in the order of use."""
        depth: dict[int, int] = {}
        level: dict[int, int] = {}
        for number in range(start, end):
            if number in self.root and number in self.made_by:
                continue
            node = self.graph.nodes[number]
            below = max((level.get(part, 0) for part in node.operands), default=0)
            for part in node.operands:
                if part in mine and part not in depth:
                    depth[part] = below if node.name == "*" else 0
            learns = any(part in mine for part in node.operands)
            level[number] = below + (learns and node.name == "*")
        groups: dict[tuple[str, int], list[int]] = defaultdict(list)
        for before, update in mine.items():
            if before in depth:
                groups[common(update.place), depth[before]].append(before)
        return list(groups.values())

    def own(
        self, inside: Mapping[int, int], mine: Mapping[int, Update], start: int, end: int
    ) -> Iterator[Seeded]:
        """Yield the numbers that depend on the parameters, and that nothing but sums goes on from.

        Of each line the last one, and all together where there are several.
        """
        ends: set[int] = set()
        changed = {update.after for update in mine.values()}
        for number in range(end - 1, start - 1, -1):
            if number not in inside or number in changed:
                continue
            after = [each for each in self.graph.consumers.get(number, ()) if each < end]
            if all(each in ends and self.is_scaling(each, inside) for each in after):
                ends.add(number)
        lines: dict[tuple[int, str], list[int]] = defaultdict(list)
        for number in sorted(ends):
            node = self.graph.nodes[number]
            if node.name != LEAF:
                lines[node.line, node.name].append(number)
        most = max((inside[n].bit_count() for n in ends), default=0)
        latest = sorted(lines.items(), key=lambda each: -each[1][-1])
        for (line, _), numbers in latest[:MAX_LINES]:
            if inside[numbers[-1]].bit_count() == most:
                yield Seeded("own", line, 0, {numbers[-1]: 1.0})
            if len(numbers) > 1:
                apart = [n for n in numbers if not ends & set(self.graph.consumers.get(n, ()))]
                if apart:
                    yield Seeded("own", line, len(apart), dict.fromkeys(apart, 1.0))

    def is_scaling(self, number: int, inside: Mapping[int, int]) -> bool:
        """Return whether a number is a sum, or something times a number that is never learned."""
        node = self.graph.nodes[number]
        if node.name in ("+", "sum", "sqrt", "round"):
            return True
        others = [part for part in node.operands if part in inside]
        constants = [self.graph.nodes[p].value for p in node.operands if p not in inside]
        return node.name in ("*", "/") and len(others) == 1 and all(c > 0 for c in constants)

    def losses(self, inside: Mapping[int, int], start: int, end: int) -> Iterator[Seeded]:
        """Yield usual losses of outputs that met their targets in a difference."""
        met: dict[int, list[tuple[int, float, float]]] = defaultdict(list)
        for number in range(start, end):
            node = self.graph.nodes[number]
            if node.name != "-" or len(node.operands) != 2 or number not in inside:
                continue
            dependent = [part in inside for part in node.operands]
            if sum(dependent) != 1:
                continue
            a, y = node.operands if dependent[0] else node.operands[::-1]
            values = self.graph.nodes[a].value, self.graph.nodes[y].value
            met[node.line].append((a, *values))
        for line, several in list(met.items())[-MAX_LINES:]:
            for some in [several[-1:], several] if len(several) > 1 else [several]:
                yield from usual(line, some)

    def likeness(self, slope: Mapping[int, float], mine: Mapping[int, Update]) -> float:
        """Return the cosine between a step and derivatives, and the share of it that they tell."""
        names = list(mine)
        values = self.graph.nodes
        taken = np.array([values[n].value - values[mine[n].after].value for n in names])
        right = np.array([slope.get(n, 0.0) for n in names])
        sizes = float(np.linalg.norm(taken) * np.linalg.norm(right))
        cosine = float(taken @ right) / sizes if sizes else 0.0
        return cosine + len(slope) / len(names) if np.isfinite(cosine) else 0.0


def usual(line: int, met: Sequence[tuple[int, float, float]]) -> Iterator[Seeded]:
    """Yield the losses of these outputs a with targets y."""
    slopes_of = {
        "squared error": lambda a, y: a - y,
        "binary cross-entropy": lambda a, y: (a - y) / (a * (1 - a)),
        "categorical cross-entropy": lambda a, y: -y / a,
    }
    for kind, slope in slopes_of.items():
        try:
            seeds: dict[int, float] = defaultdict(float)
            for node, a, y in met:
                seeds[node] += slope(a, y)
        except ZeroDivisionError:
            continue
        yield Seeded(kind, line, len(met), dict(seeds))
