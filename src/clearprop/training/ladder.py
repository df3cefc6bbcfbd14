"""How large a network, and how strong a weight decay: a ladder that is climbed while it helps.

What is judged is what will be used: the average of R starts. One row in ten is left out in turn,
and the loss of the left-out rows tells both how well single starts do, L₁, and how well the average
of two does, L₂. Averaging takes away what the starts do not have in common, so that for R of them

    L_R ≈ L₁ − 2 (1 − 1/R) (L₁ − L₂)          (exact for squared errors)

The evidence of a single start is no guide to the size: it counts the variance that averaging takes
away, and would stop rungs below the best average. It does guide `priors`.

Source: Krogh, Vedelsby, "Neural network ensembles, cross validation, and active learning", NIPS 7,
1995, equation (4): the error of an ensemble is the mean error less the ambiguity.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from clearprop.backprop.propagate import forward, sample_losses
from clearprop.initializers import Seed, random_source
from clearprop.network import Network
from clearprop.structure import FloatArray, Parameters
from clearprop.training.averaging import average, can_average
from clearprop.training.choice import is_small_enough
from clearprop.training.division import Division, Rows
from clearprop.training.fit import TrainingResult, train
from clearprop.training.restarts import side_by_side, worker_count
from clearprop.training.solvers import BatchSolver
from clearprop.updates import UpdateRule

Build = Callable[[tuple[int, ...]], Network]
LADDER = ((), (4,), (8,), (16,), (32,), (20, 10), (30, 15))
ALWAYS = 2
"""Rungs that are tried however few the rows are."""
STARTS = 10
"""R, the starts whose average will be used."""
ROWS_A_PARAMETER = 2
"""Targets that there must be for every parameter on the other rungs."""
PART = 10
"""One row in so many is left out at a time."""
ENOUGH = 400
"""Rows that are left out in all, where there are so many."""
HUGE = 1e100
WORSE = 2
"""Rungs in a row that may be worse than the best, beyond doubt, before the climb ends."""


@dataclass(frozen=True)
class Step:
    """What is tried on a rung: hidden layers, and the penalty λ if the solver finds none."""

    hidden: tuple[int, ...]
    penalty: float = 0.0


@dataclass(frozen=True)
class Rung:
    """What was tried, and how well it did."""

    step: Step
    losses: FloatArray
    """Loss L_R that each left-out row would have, shape (left out,)."""

    @property
    def loss(self) -> float:
        """Mean loss of the left-out rows."""
        return float(self.losses.mean())

    def is_no_worse_than(self, other: "Rung") -> bool:
        """Return whether its mean loss is within a standard error of the other's."""
        excess = self.losses - other.losses
        return bool(excess.mean() <= excess.std() / np.sqrt(len(excess)))


def sizes_for(build: Build, rows: int) -> list[tuple[int, ...]]:
    """Return the sizes that so many rows can bear; the smallest in any case."""
    bearable = [
        hidden
        for number, hidden in enumerate(LADDER)
        if is_small_enough(network := build(hidden), rows)
        and (
            number < ALWAYS or ROWS_A_PARAMETER * network.parameter_count <= rows * network.outputs
        )
    ]
    return bearable or [LADDER[0]]


