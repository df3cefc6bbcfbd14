"""Put single numbers together: weight matrices, samples and targets of the steps of a training."""

from collections import Counter, defaultdict
from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Any

import numpy as np

from clearprop._typing import FloatArray
from clearprop.check.script.child.scalars.graph import LEAF
from clearprop.check.script.child.scalars.neurons import Neuron, Neurons, Term, passes
from clearprop.check.script.child.scalars.recording import ScalarRecorder, Update
from clearprop.check.script.observed import (
    Candidate,
    ObservedLayer,
    ObservedStep,
    Piece,
    Run,
)

MAX_STEPS = 3
MAX_RUNS = 100
MAX_SEEN, MAX_TARGETS, MAX_MADE = 40, 12, 8
NUDGE, NEAR = 1e-3, 4
"""The largest h of a difference of losses, and the operations after which it is looked for."""
SAME_AMOUNT = 1e-14
"""Relative difference of changes that are one but for rounding."""
Place = tuple[int, int]
"""The line where outputs met something, and how many others they met there before."""
MANY = -1
"""The owner of a node that several outputs went into."""


class NoLayersError(Exception):
    """The neurons make no layers."""


@dataclass(frozen=True)
class Plan:
    """The places of a step's parameters in its weight matrices, the same for every sample."""

    order: tuple[tuple[int, ...], ...]
    """Of each layer, the places of its neurons in a way through all."""
    weights: tuple[Any, ...]
    """Of each layer, the node of each weight, (n_in, n_out)."""
    biases: tuple[tuple[tuple[int | None, float, int], ...] | None, ...]
    """Of each layer, node, value and sign of each bias."""


