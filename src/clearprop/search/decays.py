"""Many units held back by a weight decay, which rows that were left out choose.

For classes this does better than few units: boundaries are smooth because every weight is small,
not because there are few. Each part of the rows is left out once; from weak to strong, every decay
goes on from where the one before it ended, which takes few iterations. The other way round would
begin with weights that a strong decay has driven to 0, where no gradient leads away again.

Source: Bartlett, "For valid generalization, the size of the weights is more important than the size
of the network", NIPS 9, 1996.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from clearprop._random import seeds_from
from clearprop._typing import FloatArray
from clearprop.backprop.structure import Parameters
from clearprop.network.network import Network
from clearprop.search.cross_validation import CrossValidation, Fold, raise_if_cut_short, sums_of
from clearprop.search.pairs import Pair
from clearprop.search.so_far import EARLY, SoFar
from clearprop.search.trainings import Several, Trained, side_by_side
from clearprop.training.config import TrainingConfig
from clearprop.training.loop import train
from clearprop.training.stopping import Stopping

HIDDEN = (50,)
DECAYS = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
"""α = λ · samples with hidden units; 1 says that weights are about 1 in size. A row of weight 3 is
three samples."""
STRAIGHT = (0.3, 1.0, 3.0, 10.0, 30.0)
"""α without hidden units."""
FIRST, FURTHER = 100, 40
"""Iterations of the weakest decay, and of every other one."""
PLATEAU, PROGRESS = 4, 5e-5
"""Iterations without so much progress, after which the next decay is tried: rows that were left out
do not notice it."""


@dataclass(frozen=True)
class Held:
    """Hidden sizes with a weight decay, and what they say of rows that were left out."""

    hidden: tuple[int, ...]
    alpha: float
    pair: Pair

    @property
    def loss(self) -> float:
        """The mean loss on the left-out rows."""
        return self.pair.loss


def evaluate_decays(
    build: Callable[[tuple[int, ...]], Network],
    data: CrossValidation,
    config: TrainingConfig,
    n_jobs: int | None = None,
    so_far: SoFar | None = None,
) -> list[Held]:
    """Return what was tried: no hidden units first, then `HIDDEN`, each with its decays.

    The best network of it is offered to `so_far`.

    Raises
    ------
    OutOfTimeError
        If a limit of time ended a training.
    """
    tried, so_far = [], so_far or SoFar()
    for hidden, decays in (((), STRAIGHT), (HIDDEN, DECAYS)):
        network = build(hidden)
        pairs = _pairs(network, data, config, decays, n_jobs, so_far)
        for alpha, pair in zip(decays, pairs, strict=True):
            tried.append(Held(hidden, alpha, pair))
            so_far.offer_judged(pair.example, pair.loss)
    return tried


def best_held(tried: Sequence[Held]) -> Held:
    """Return the one of the lowest loss; of equal ones the first, which has the fewest units."""
    return min(tried, key=lambda each: each.loss)


def decay_between(best: Held, tried: Sequence[Held]) -> float:
    """Return α at the lowest point of the parabola through the best loss and its two neighbours.

    The losses are smooth in ln α, and decays are tried at coarse steps. Where the best one is the
    weakest or the strongest of its size, it stays.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> tried = [SimpleNamespace(hidden=(50,), alpha=a, loss=l) for a, l in
    ...          ((1.0, 0.5), (10.0, 0.4), (100.0, 0.4))]
    >>> round(decay_between(tried[1], tried), 1)
    31.6
    """
    own = [each for each in tried if each.hidden == best.hidden]
    place = own.index(best)
    if not 0 < place < len(own) - 1:
        return best.alpha
    three = own[place - 1 : place + 2]
    curvature, slope, _ = np.polyfit(
        [math.log(each.alpha) for each in three], [each.loss for each in three], 2
    )
    return math.exp(-slope / (2 * curvature)) if curvature > 0 else best.alpha


def _pairs(
    network: Network,
    data: CrossValidation,
    config: TrainingConfig,
    decays: Sequence[float],
    n_jobs: int | None,
    so_far: SoFar,
) -> list[Pair]:
    """Return what one start says of every part without which it was trained, for each decay."""
    folds = data.folds
    seeds = seeds_from(config.seed, len(folds))
    walks = _Walks(network, data.X, data.Y, config, seeds, folds, tuple(decays))
    found = side_by_side(walks, n_jobs)
    try:
        raise_if_cut_short([each.result for each in found], so_far)
    except KeyboardInterrupt:
        first = replace(data, parts=data.parts[:1]).judge(network)
        for example, sums in zip(found[0].steps, found[0].seen.values(), strict=False):
            so_far.offer_judged(example, float(first.losses(sums).mean()))
        raise
    judge, pairs = data.judge(network), []
    for alpha, example in zip(decays, found[0].steps, strict=True):
        sums = np.concatenate([each.seen[alpha] for each in found])
        both, nothing = np.stack([sums, sums]), np.zeros_like(sums)
        pairs.append(Pair(judge, both, nothing, averages=False, example=example))
    return pairs


@dataclass(frozen=True)
class _Walks(Several):
    """A training for each fold and decay: one goes on from where the weaker decay ended."""

    folds: tuple[Fold, ...]
    decays: tuple[float, ...]

    def one(self, number: int) -> Trained:
        fold, seen, steps = self.folds[number], dict[float, FloatArray](), []
        rows, start, result = len(fold.division.train), None, None
        samples = rows if fold.weights is None else float(fold.weights.sum())
        for alpha in self.decays:
            config = replace(
                self.config,
                seed=self.seeds[number],
                division=fold.division,
                weight_decay=alpha / samples,
                stopping=Stopping(
                    max_epochs=FIRST if start is None else FURTHER,
                    plateau=PLATEAU,
                    tolerance=PROGRESS,
                ),
            )
            result = train(
                self.network, self.X, self.Y, config, sample_weight=fold.weights, start=start
            )
            start = _copy(result.parameters)
            seen[alpha] = sums_of(self.network, start, self.X[fold.left_out])
            if result.stop_reason.name in EARLY:
                break
            if number == 0:  # an example is enough
                steps.append(result)
        assert result is not None
        return Trained(result, seen, tuple(steps))


def _copy(parameters: Parameters) -> Parameters:
    return Parameters(parameters.sizes, parameters.vector.copy())
