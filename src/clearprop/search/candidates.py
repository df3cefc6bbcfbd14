"""Candidates for hidden sizes and weight decay, from small to large, evaluated while they help.

The loss of a candidate is that of the average of many starts, on rows that were left out; see
`cross_validation`. The evidence of a single start is no guide to the size: it counts the variance
that averaging takes away, and would stop at too small a network. It does guide `priors`.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

from clearprop._interruption import OutOfTimeError
from clearprop._random import seeds_from
from clearprop.network.network import Network
from clearprop.search.cross_validation import CrossValidation, Training
from clearprop.search.pairs import Pair, is_no_worse
from clearprop.search.so_far import SoFar
from clearprop.training.config import TrainingConfig
from clearprop.training.result import TrainingResult
from clearprop.training.solver_choice import is_small_enough
from clearprop.training.solvers.bayesian_regularization import FEW_INPUTS

Build = Callable[[tuple[int, ...]], Network]
SIZES: tuple[tuple[int, ...], ...] = ((), (4,), (8,), (16,), (32,), (20, 10), (30, 15))
SIZES_OF_FEW_INPUTS: tuple[tuple[int, ...], ...] = ((), (4,), (8,), (16,), (32,), (50,))
"""Curves and surfaces bend more often: one layer of many units, a parameter for every target."""
ALWAYS = 2
"""Candidates that are evaluated however few the rows are."""
ROWS_A_PARAMETER = 2
"""Targets that there must be for every parameter of the other candidates."""
WORSE = 2
"""Candidates in a row that may be worse than the best, beyond doubt, before the search ends. Over
few inputs it never does: of a curve with many turns few units tell nothing until there are enough.
"""


@dataclass(frozen=True)
class Step:
    """Hidden layers to try, and the penalty λ if the solver finds none."""

    hidden: tuple[int, ...]
    penalty: float = 0.0


@dataclass(frozen=True)
class Candidate:
    """Hidden layers that were tried, and the left-out rows as two starts predict them."""

    step: Step
    pair: Pair

    @property
    def loss(self) -> float:
        """Mean loss that the average of many starts would have on the left-out rows."""
        return self.pair.loss


def sizes_for(build: Build, rows: int) -> list[tuple[int, ...]]:
    """Return the sizes that so many rows can bear; the smallest in any case."""
    few = build(()).inputs <= FEW_INPUTS
    sizes, needed = (SIZES_OF_FEW_INPUTS, 1) if few else (SIZES, ROWS_A_PARAMETER)
    bearable = [
        hidden
        for number, hidden in enumerate(sizes)
        if is_small_enough(network := build(hidden), rows)
        and (number < ALWAYS or needed * network.parameter_count <= rows * network.outputs)
    ]
    return bearable or [SIZES[0]]


def evaluate(
    build: Build,
    steps: Sequence[Step],
    data: CrossValidation,
    config: TrainingConfig,
    *,
    n_jobs: int | None = None,
    so_far: SoFar | None = None,
    begun: Mapping[tuple[int, ...], tuple[TrainingResult, ...]] | None = None,
    few: bool = False,
) -> Sequence[Candidate]:
    """Return the candidates that were evaluated, in order; the best is the one of the lowest loss.

    Parameters
    ----------
    build : callable
        Returns the network with these hidden sizes.
    steps : sequence of Step
        From the simplest to the one that can learn most.
    data : CrossValidation
        The rows that may train, and those of them that are left out in turn.
    config : TrainingConfig
        How each is trained, but for its weight decay.
    n_jobs : int, optional
        As for `train_restarts`.
    so_far : SoFar, optional
        Is offered a network of each candidate.
    begun : mapping from hidden sizes to TrainingResults, optional
        Starts that this configuration has trained on all rows already.
    few : bool, default=False
        Whether most are to be judged by few iterations, see `Training.pairs` and `confirmed`.

    Raises
    ------
    OutOfTimeError
        If there was not even time for the first candidate; later ones are left out then.
    """
    seeds = dict(zip(steps, seeds_from(config.seed, len(steps)), strict=True))
    may_end = build(()).inputs > FEW_INPUTS
    tried: list[Candidate] = []
    so_far = so_far or SoFar()

    def judged(step: Step, *, few: bool) -> Candidate:
        own = replace(config, weight_decay=step.penalty, seed=seeds[step])
        known = (begun or {}).get(step.hidden, ())
        training = Training(build(step.hidden), own, n_jobs, so_far, known, few)
        candidate = Candidate(step, *training.pairs(data))
        so_far.offer_judged(candidate.pair.example, candidate.loss)
        return candidate

    for step in steps:
        try:
            tried.append(judged(step, few=few))
        except OutOfTimeError:
            if not tried:
                raise
            return tried
        best = min(range(len(tried)), key=lambda place: tried[place].loss)
        found = tried[best].pair.losses
        later = tried[best + 1 :]
        if (
            may_end
            and len(later) >= WORSE
            and not any(is_no_worse(r.pair.losses, found) for r in later)
        ):
            break
    with suppress(OutOfTimeError):
        return confirmed(tried, partial(judged, few=False)) if few else tried
    return tried


def confirmed(
    candidates: Sequence[Candidate], again: Callable[[Step], Candidate]
) -> list[Candidate]:
    """Return the candidates, of which those that may be taken were judged from the beginning.

    Starts that go on from all rows are too hopeful, the more so the more units they have: they
    tell which sizes are out of the question. Whichever seems best is judged again, until the best
    one has been; a straight network has one minimum and nothing to hope for.

    Parameters
    ----------
    candidates : sequence of Candidate
    again : callable
        Judges a step by trainings that have not seen the rows which are left out.
    """
    found = {each.step: each for each in candidates}
    while (best := best_of([*found.values()])).pair.hopeful:
        judged = again(best.step)
        found[best.step] = replace(judged, pair=replace(judged.pair, begun=best.pair.begun))
    return [*found.values()]


def best_of(candidates: Sequence[Candidate], *, simplest: bool = True) -> Candidate:
    """Return the candidate of the lowest loss, or the simplest within a standard error of it."""
    lowest = min(candidates, key=lambda candidate: candidate.loss)
    if not simplest:
        return lowest
    return next(each for each in candidates if is_no_worse(each.pair.losses, lowest.pair.losses))
