"""Search for the mistakes that together give the person's numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from clearprop.check.graphs.case import GraphCase
from clearprop.check.graphs.suspicions import GraphSuspicion
from clearprop.derivation.graphs.matrix_pass import RIGHT

BUDGET = 60_000
"""Operations that the search may compute; two seconds or so."""
MOST = 3
"""Mistakes that are looked for together."""
BEAM = 6
"""Partial explanations that are followed further."""


@dataclass(frozen=True)
class GraphExplanation:
    """Mistakes, and the positions of the arrays that they account for."""

    suspicions: tuple[GraphSuspicion, ...]
    explained: frozenset[int]
    acts: bool = True
    """Whether the mistakes change anything in the given arrays."""


def explanations(
    case: GraphCase, suspicions: Sequence[GraphSuspicion], most: int = MOST
) -> tuple[GraphExplanation, ...]:
    """Return the explanations with the fewest mistakes, `most` at most; else the best in part."""
    singles = [one for one in (_tried(case, (suspect,)) for suspect in suspicions) if one]
    whole = _whole(case, singles)
    if whole or most < 2:
        return whole
    right = frozenset(case.given) - frozenset(case.wrong)
    acting = [one.suspicions[0] for one in singles if one.acts]
    runs = BUDGET // len(case.graph.nodes)
    if len(acting) * (len(acting) - 1) // 2 <= runs:
        pairs = [one for one in (_tried(case, pair) for pair in combinations(acting, 2)) if one]
        whole = _whole(case, pairs)
        if whole:
            return whole
    best = _best([GraphExplanation((), right), *singles])
    for _ in range(most - 1):
        grown, runs = _grown(case, best, acting, runs)
        whole = _whole(case, grown)
        if whole:
            return whole
        best = _best([*best, *grown])
    return tuple(best[:1]) if best[0].suspicions else ()


def _grown(
    case: GraphCase, best: Sequence[GraphExplanation], fitting: Sequence[GraphSuspicion], runs: int
) -> tuple[list[GraphExplanation], int]:
    """Return the explanations with one more mistake that account for more, and the runs left."""
    found: list[GraphExplanation] = []
    for explanation in best:
        for suspect in fitting if explanation.suspicions else ():
            if runs <= 0:
                return found, runs
            runs -= 1
            more = _tried(case, (*explanation.suspicions, suspect))
            if more is not None and more.explained > explanation.explained:
                found.append(more)
    return found, runs


def _tried(case: GraphCase, suspicions: tuple[GraphSuspicion, ...]) -> GraphExplanation | None:
    """Return what mistakes account for together; None where they cannot be made together."""
    change = RIGHT
    for suspect in suspicions:
        joined = change.joined(suspect.change)
        if joined is None:
            return None
        change = joined
    predicted = case.predicted(change)
    if predicted is None:
        return None
    acts = any(not np.array_equal(predicted[at], case.graph.gradients[at]) for at in case.given)
    return GraphExplanation(suspicions, case.agreeing(predicted), acts)


def _best(explanations: Sequence[GraphExplanation]) -> list[GraphExplanation]:
    """Return those that account for most arrays, with few mistakes; the first named come first."""
    ordered = sorted(explanations, key=lambda one: (-len(one.explained), len(one.suspicions)))
    return ordered[:BEAM]


def _whole(
    case: GraphCase, explanations: Sequence[GraphExplanation]
) -> tuple[GraphExplanation, ...]:
    """Return the explanations that account for every array, if there are any."""
    return tuple(one for one in explanations if one.explained == frozenset(case.given))
