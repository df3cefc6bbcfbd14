"""The steps of a training beside the derivatives of what the program itself computed."""

import math
import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from clearprop._typing import FloatArray
from clearprop.check.script.child.arrays.matrices import BIAS_INSIDE
from clearprop.check.script.child.arrays.origins import origins
from clearprop.check.script.child.arrays.steps import Steps
from clearprop.check.script.child.arrays.updates import Update
from clearprop.check.script.child.graphs.graph import RIGHT, Graph, WayBack
from clearprop.check.script.child.graphs.guarded import without_guards
from clearprop.check.script.child.graphs.rules import REARRANGING, OpaqueError
from clearprop.check.script.child.graphs.slipping import right_ones, slips, without_decay
from clearprop.check.script.child.graphs.totals import SCALING, Total, totals
from clearprop.check.script.observed import Derived, Descent, Piece, Slipped
from clearprop.check.slips import Slip

MAX_DESCENTS = 3
MAX_PARAMETERS = 60
MAX_TOTALS, MAX_ALIKE = 6, 3
"""E that are told of: in all, and of one place in the program."""
SECONDS = 2.0
"""Of processor time."""
SECONDS_OF_SLIPS = 0.6
"""Of processor time, in which slips on the way back are looked for in a step."""
SAMPLE = 6000
"""Entries of an array that tell whether it is a multiple of another."""
LINEAR = frozenset(["+", "-", "negative", "sum", "mean", "average"])
"""Operations that are linear in all their operands."""
NUMBERS = 600_000
"""Of all arrays that are told of."""


def descents(steps: Steps, seconds: float = SECONDS) -> list[Descent]:
    """Return the first steps, each with the E whose derivatives look most like it.

    The search ends after so much processor time, if that is less than it takes anyway.
    """
    until = time.process_time() + min(seconds, SECONDS)
    found: list[Told] = []
    left, after = NUMBERS, 0
    for update in steps.updates:
        if update.time <= after or len(found) == MAX_DESCENTS or time.process_time() > until:
            continue
        told = descent_of(steps, update.time - 1, after, until)
        if told is None:
            continue
        if differs(steps, told.at, update.time - 1):  # that update was of no parameter
            told = descent_of(steps, told.at, after, until) or told
        if found and time.process_time() > until:  # not every E was looked at
            break
        after = told.end
        left -= size_of(told.descent)
        if left < 0:
            break
        found.append(told)
    return with_slips(found, min(seconds, SECONDS_OF_SLIPS))


def with_slips(steps: Sequence["Told"], seconds: float) -> list[Descent]:
    """Return the steps with the slips on the way back that explain them.

    In the step of the most parameters every slip is looked for, in others those that it shows.
    """
    descents = {number: step.descent for number, step in enumerate(steps)}
    known: set[tuple[Slip, int]] | None = None
    for number in sorted(descents, key=lambda n: -len(descents[n].parameters)):
        if known != set():
            told = descents[number] = slipped(steps[number], known, seconds)
            known = {(slip.slip, slip.line) for total in told.totals for slip in total.slipped}
    return list(descents.values())


