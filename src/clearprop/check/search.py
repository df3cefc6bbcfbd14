"""Find the mistakes that turn the right gradient into the given one.

Every mistake says how the steps of the gradient would change; a suspicion is confirmed when the
changed steps give the person's numbers. One mistake is tried first. If none accounts for all
arrays, mistakes are combined: each one has to set at least one more array right, and a common
factor is left for the end. An error in a layer spoils everything below it and nothing above, which
is why this finds them one by one.
"""

import itertools
import math
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from clearprop._typing import FloatArray
from clearprop.check.backward import RIGHT, Steps, backward
from clearprop.check.case import Case
from clearprop.check.mistakes import MISTAKES, Mistake
from clearprop.check.mistakes.mistake import Suspicion
from clearprop.check.problem import Gradients

MAX_MISTAKES = 3
BEAM = 8
"""Half-explanations that are carried on to the next mistake."""


@dataclass(frozen=True)
class Explanation:
    """Mistakes that together account for arrays of the given gradient, perhaps not for all."""

    suspicions: tuple[Suspicion, ...]
    steps: Steps
    explained: frozenset[str]
    """The arrays that are accounted for."""
    factor: float = 1.0
    """A number by which these arrays are too large, and which no mistake accounts for."""

    @property
    def cost(self) -> tuple[int, int, int]:
        """The amount that is assumed: the number of mistakes, of their layers, then their ranks.

        A single mistake is made wherever it can be; of several, one may hide what another made.
        """
        unknown = self.factor != 1
        ranks = sum(suspicion.mistake.rank for suspicion in self.suspicions)
        layers = sum(len(suspicion.layers) for suspicion in self.suspicions)
        several = len(self.suspicions) > 1
        return len(self.suspicions) + unknown, layers if several else 0, ranks + 100 * unknown


def explanations(
    case: Case,
    seconds: float = math.inf,
    most: int = MAX_MISTAKES,
    *,
    scaled: bool = False,
) -> list[Explanation]:
    """Return the explanations with the fewest mistakes, no more than `most`, best first.

    Each accounts for every array, or, where none does, for as many as could be accounted for in
    so many seconds of processor time; single mistakes have three times as many. If `scaled`, a
    common factor is looked for beside a single mistake as well, as beside several.
    """
    mistakes = [MISTAKES[name]() for name in MISTAKES]
    now = time.process_time()
    found = list(one_mistake(case, mistakes, now + 3 * seconds))  # the likelier ones
    if not found and (most > 1 or scaled):
        found = several_mistakes(case, mistakes, time.process_time() + seconds, most)
    found.sort(key=lambda explanation: explanation.cost)
    return [each for each in found if each.cost[0] == found[0].cost[0]]


def one_mistake(
    case: Case, mistakes: Iterable[Mistake], until: float = math.inf
) -> Iterator[Explanation]:
    """Yield each single mistake that accounts for every array."""
    for mistake in mistakes:
        for suspicion in mistake.suspicions(case, RIGHT):
            if suspicion.change is None:
                yield Explanation((suspicion,), RIGHT, frozenset(case.names))
                continue
            if case.is_zero:  # nothing is left in it that could point to a step
                continue
            if time.process_time() > until:
                return
            steps = suspicion.change(RIGHT)
            if case.follows(steps) and is_evidence(suspicion, case):
                yield Explanation((suspicion,), steps, frozenset(case.names))


def is_evidence(suspicion: Suspicion, case: Case) -> bool:
    """Return whether more wrong numbers are accounted for than were fitted to them."""
    wrong = sum(numbers_in(case.given[name]) for name in case.wrong)
    return wrong > len(suspicion.settings)


def several_mistakes(
    case: Case, mistakes: list[Mistake], until: float, at_most: int = MAX_MISTAKES
) -> list[Explanation]:
    """Return the best explanations by so many mistakes at most, and a common factor."""
    beam = [standing(case, (), RIGHT, case.right)]
    for _ in range(at_most):
        whole = [found for found in beam if len(found.explained) == len(case.names)]
        if whole:
            return [named for found in whole for named in factor_named(case, found, mistakes)]
        better = [found for state in beam for found in continued(case, state, mistakes, until)]
        if not better and at_most > 1:
            better = [found for state in beam for found in joined(case, state, mistakes, until)]
        if not better and at_most > 1:
            anywhere = [continued(case, state, mistakes, until, anywhere=True) for state in beam]
            better = list(itertools.chain.from_iterable(anywhere))
        if not better:
            break
        better.sort(key=lambda found: (-len(found.explained), found.cost))
        beam = better[:BEAM]
    most = max(len(found.explained) for found in beam)
    right = frozenset(case.names) - frozenset(case.wrong)
    assumed = [
        found
        for found in beam
        if found.factor != 1 or (found.suspicions and right <= found.explained)
    ]
    partly = [found for found in assumed if len(found.explained) == most]
    return [named for found in partly for named in factor_named(case, found, mistakes)]


def continued(
    case: Case,
    state: Explanation,
    mistakes: list[Mistake],
    until: float,
    *,
    anywhere: bool = False,
) -> Iterator[Explanation]:
    """Yield the explanation with one more mistake, wherever that sets more arrays right.

    They have to be right in the topmost layer that is not yet, and above it as they were, which is
    quickly seen; with `anywhere` they may be any.
    """
    scaled = case.divided_by(state.factor)
    top = None if anywhere else topmost_unexplained(case, state)
    for mistake in mistakes:
        for suspicion in mistake.suspicions(scaled, state.steps):
            if time.process_time() > until:
                return
            only_scales = suspicion.factor != 1 and case.problem.penalty == 0
            if suspicion.change is None or only_scales:
                continue
            steps = suspicion.change(state.steps)
            if top is not None and not explains_more(case, state, steps, top):
                continue
            predicted = case.predicted(steps)
            if predicted is None:
                continue
            found = standing(case, (*state.suspicions, suspicion), steps, predicted)
            if len(found.explained) > len(state.explained):
                yield found


