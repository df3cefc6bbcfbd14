"""Find the steps of a training with single numbers: layers, samples and targets of each."""

import itertools
from collections import defaultdict
from collections.abc import Sequence, Set

import numpy as np

from clearprop._typing import FloatArray
from clearprop.check.script.child.scalars.changes import Changes
from clearprop.check.script.child.scalars.layers import NoLayersError, Plan, planned
from clearprop.check.script.child.scalars.neurons import Neuron, Neurons, passes
from clearprop.check.script.child.scalars.outputs import followed, in_the_same_order
from clearprop.check.script.child.scalars.parameters import (
    is_by_differences,
    of_parameters,
    parts_of,
)
from clearprop.check.script.child.scalars.places import Update
from clearprop.check.script.child.scalars.recording import ScalarRecorder
from clearprop.check.script.child.scalars.renamed import under_new_names
from clearprop.check.script.observed import MAX_RUNS, ObservedStep, Run

MAX_STEPS, LATEST = 3, 12
"""Steps that are looked at, and more than these that change nothing."""
MAX_SEEN, MAX_TARGETS = 40, 12


class ScalarSteps:
    """The steps of the training of a program with single numbers as weights.

    Parameters
    ----------
    recorder : ScalarRecorder
    """

    def __init__(self, recorder: ScalarRecorder) -> None:
        self.graph, self.held = recorder.graph, recorder.held
        self.graph.__dict__.pop("consumers", None)
        updates = recorder.updates or list(under_new_names(recorder))
        self.learned = [u for u in updates if not is_by_differences(self.graph, u)]
        self.arrange(self.learned)

    def arrange(self, learned: Sequence[Update]) -> None:
        """Take these updates for those of parameters."""
        inner: set[int] = set()  # a sum that grows holds no parameters
        for neuron in Neurons(self.graph, learned):
            inner |= parts_of(self.graph, neuron)
        self.updates = [update for update in learned if update.after not in inner]
        self.last: dict[int, Update] = {}
        for update in self.updates:
            self.last[update.before] = update
        self.neurons = Neurons(self.graph, self.updates)
        self.sums = list(self.neurons)
        self.entering: dict[int, int] = {}
        """What each weight of the step that is looked at multiplies."""
        self.first: dict[int, int] = {}
        """What a parameter was before all its changes."""
        for update in sorted(self.last.values(), key=lambda each: each.after):
            self.first.setdefault(update.after, self.first.get(update.before, update.before))

    def find(self) -> list[ObservedStep]:
        """Return the first steps of the training; those with parameters that look alike last.

        Where sums have places of the same name as weights, in matrices of the program's own, what
        was computed of parameters is none.
        """
        steps = self.steps()
        if not steps:
            self.arrange(of_parameters(self.graph, self.learned))
            steps = self.steps()
        return steps

    def steps(self) -> list[ObservedStep]:
        """Return the first steps of these parameters; such as change nothing, where all do so."""
        steps: list[ObservedStep] = []
        resting: list[ObservedStep] = []
        for neurons in self.between_changes():
            try:
                step = self.step(neurons)
            except NoLayersError:
                continue
            (steps if step.moves else resting).append(step)
            if MAX_STEPS in (len(steps), len(resting) - LATEST):
                break
        return (steps or resting)[:MAX_STEPS]

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
        plan = planned(self.neurons, ways[-1])
        parameters = [int(p) for W in plan.weights for p in W.ravel()]
        if len(set(parameters)) < len(parameters):
            raise NoLayersError
        cutoff = self.next_forward(parameters, set(map(self.rooted, ways[-1])))
        changes = [self.last[p] for p in parameters if p in self.last]
        changes = [update for update in changes if update.after < cutoff]
        if not changes:
            raise NoLayersError
        self.entering = {
            int(term.parameter): int(term.entering)
            for neuron in ways[-1]
            for term in neuron.weights
            if term.parameter is not None and term.entering is not None
        }
        start = ways[0][0].z
        happened = Changes(self.graph, self.held, self.last, self.entering, start, cutoff)
        layers = tuple(
            happened.layer(W, biases) for W, biases in zip(plan.weights, plan.biases, strict=True)
        )
        used = self.going_into([update.after for update in changes], start)
        runs = self.runs(ways, plan, used, max(update.time for update in changes))
        values = [self.graph.nodes[h.node].value for h in self.held if start <= h.time]
        numbers = np.array(list(dict.fromkeys(values))[:2000], dtype=float)
        outputs = {way[place].z for way in ways for place in plan.order[-1]}
        of_all = len(ways) <= MAX_RUNS and outputs <= used
        return ObservedStep(layers, runs, numbers, of_all=of_all)

    def runs(
        self, ways: Sequence[Sequence[Neuron]], plan: Plan, used: Set[int], end: int
    ) -> tuple[Run, ...]:
        """Return the ways through the layers in a step that ends with its last change."""
        kept = self.different(ways, plan.order[-1], used)[-MAX_RUNS:]
        together = self.is_together(kept)
        after = [end if together else way[0].z for way in kept[1:]] + [end]
        met = [
            followed(self.graph, [way[place].z for place in plan.order[-1]], until)
            for way, until in zip(kept, after, strict=True)
        ]
        aligned = in_the_same_order([targets for _, targets in met])
        return tuple(
            self.run(way, plan, seen, targets)
            for way, (seen, _), targets in zip(kept, met, aligned, strict=True)
        )

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

    def different(
        self, ways: Sequence[Sequence[Neuron]], outputs: Sequence[int], used: Set[int]
    ) -> list[Sequence[Neuron]]:
        """Return the ways without those that the same sample went again: one that was used.

        A program may go forward anew for each of the numbers of its gradient, or once more where a
        step has been taken and another begins: nothing becomes of what comes out of the one before.
        """
        found: list[Sequence[Neuron]] = []
        for _, again in itertools.groupby(ways, self.entered):
            alike = list(again)
            gone_on = (way for way in alike if all(way[place].z in used for place in outputs))
            found.append(next(gone_on, alike[0]))
        return found

    def entered(self, way: Sequence[Neuron]) -> tuple[float, ...]:
        """Return the numbers that entered the neurons of a way."""
        return tuple(self.graph.value(term.entering) for neuron in way for term in neuron.weights)

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
            inputs.append(np.array([[self.graph.value(entering[int(p)]) for p in column]]))
        return Run(tuple(inputs), tuple(seen[:MAX_SEEN]), tuple(targets[:MAX_TARGETS]))