def climb(
    build: Build,
    steps: Sequence[Step],
    X: FloatArray,
    Y: FloatArray,
    solver: BatchSolver | UpdateRule,
    *,
    seed: Seed = None,
    n_jobs: int | None = None,
    sample_weight: npt.NDArray[Any] | None = None,
    **settings: Any,
) -> Sequence[Rung]:
    """Return the rungs that were tried, in order; the best is the one of the lowest loss.

    Parameters
    ----------
    build : callable
        Returns the network with these hidden sizes.
    steps : sequence of Step
        From the simplest to the one that can learn most.
    X, Y : arrays of shape (m, n₀) and (m, K)
        The rows that may train, at least two.
    solver : BatchSolver or UpdateRule
    seed, n_jobs, sample_weight, **settings
        As for `train_restarts`.
    """
    random = random_source(seed)
    divisions = leave_out(len(X), random)
    seeds = random.permutation(2**20)[: len(steps)]
    tried: list[Rung] = []
    for step, own in zip(steps, seeds, strict=True):
        pairs = _trained_pairs(
            build(step.hidden),
            X,
            Y,
            solver,
            divisions,
            seed=int(own),
            n_jobs=n_jobs,
            sample_weight=sample_weight,
            penalty=step.penalty,
            **settings,
        )
        losses = [
            _average_losses(pair, X[division.validation], Y[division.validation])
            for pair, division in zip(pairs, divisions, strict=True)
        ]
        left_out = np.concatenate([division.validation for division in divisions])
        weights = 1.0 if sample_weight is None else np.asarray(sample_weight)[left_out]
        tried.append(Rung(step, np.concatenate(losses) * weights / np.mean(weights)))
        best = min(range(len(tried)), key=lambda place: tried[place].loss)
        later = tried[best + 1 :]
        if len(later) >= WORSE and not any(rung.is_no_worse_than(tried[best]) for rung in later):
            break
    return tried


def best_of(rungs: Sequence[Rung]) -> Rung:
    """Return the rung of the lowest loss."""
    return min(rungs, key=lambda rung: rung.loss)


def leave_out(m: int, random: Any) -> list[Division]:
    """Return divisions of m ≥ 2 rows whose parts left out, called validation, are disjoint."""
    order, size = random.permutation(m), max(1, m // PART)
    parts = min(PART, m, -(-ENOUGH // size))
    nothing = np.arange(0)
    left_out = [np.sort(order[size * part : size * (part + 1)]) for part in range(parts)]
    return [Division(np.setdiff1d(order, rows), rows, nothing) for rows in left_out]


def row_losses(
    network: Network, parameters: Parameters, X: FloatArray, Y: FloatArray
) -> FloatArray:
    """Return the loss of each row, shape (m,); a huge number where it is not finite."""
    passed = forward(network.layers, parameters.layers, X)
    output = network.layers[-1].activation
    z, a = passed.weighted_sums[-1], passed.output
    losses = sample_losses(network.loss_rule, output, z, a, Y)
    return np.nan_to_num(losses, nan=HUGE, posinf=HUGE)


def _trained_pairs(
    network: Network,
    X: FloatArray,
    Y: FloatArray,
    solver: BatchSolver | UpdateRule,
    divisions: Sequence[Division],
    *,
    seed: int,
    n_jobs: int | None,
    **settings: Any,
) -> list[tuple[TrainingResult, TrainingResult]]:
    """Return two starts for each division, trained without the rows that it leaves out."""
    count = 2 * len(divisions)
    seeds = random_source(seed).permutation(2**20)[:count]
    workers = worker_count(count, n_jobs)
    alone = network if workers == 1 else network.with_layers(network.layers, n_jobs=1)

    def one(number: int, inspect: Any) -> TrainingResult:
        kept: Rows = divisions[number // 2].train
        division = Division(kept, np.arange(0), np.arange(0))
        start = int(seeds[number])
        return train(
            alone, X, Y, solver, seed=start, division=division, inspect=inspect, **settings
        )

    results = side_by_side(one, count, workers)
    if any(result.stop_reason.name == "interrupted" for result in results):
        raise KeyboardInterrupt
    return list(zip(results[::2], results[1::2], strict=True))


def _average_losses(
    pair: tuple[TrainingResult, TrainingResult], X: FloatArray, Y: FloatArray
) -> FloatArray:
    """Return the loss of each row that the average of many such starts would have, shape (m,)."""
    network, members = pair[0].network, [result.parameters for result in pair]
    single = np.mean([row_losses(network, member, X, Y) for member in members], axis=0)
    if not can_average(network):
        return single
    double = row_losses(*average(network, members), X, Y)
    return single - 2 * (1 - 1 / STARTS) * (single - double)
