"""The steps of a training beside the derivatives of what the program itself computed."""

import time
from collections.abc import Sequence

import numpy as np

from clearprop._typing import FloatArray
from clearprop.check.script.child.arrays.origins import origins
from clearprop.check.script.child.arrays.steps import Steps
from clearprop.check.script.child.arrays.updates import Update
from clearprop.check.script.child.graphs.graph import Graph
from clearprop.check.script.child.graphs.rules import OpaqueError
from clearprop.check.script.child.graphs.totals import Total, totals
from clearprop.check.script.messages import Descent, Derived, Piece

MAX_DESCENTS = 3
MAX_PARAMETERS = 60
MAX_TOTALS = 4
"""Of those whose derivatives look like the step, how many are told of."""
SECONDS = 1.0
"""Of processor time."""
NUMBERS = 600_000
"""Of all arrays that are told of."""


def descents(steps: Steps) -> list[Descent]:
    """Return the first steps, each with the E whose derivatives look most like it."""
    until = time.process_time() + SECONDS
    found: list[Descent] = []
    left, after = NUMBERS, 0
    for update in steps.updates:
        if update.time <= after or len(found) == MAX_DESCENTS or time.process_time() > until:
            continue
        moved = alive(steps, update.time - 1)
        graph = Graph(steps.history, moved, after, steps.history.now + 1)
        told = descent_of(steps, graph, moved, after, until)
        if told is None:
            continue
        descent, after = told
        left -= size_of(descent)
        if left < 0:
            break
        found.append(descent)
    return found


def alive(steps: Steps, at: int) -> dict[int, Update]:
    """Return what is to be changed after a moment and stands already, by its content."""
    moved: dict[int, Update] = {}
    for birth, update in zip(steps.births, steps.updates, strict=True):
        if birth <= at < update.time:
            moved.setdefault(update.before, update)
    return moved


def descent_of(
    steps: Steps, graph: Graph, moved: dict[int, Update], start: int, until: float
) -> tuple[Descent, int] | None:
    """Return one step with the E whose derivatives look most like it, and when it ends."""
    contents = steps.trace.contents
    twins = steps.twins_at(min(each.time for each in moved.values()) - 1)
    best: list[tuple[float, Total, dict[int, FloatArray]]] = []
    for each in totals(graph):
        if time.process_time() > until:
            break
        try:
            slopes = graph.gradients(each.seeds)
        except (OpaqueError, ValueError, TypeError, IndexError, FloatingPointError):
            continue
        alike = [
            likeness(contents[c] - contents[moved[c].after], g)
            for c, g in slopes.items()
            if c not in twins
        ]
        if alike:
            best.append((sum(alike) / max(len(alike), 1) + len(alike), each, slopes))
            best.sort(key=lambda one: -one[0])
            del best[MAX_TOTALS:]
    reached = [c for c in moved if any(c in slopes for _, _, slopes in best)]
    told = [content for content in reached if content not in twins]
    if not told or len(told) > MAX_PARAMETERS:
        return None
    pieces = []
    for content in told:
        update = moved[content]
        made_of, line = origins(steps.history, update, start)
        before, after = contents[content], contents[update.after]
        pieces.append(Piece(before, after, update.place, update.line, made_of, line))
    derived = [
        Derived(each.kind, each.line, each.errors, tuple(given(slopes, told)))
        for _, each, slopes in best
    ]
    end = max(moved[content].time for content in reached)
    return Descent(tuple(pieces), tuple(derived)), end


def given(slopes: dict[int, FloatArray], told: Sequence[int]) -> list[FloatArray]:
    """Return the derivatives by these parameters; an empty array for one that E lacks."""
    return [np.asarray(slopes.get(content, np.zeros(0)), dtype=float) for content in told]


def likeness(taken: FloatArray, slope: FloatArray) -> float:
    """Return the size of the cosine between two arrays; 0 where one of them is 0."""
    sizes = float(np.linalg.norm(taken)) * float(np.linalg.norm(slope))
    cosine = abs(float(np.vdot(taken, slope))) / sizes if sizes else 0.0
    return cosine if np.isfinite(cosine) else 0.0


def size_of(descent: Descent) -> int:
    """Return how many numbers a descent holds."""
    pieces = sum(
        2 * piece.before.size + sum(each.array.size for each in piece.made_of)
        for piece in descent.parameters
    )
    return pieces + sum(slope.size for each in descent.totals for slope in each.slopes)
