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
LADDER: tuple[tuple[int, ...], ...] = ((), (4,), (8,), (16,), (32,), (20, 10), (30, 15))
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
    copies = _copies(len(X), sample_weight)
    parts = leave_out(len(copies), random)
    seeds = random.permutation(2**20)[: len(steps)]
    tried: list[Rung] = []
    for step, own in zip(steps, seeds, strict=True):
        training = Training(
            build(step.hidden), X, Y, solver, int(own), n_jobs, settings | {"penalty": step.penalty}
        )
        tried.append(Rung(step, training.losses_left_out(copies, parts, sample_weight)))
        best = min(range(len(tried)), key=lambda place: tried[place].loss)
        later = tried[best + 1 :]
        if len(later) >= WORSE and not any(rung.is_no_worse_than(tried[best]) for rung in later):
            break
    return tried


def best_of(rungs: Sequence[Rung]) -> Rung:
    """Return the rung of the lowest loss."""
    return min(rungs, key=lambda rung: rung.loss)


def leave_out(m: int, random: Any) -> list[Rows]:
    """Return the parts of m ≥ 2 rows that are left out in turn; they are disjoint."""
    order, size = random.permutation(m), max(1, m // PART)
    parts = min(PART, m, -(-ENOUGH // size))
    return [np.sort(order[size * part : size * (part + 1)]) for part in range(parts)]


def _copies(m: int, weights: FloatArray | None) -> Rows:
    """Return the row of each sample: a row whose weight is w stands for w samples.

    Weights that are no whole numbers count as one sample each.
    """
    if weights is None or (weights % 1).any():
        return np.arange(m)
    return np.repeat(np.arange(m), weights.astype(int))


def row_losses(
    network: Network, parameters: Parameters, X: FloatArray, Y: FloatArray
) -> FloatArray:
    """Return the loss of each row, shape (m,); a huge number where it is not finite."""
    passed = forward(network.layers, parameters.layers, X)
    output = network.layers[-1].activation
    z, a = passed.weighted_sums[-1], passed.output
    losses = sample_losses(network.loss_rule, output, z, a, Y)
    return np.nan_to_num(losses, nan=HUGE, posinf=HUGE)


@dataclass(frozen=True)
class Training:
    """What is trained on a rung, again and again, without the rows that are left out."""

    network: Network
    X: FloatArray
    Y: FloatArray
    solver: BatchSolver | UpdateRule
    seed: int
    n_jobs: int | None
    settings: dict[str, Any]

    def losses_left_out(
        self, copies: Rows, parts: Sequence[Rows], weights: FloatArray | None
    ) -> FloatArray:
        """Return the loss that the average of many starts would have on each sample left out."""
        pairs = self._pairs([self._without(copies, part, weights) for part in parts])
        losses = [
            _average_losses(pair, self.X[copies[part]], self.Y[copies[part]])
            for pair, part in zip(pairs, parts, strict=True)
        ]
        if weights is None or len(copies) != len(weights):
            return np.concatenate(losses)
        left_out = weights[copies[np.concatenate(parts)]]
        return np.concatenate(losses) * left_out / left_out.mean()

    def _without(
        self, copies: Rows, part: Rows, weights: FloatArray | None
    ) -> tuple[Division, FloatArray | None]:
        """Return the rows that train without a part of the samples, and their weights."""
        kept = np.bincount(np.delete(copies, part), minlength=len(self.X))
        division = Division(np.flatnonzero(kept), np.arange(0), np.arange(0))
        if weights is None:
            return division, None
        whole = np.bincount(copies, minlength=len(self.X))
        return division, weights * kept / np.maximum(whole, 1)

    def _pairs(
        self, without: Sequence[tuple[Division, FloatArray | None]]
    ) -> list[tuple[TrainingResult, TrainingResult]]:
        """Return two starts for each part that is left out."""
        count = 2 * len(without)
        seeds = random_source(self.seed).permutation(2**20)[:count]
        workers = worker_count(count, self.n_jobs)
        network = self.network
        if workers > 1:
            network = network.with_layers(network.layers, n_jobs=1)

        def one(number: int, inspect: Any) -> TrainingResult:
            division, weights = without[number // 2]
            return train(
                network,
                self.X,
                self.Y,
                self.solver,
                seed=int(seeds[number]),
                division=division,
                sample_weight=weights,
                inspect=inspect,
                **self.settings,
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