def slipped(step: "Told", known: set[tuple[Slip, int]] | None, seconds: float) -> Descent:
    """Return a step with the slips on the way back to the E that most of its arrays go down."""
    own = [n for n, (_, total, _) in enumerate(step.found) if total.kind == "own"]
    if not own:
        return step.descent

    def many_right(n: int) -> int:
        slopes = step.found[n][2]
        return right_ones(without_decay(step.graph, step.taken, slopes), slopes)

    number = max(own, key=many_right)
    _, total, slopes = step.found[number]
    until = time.process_time() + seconds
    made = slips(step.graph, total.seeds, slopes, step.taken, until, known)
    room = NUMBERS // MAX_DESCENTS - size_of(step.descent)
    numbers = max(1, sum(slope.size for slope in step.descent.totals[number].slopes))
    told = [
        Slipped(each.slip, each.line, tuple(given(each.slopes, [*step.taken])))
        for each in made[: max(1, room // numbers)]
    ]
    totals = list(step.descent.totals)
    totals[number] = replace(totals[number], slipped=tuple(told))
    return replace(step.descent, totals=tuple(totals))


Found = tuple[float, Total, dict[int, FloatArray]]
"""How much its derivatives look like the step, an E, and the derivatives."""


class Told(NamedTuple):
    """A step, a moment at which its E was computed, and the time of its last change."""

    descent: Descent
    at: int
    end: int
    graph: Graph
    found: list[Found]
    """Of which the descent tells."""
    taken: dict[int, FloatArray]
    """Before − after of its parameters."""


def alive(steps: Steps, at: int) -> dict[int, Update]:
    """Return what is to be changed after a moment and stands already, by its content."""
    moved: dict[int, Update] = {}
    for birth, update in zip(steps.births, steps.updates, strict=True):
        if birth <= at < update.time:
            moved.setdefault(update.before, update)
    arrays = {each: update for each, update in moved.items() if steps.history.shape(each)}
    return arrays or moved  # single numbers beside arrays are sums of losses


def differs(steps: Steps, one: int, other: int) -> bool:
    """Return whether other arrays are parameters at one moment than at another."""
    if steps.twins_at(one) != steps.twins_at(other):
        return True
    return alive(steps, one) != alive(steps, other)


def descent_of(steps: Steps, at: int, start: int, until: float) -> Told | None:
    """Return the step after a moment, with the E whose derivatives look most like it."""
    moved = alive(steps, at)
    if not moved:
        return None
    changed = [
        update.after
        for birth, update in zip(steps.births, steps.updates, strict=True)
        if birth <= at < update.time and update.before in moved
    ]
    graph = Graph(steps.history, moved, start, end_of_step(steps, moved, start), changed)
    contents = steps.trace.contents
    twins = steps.twins_at(at)
    best: list[Found] = []
    unguarded = without_guards(graph)
    ways = [RIGHT] if unguarded is None else [RIGHT, unguarded]
    for each, slopes in derivatives(graph, ways):
        if time.process_time() > until:
            break
        if not steps.by_hand and is_output(graph, each):
            continue
        alike = [
            likeness(contents[c] - contents[moved[c].after], g)
            for c, g in slopes.items()
            if c not in twins
        ]
        if alike:
            worth = sum(alike) / len(alike) + len(alike)
            best.append((worth, each._replace(repeats=graph.repeats), slopes))
    best = varied(best)
    reached = [c for c in moved if any(c in slopes for _, _, slopes in best)]
    if not reached:
        return None
    told = [content for content in reached if content not in twins]
    met = graph.nodes[best[0][1].seeds[0][0]].operation.time
    until_next = next_pass(steps, moved, told, start, met)
    told = [content for content in told if moved[content].time <= until_next]
    told.sort(key=lambda content: graph.used.get(content, 0))
    if not told or len(told) > MAX_PARAMETERS:
        return None
    pieces = []
    names = names_of(steps, [moved[content] for content in told])
    for content in told:
        update = moved[content]
        made_of, lines = origins(steps.history, update, start)
        before, after = contents[content], contents[update.after]
        sources = tuple(
            replace(each, array=sample(each.array)) for each in made_of if each.array.size
        )
        pieces.append(
            Piece(
                sample(before),
                sample(after),
                update.place,
                update.line,
                sources,
                *lines,
                names[content],
            )
        )
    taken = {c: contents[c] - contents[moved[c].after] for c in told}
    derived = [
        Derived(each.kind, each.line, each.errors, tuple(given(slopes, told)), each.repeats)
        for _, each, slopes in best
    ]
    end = max(moved[content].time for content in told)
    parameters = alive(steps, met).keys() | steps.unmoved.factors
    open_ones = products_with(steps, parameters, start, met) - set(reached)
    whole = all(is_part_of_one(steps, content, reached) for content in open_ones)
    whole = whole and not steps.has_unseen(moved, start, end)
    samples, first = samples_of(steps, told, start, met)
    descent = Descent(tuple(pieces), tuple(derived), whole, samples, first, steps.by_hand)
    return Told(descent, met, end, graph, best, taken)


def derivatives(
    graph: Graph, ways: Sequence[WayBack]
) -> Iterator[tuple[Total, dict[int, FloatArray]]]:
    """Yield each E with ∂E/∂θ of each θ, once more for each way back that makes another one."""
    for total in totals(graph):
        known: list[dict[int, FloatArray]] = []
        for way in ways:
            graph.repeats = False
            try:
                slopes = graph.gradients(total.seeds, way)
            except (OpaqueError, ValueError, TypeError, IndexError, FloatingPointError):
                continue
            if not any(are_near(slopes, other) for other in known):
                known.append(slopes)
                yield total, slopes


def are_near(ones: Mapping[int, FloatArray], others: Mapping[int, FloatArray]) -> bool:
    """Return whether all derivatives are the same but for rounding."""
    return ones.keys() == others.keys() and all(
        np.allclose(ones[c], others[c], rtol=1e-9, atol=0) for c in ones
    )


def end_of_step(steps: Steps, moved: dict[int, Update], start: int) -> int:
    """Return when weights that were changed are multiplied first: what follows is another step.

    A state that a recurrence hands on would lead back from there to what they were before.
    """
    since: dict[int, int] = {}
    operands: set[int] = set()
    find, contents = steps.trace.find, steps.trace.contents
    changes = sorted((update for update in moved.values()), key=lambda update: update.time)
    for operation in steps.history.between(start, steps.history.now + 1):
        while changes and changes[0].time < operation.time:
            update = changes.pop(0)
            if update.before in operands or find(contents[update.before].T) in operands:
                since[update.after] = update.time
        if operation.name != "@":
            continue
        if any(part in since or find(contents[part].T) in since for part in operation.operands):
            return operation.time
        operands.update(operation.operands)
    return steps.history.now + 1


def samples_of(steps: Steps, told: Sequence[int], start: int, end: int) -> tuple[int, bool]:
    """Return how many samples meet each weight matrix, and whether that stands first."""
    contents, find = steps.trace.contents, steps.trace.find
    weights = {c for c in told if steps.history.shape(c)}
    weights |= {turned for c in weights if (turned := find(contents[c].T)) is not None}
    met = {
        (contents[v].shape[-1], True) if u in weights else (contents[u].shape[0], False)
        for operation in steps.history.between(start, end)
        if operation.name == "@" and len(operation.operands) == 2
        for u, v in [operation.operands]
        if (u in weights) != (v in weights) and contents[u].ndim == contents[v].ndim == 2
    }
    return met.pop() if len(met) == 1 else (0, False)


def names_of(steps: Steps, updates: Sequence[Update]) -> dict[int, str]:
    """Return what parameters are called of which several are changed at one place, as in a loop.

    ``p -= lr * d`` for p in (W, b) changes them at ``p``; they were stored at ``W`` and ``b``.
    """
    times = Counter(update.place for update in updates)
    shared = {place for place, number in times.items() if number > 1}
    stored: dict[int, str] = {}
    for seen in steps.trace.seen if shared else ():
        if seen.place and seen.place not in shared:
            stored.setdefault(seen.content, seen.place)
    for update in steps.updates:  # what it becomes has its place
        if update.place in shared and update.before in stored:
            stored.setdefault(update.after, stored[update.before])
    return {
        each.before: stored.get(each.before, "") if each.place in shared else "" for each in updates
    }


def next_pass(
    steps: Steps, moved: dict[int, Update], told: Sequence[int], start: int, met: int
) -> int:
    """Return when a parameter goes forward that was changed: what changes later, does not now."""
    products = [
        each for each in steps.history.between(start, steps.history.now) if each.name == "@"
    ]
    places = {
        part: place
        for each in reversed(products)
        if each.time <= met
        for place, part in enumerate(each.operands)
        if part in told
    }
    changed = {moved[c].after: (place, moved[c].time) for c, place in places.items()}
    for each in products:
        for place, part in enumerate(each.operands):
            if part in changed and changed[part][0] == place and changed[part][1] < each.time:
                return each.time
    return steps.history.now + 1


def varied(found: list[Found]) -> list[Found]:
    """Return the likeliest, of each place in the program a few."""
    places: dict[tuple[int, int], int] = {}
    kept = []
    for each in sorted(found, key=lambda one: -one[0]):
        place = each[1].line, each[1].errors
        places[place] = places.get(place, 0) + 1
        if places[place] <= MAX_ALIKE:
            kept.append(each)
    return kept[:MAX_TOTALS]


def products_with(steps: Steps, moved: Collection[int], start: int, end: int) -> set[int]:
    """Return which of the parameters stand in products meanwhile, also transposed."""
    turned = {
        steps.trace.find(steps.trace.contents[c].T): c for c in moved if steps.history.shape(c)
    }
    return {
        turned.get(part, part)
        for operation in steps.history.between(start, end)
        if operation.name == "@"
        for part in operation.operands
        if part in moved or part in turned
    }


def is_part_of_one(steps: Steps, content: int, reached: Sequence[int]) -> bool:
    """Return whether a content is one of these matrices without the row, or column, of its bias."""
    part, contents = steps.trace.contents[content], steps.trace.contents
    wholes = [contents[c] for c in reached if contents[c].ndim == 2]
    return any(
        np.array_equal(whole[weights], turned)
        for whole in wholes
        for weights, _ in BIAS_INSIDE
        for turned in (part, part.T)
    )


def given(slopes: dict[int, FloatArray], told: Sequence[int]) -> list[FloatArray]:
    """Return the derivatives by these parameters; an empty array for one that E lacks."""
    return [sample(np.asarray(slopes.get(c, np.zeros(0)), dtype=float)) for c in told]


def sample(array: FloatArray) -> FloatArray:
    """Return an array, or some of its entries, the same for all arrays of that size, in pairs."""
    if array.size <= SAMPLE:
        return array
    every = -(-array.size // SAMPLE)
    while math.gcd(every, array.shape[-1]) > 1:  # some of all columns
        every += 1
    some = array.ravel()[::every]
    return some[: len(some) // 2 * 2].reshape(-1, 2)


def is_output(graph: Graph, total: Total) -> bool:
    """Return whether E is linear in the parameters: an output, which no training goes down.

    Of a single one, every multiple of its derivatives points the same way, whatever the error is.
    """
    if total.kind != "own" or len(total.seeds) > 1 or total.errors > 1:
        return False
    waiting = [total.seeds[0][0]]
    while waiting:
        node = graph.nodes[waiting.pop()]
        name, inner = node.operation.name, [each for each in node.sources if each is not None]
        divides = name == "/" and node.sources[0] is None
        scales = name in SCALING and len(inner) == 1 and not divides
        if not scales and name not in LINEAR | REARRANGING:
            return False
        waiting += [each for each in inner if each >= 0]
    return True


def likeness(taken: FloatArray, slope: FloatArray) -> float:
    """Return the size of the cosine between two arrays; 0 where one is 0, or of another shape."""
    if taken.shape != np.shape(slope):
        return 0.0
    sizes = float(np.linalg.norm(taken)) * float(np.linalg.norm(slope))
    cosine = abs(float(np.vdot(taken, slope))) / sizes if sizes else 0.0
    return cosine if np.isfinite(cosine) else 0.0


def size_of(descent: Descent) -> int:
    """Return how many numbers a descent holds."""
    pieces = sum(
        2 * piece.before.size + sum(each.array.size for each in piece.made_of)
        for piece in descent.parameters
    )
    derived = [each for total in descent.totals for each in (total, *total.slipped)]
    return pieces + sum(slope.size for each in derived for slope in each.slopes)