def topmost_unexplained(case: Case, state: Explanation) -> int:
    """Return the number of the topmost layer with an array that is not accounted for."""
    return next((int(name[1:]) for name in case.names if name not in state.explained), 1)


def explains_more(case: Case, state: Explanation, steps: Steps, top: int) -> bool:
    """Return whether steps account for an array of layer `top` more, and for those above as before.

    It is computed no further down than it takes to tell.
    """
    passed = case.passed if steps.activate is RIGHT.activate else None
    has_upper = any(int(name[1:]) >= top for name in state.explained)
    try:
        with np.errstate(all="ignore"):
            for at, layer in backward(case.problem, steps, passed):
                names = [name for name in (f"b{layer}", f"W{layer}") if name in case.given]
                known = [name for name in names if name in state.explained]
                if not all(case.agrees(n, state.factor * at.gradients[n]) for n in known):
                    return False
                if layer == top:
                    factors = [state.factor]
                    factors += [] if has_upper else ratios(case, at.gradients)
                    return any(
                        case.agrees(name, factor * at.gradients[name])
                        for name in names
                        if name not in known
                        for factor in factors
                    )
    except ValueError:
        pass
    return False


def joined(
    case: Case, state: Explanation, mistakes: list[Mistake], until: float
) -> Iterator[Explanation]:
    """Yield the explanation with two more mistakes that are made at the same place.

    Neither sets an array right without the other: an error that is carried back without f′, and
    through weights that were already updated.
    """
    second = [mistake for mistake in mistakes if mistake.goes_beside]
    scaled = case.divided_by(state.factor)
    for mistake in mistakes if second and len(state.suspicions) < MAX_MISTAKES - 1 else ():
        for suspicion in mistake.suspicions(scaled, state.steps):
            if time.process_time() > until:
                return
            if suspicion.change is None or suspicion.factor != 1:
                continue
            steps = suspicion.change(state.steps)
            first = replace(state, suspicions=(*state.suspicions, suspicion), steps=steps)
            for found in continued(case, first, [m for m in second if m != mistake], until):
                if len(found.explained) > len(state.explained):
                    yield found


def standing(
    case: Case, suspicions: tuple[Suspicion, ...], steps: Steps, predicted: Gradients
) -> Explanation:
    """Return which arrays a prediction accounts for, up to the factor that accounts for most."""
    fitted = sum(len(suspicion.settings) for suspicion in suspicions)
    candidates = [
        Explanation(
            suspicions,
            steps,
            explained_arrays(case, predicted, factor, fitted + (factor != 1)),
            factor,
        )
        for factor in (1.0, *ratios(case, predicted))
    ]
    return max(candidates, key=lambda found: len(found.explained))


def explained_arrays(
    case: Case, predicted: Gradients, factor: float, fitted: int
) -> frozenset[str]:
    """Return the names of the arrays that are `factor` times the predicted ones.

    Numbers that were fitted to the gradient, `fitted` of them, can meet as many entries by
    themselves: only what they account for beyond that says anything.
    """
    agreeing = frozenset(name for name in case.names if case.agrees(name, factor * predicted[name]))
    met = sum(numbers_in(case.given[name]) for name in agreeing if name in case.wrong)
    return agreeing - frozenset(case.wrong) if 0 < met <= fitted else agreeing


def numbers_in(array: FloatArray) -> int:
    """Return how many numbers an array tells: one that is spread over all of it is one."""
    return 1 if array.size and bool((array == array.flat[0]).all()) else array.size


def ratios(case: Case, predicted: Gradients) -> Iterator[float]:
    """Yield by how much the topmost arrays are larger than the predicted ones."""
    for name in case.names[:2]:
        if name not in predicted:  # of a layer that was not reached
            return
        given, expected = np.ravel(case.given[name]), np.ravel(predicted[name])
        size = float(np.abs(expected).max(initial=0.0))
        if given.shape == expected.shape and 0 < size < np.inf and given.any():
            unit = expected / size
            yield float(given @ unit) / float(unit @ unit) / size


def factor_named(case: Case, found: Explanation, mistakes: list[Mistake]) -> Iterator[Explanation]:
    """Yield the explanation with its factor put down to the fewest mistakes that can make it."""
    if found.factor == 1:
        yield found
        return
    scaling = [
        suspicion
        for mistake in mistakes
        for suspicion in mistake.suspicions(case, RIGHT)
        if suspicion.factor != 1
    ]
    for count in range(1, MAX_MISTAKES + 1):
        named = [
            replace(found, suspicions=(*found.suspicions, *chosen), factor=1.0)
            for chosen in itertools.combinations(scaling, count)
            if makes(chosen, found.factor)
        ]
        if named:
            yield from named
            return
    yield found


def makes(chosen: tuple[Suspicion, ...], factor: float) -> bool:
    """Return whether different mistakes together multiply by `factor`."""
    different = len({suspicion.mistake.name for suspicion in chosen}) == len(chosen)
    product = float(np.prod([suspicion.factor for suspicion in chosen]))
    return different and abs(product - factor) <= 1e-6 * abs(factor)