class ScalarSteps:
    """The steps of the training of a program with single numbers as weights.

    Parameters
    ----------
    recorder : ScalarRecorder
    """

    def __init__(self, recorder: ScalarRecorder) -> None:
        self.graph, self.held = recorder.graph, recorder.held
        self.graph.__dict__.pop("consumers", None)
        self.learned = [u for u in recorder.updates if not self.is_by_differences(u)]
        self.arrange(self.learned)

    def arrange(self, learned: Sequence[Update]) -> None:
        """Take these updates for those of parameters."""
        inner: set[int] = set()  # a sum that grows holds no parameters
        for neuron in Neurons(self.graph, learned):
            inner |= self.parts_of(neuron)
        self.updates = [update for update in learned if update.after not in inner]
        self.last: dict[int, Update] = {}
        for update in self.updates:
            self.last[update.before] = update
        self.neurons = Neurons(self.graph, self.updates)
        self.sums = list(self.neurons)
        self.entering: dict[int, int] = {}
        """What each weight of the step that is looked at multiplies."""
        self.cutoff = np.inf
        """When the next step begins: what changes later is none of this one."""
        self.first: dict[int, int] = {}
        """What a parameter was before all its changes."""
        for update in sorted(self.last.values(), key=lambda each: each.after):
            self.first.setdefault(update.after, self.first.get(update.before, update.before))

    def of_parameters(self, updates: Sequence[Update]) -> list[Update]:
        """Return the updates without those of numbers that were computed of parameters.

        An entry of a matrix of weighted sums, to which a bias is added, is such a one.
        """
        plain = {update.before for update in updates if not update.scaled}
        known = [update for update in updates if not (update.scaled and update.before in plain)]
        nodes = self.graph.nodes
        zeros = {n for n, node in enumerate(nodes) if node.name == LEAF and not node.value}
        shared = zeros.union(self.graph.constants.values())  # which stand in many places
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

    def is_by_differences(self, update: Update) -> bool:
        """Return whether a number is moved by a small constant, or by a difference of losses.

        So do programs that take their gradients as (L(w + h) − L(w)) / h, or compare them.
        """
        waiting = [(update.after, 0)]
        while waiting:
            node, depth = waiting.pop()
            made = self.graph.nodes[node]
            values = [self.graph.nodes[part].value for part in made.operands]
            names = [self.graph.nodes[part].name for part in made.operands]
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

    def parts_of(self, neuron: Neuron) -> set[int]:
        """Return the partial sums of a neuron."""
        parameters = {term.parameter for term in neuron.terms}
        found, waiting = set(), [neuron.z]
        while waiting:
            each = waiting.pop()
            if each in parameters or each in found:
                continue
            if self.graph.nodes[each].name in ("+", "-", "sum"):
                found.add(each)
                waiting += self.graph.nodes[each].operands
        return found

    def find(self) -> list[ObservedStep]:
        """Return the first steps of the training; those with parameters that look alike last.

        Where sums have places of the same name as weights, in matrices of the program's own, what
        was computed of parameters is none.
        """
        steps = self.steps()
        if not steps:
            self.arrange(self.of_parameters(self.learned))
            steps = self.steps()
        return steps

    def steps(self) -> list[ObservedStep]:
        """Return the first steps of these parameters."""
        steps: list[ObservedStep] = []
        for neurons in self.between_changes():
            try:
                steps.append(self.step(neurons))
            except NoLayersError:
                continue
            if len(steps) == MAX_STEPS:
                break
        return steps

    def between_changes(self) -> list[list[Neuron]]:
        """Return the neurons of the samples that went through the same parameters.

        A way through begins at the first neuron that goes forward again with changed weights. A
        sample that is 0 leaves weights as they are: then a step changes some parameters only.
        """
        roots = [self.rooted(neuron) for neuron in self.sums]
        labels: dict[frozenset[int | None], set[frozenset[int | None]]] = defaultdict(set)
        for neuron, root in zip(self.sums, roots, strict=True):
            labels[root].add(neuron.label)
        beginning = next(
            (root for root in roots if len(labels[root]) > 1), roots[0] if roots else None
        )
        ways: list[list[Neuron]] = []
        for neuron, root in zip(self.sums, roots, strict=True):
            if not ways or root == beginning:
                ways.append([])
            ways[-1].append(neuron)
        grouped: list[list[Neuron]] = []
        for way in ways:
            changed = max((p for n in way for p in n.label if p in self.first), default=0)  # type: ignore[type-var]
            if grouped and changed < grouped[-1][0].z:
                grouped[-1] += way
            else:
                grouped.append(way)
        return grouped

    def rooted(self, neuron: Neuron) -> frozenset[int | None]:
        """Return a neuron's label as it was before all changes."""
        return frozenset(p if p is None else self.first.get(p, p) for p in neuron.label)

    def step(self, neurons: Sequence[Neuron]) -> ObservedStep:
        """Return one step.

        Raises
        ------
        NoLayersError
            If its neurons make no layers.
        """
        ways = passes(neurons, self.rooted)
        plan = self.plan(ways[-1])
        parameters = [int(p) for W in plan.weights for p in W.ravel()]
        if len(set(parameters)) < len(parameters):
            raise NoLayersError
        self.cutoff = self.next_forward(parameters, set(map(self.rooted, ways[-1])))
        changes = [self.last[p] for p in parameters if p in self.last]
        ends = [update.time for update in changes if update.after < self.cutoff]
        if not ends:
            raise NoLayersError
        self.entering = {
            int(term.parameter): int(term.entering)
            for neuron in ways[-1]
            for term in neuron.weights
            if term.parameter is not None and term.entering is not None
        }
        start = ways[0][0].z
        layers = tuple(
            self.layer(W, biases, start)
            for W, biases in zip(plan.weights, plan.biases, strict=True)
        )
        kept = self.different(ways)[-MAX_RUNS:]
        together = self.is_together(kept)
        after = [max(ends) if together else way[0].z for way in kept[1:]] + [max(ends)]
        met = [
            self.followed([way[place].z for place in plan.order[-1]], until)
            for way, until in zip(kept, after, strict=True)
        ]
        aligned = in_the_same_order([targets for _, targets in met])
        runs = tuple(
            self.run(way, plan, seen, targets)
            for way, (seen, _), targets in zip(kept, met, aligned, strict=True)
        )
        values = [self.graph.nodes[h.node].value for h in self.held if start <= h.time]
        numbers = np.array(list(dict.fromkeys(values))[:2000], dtype=float)
        afters = [update.after for update in changes if update.after < self.cutoff]
        outputs = {way[place].z for way in ways for place in plan.order[-1]}
        of_all = len(ways) <= MAX_RUNS and outputs <= self.going_into(afters, start)
        return ObservedStep(layers, runs, numbers, of_all=of_all)

    def going_into(self, numbers: Sequence[int], start: int) -> set[int]:
        """Return the nodes from which others were computed, back to a start."""
        found: set[int] = set()
        waiting = list(numbers)
        while waiting:
            node = waiting.pop()
            if node >= start and node not in found:
                found.add(node)
                waiting += self.graph.nodes[node].operands
        return found

    def is_together(self, ways: Sequence[Sequence[Neuron]]) -> bool:
        """Return whether all samples went forward before anything became of an output."""
        if len(ways) < 2:
            return False
        output, last = ways[0][-1].z, ways[-1][0].z
        return ways[1][0].z < output or all(last < after for after in self.graph.consumers[output])

    def next_forward(self, parameters: Sequence[int], labels: Set[frozenset[int | None]]) -> float:
        """Return when parameters that were changed go forward: the next step begins there.

        That is in a neuron of one of these labels; some go back through changed weights.
        """
        changed = {self.last[p].after for p in parameters if p in self.last}
        again = (n.z for n in self.sums if not n.label.isdisjoint(changed))
        forward = {n.z for n in self.sums if self.rooted(n) in labels}
        return min((z for z in again if z in forward), default=np.inf)

    def plan(self, way: Sequence[Neuron]) -> Plan:
        """Return which weights belong to which layers."""
        sums = frozenset(neuron.z for neuron in way)
        places = {neuron.z: place for place, neuron in enumerate(way)}
        sources = [
            [self.neurons.sources(t.entering, sums) for t in neuron.weights]  # type: ignore[arg-type]
            for neuron in way
        ]
        level: list[int] = []
        for below in sources:
            levels = [level[places[z]] for each in below for z in each if places[z] < len(level)]
            level.append(1 + max(levels, default=0))
        depth = max(level)
        order = tuple(
            tuple(place for place, at in enumerate(level) if at == number)
            for number in range(1, depth + 1)
        )
        weights, biases = [], []
        for number, mine in enumerate(order):
            below = order[number - 1] if number else None
            matrix = [self.column(way, place, sources[place], below, places) for place in mine]
            if len({len(column) for column, _ in matrix}) != 1:
                raise NoLayersError
            weights.append(np.array([column for column, _ in matrix]).T)
            added = tuple(bias for _, bias in matrix)
            biases.append(None if all(b is None for b in added) else added)
        return Plan(
            order,
            tuple(weights),
            tuple(
                None if each is None else tuple(b or (None, 0.0, 1) for b in each)
                for each in biases
            ),
        )

    def column(
        self,
        way: Sequence[Neuron],
        place: int,
        sources: Sequence[frozenset[int]],
        below: Sequence[int] | None,
        places: dict[int, int],
    ) -> tuple[list[int], tuple[int | None, float, int] | None]:
        """Return a neuron's weights, in the order of the layer below, and its bias."""
        neuron = way[place]
        others = [term for term in neuron.terms if term.entering is None]
        if len(others) > 1:  # a sum begins with a 0, which is also what a bias began with
            others = [term for term in others if term.value or not self.is_leaf(term)]
        bias: tuple[int | None, float, int] | None = None
        if others:
            parameters = [term for term in others if term.parameter is not None]
            if len(parameters) > 1 or (parameters and len(others) > 1):
                raise NoLayersError
            total = sum(term.value * term.sign for term in others)
            bias = (None, total, 1)
            if parameters:
                bias = (parameters[0].parameter, parameters[0].value, parameters[0].sign)
        if below is None:
            return [int(term.parameter) for term in neuron.weights], bias  # type: ignore[arg-type]
        found: dict[int, int] = {}
        left = []
        for term, of in zip(neuron.weights, sources, strict=True):
            mine = [places[z] for z in of if places[z] in below]
            if len(mine) == 1 and mine[0] not in found:
                found[mine[0]] = int(term.parameter)  # type: ignore[arg-type]
            elif not mine:
                left.append(term)
            else:
                raise NoLayersError
        missing = [each for each in below if each not in found]
        for each, term in zip(missing, left, strict=False):  # a unit that gave a plain 0
            found[each] = int(term.parameter)  # type: ignore[arg-type]
        left = left[len(missing) :]
        if len(left) == 1 and bias is None and self.value(left[0].entering) == 1:
            bias = (left[0].parameter, left[0].value, 1)
        elif left:
            raise NoLayersError
        return [found[each] for each in below if each in found], bias

    def is_leaf(self, term: Term) -> bool:
        """Return whether a term is a number that was not computed."""
        return term.parameter is None or self.graph.nodes[term.parameter].name == LEAF

    def value(self, node: int | None) -> float:
        """Return the value of a node."""
        return float("nan") if node is None else self.graph.nodes[node].value

    def layer(self, W: Any, biases: Any, start: int) -> ObservedLayer:
        """Return the weights and biases of a layer, before and after the step."""
        weights = self.piece(W, start)
        bias = None
        if biases is not None:
            nodes = [node for node, _, _ in biases]
            signs = np.array([sign for _, _, sign in biases])
            if None not in nodes and len(set(nodes)) == len(nodes):
                piece = self.piece(np.array(nodes), start)
                after = None if piece.after is None else signs * piece.after
                bias = Piece(
                    signs * piece.before,
                    after,
                    piece.place,
                    piece.line,
                    piece.made_of,
                    weights.error_line,
                )
            else:
                values = np.array([value * sign for _, value, sign in biases])
                bias = Piece(values, None, "", 0)
        return ObservedLayer(weights, bias, first=False, turned=False)

    def piece(self, nodes: Any, start: int) -> Piece:
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
        chains = [self.origins(update, start) for update in known]
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

    def origins(self, update: Update, start: int) -> list[tuple[int, float | None]]:
        """Return what a step was made of, the last first: θ − η g, then g, each with its factor."""
        found: list[tuple[int, float | None]] = []
        waiting: list[tuple[int, float | None]] = [(update.after, None)]
        while waiting and len(found) < MAX_MADE:
            node, rate = waiting.pop(0)
            made = self.graph.nodes[node]
            numbers = [
                self.graph.nodes[part].value
                for part in made.operands
                if self.graph.nodes[part].name == LEAF and part < start
            ]
            if node != update.after:  # (η x) δ holds η too
                of_numbers = made.name == "*" and len(numbers) == len(made.operands)
                found.append((node, numbers[0] if of_numbers else rate))
            if made.name not in ("+", "-", "*", "/", "negative"):
                continue
            for part in made.operands:
                if part != update.before and part >= start:
                    factor = numbers[0] if numbers and made.name in "*/" else None
                    waiting.append((part, factor))
        return found

    def line_of_error(self, parameter: int, chain: Sequence[tuple[int, float | None]]) -> int:
        """Return the line that made δ, which multiplies what entered with a weight; 0 without."""
        for node, _ in chain:
            made = self.graph.nodes[node]
            if made.name == "*" and self.entering.get(parameter, -1) in made.operands:
                others = [p for p in made.operands if p != self.entering[parameter]]
                return self.graph.nodes[others[0]].line if others else 0
        return 0

    def different(self, ways: Sequence[Sequence[Neuron]]) -> list[Sequence[Neuron]]:
        """Return the ways without those that the same sample went just before.

        A program may go forward anew for each of the numbers of its gradient.
        """
        entered = [
            tuple(self.value(term.entering) for neuron in way for term in neuron.weights)
            for way in ways
        ]
        return [
            way
            for place, way in enumerate(ways)
            if not place or entered[place] != entered[place - 1]
        ]

    def run(
        self,
        way: Sequence[Neuron],
        plan: Plan,
        seen: Sequence[FloatArray],
        targets: Sequence[FloatArray],
    ) -> Run:
        """Return one way through the layers, and what became of its outputs."""
        inputs = []
        for number, mine in enumerate(plan.order):
            neuron = way[mine[0]]
            entering: dict[int | None, int | None] = {
                term.parameter: term.entering for term in neuron.weights
            }
            column = plan.weights[number][:, 0]
            inputs.append(np.array([[self.value(entering[int(p)]) for p in column]]))
        return Run(tuple(inputs), tuple(seen[:MAX_SEEN]), tuple(targets[:MAX_TARGETS]))

    def followed(
        self, outputs: Sequence[int], until: int
    ) -> tuple[list[FloatArray], dict[Place, FloatArray]]:
        """Return the arrays that outputs became, and those that they met, one number an output.

        What they met in a difference comes first: a target rather than a 1. Both are told by the
        line, and by how many there were before: a sum over the outputs begins as a number of the
        first of them alone.
        """
        owner = {z: k for k, z in enumerate(outputs)}
        mine: list[dict[Place, float]] = [{(0, 0): self.value(z)} for z in outputs]
        made: list[Counter[int]] = [Counter() for _ in outputs]
        met: list[list[tuple[int, str, float]]] = [[] for _ in outputs]
        for number in range(min(outputs) + 1, min(until, len(self.graph.nodes))):
            node = self.graph.nodes[number]
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
                    met[k].append((node.line, node.name, self.graph.nodes[part].value))
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
