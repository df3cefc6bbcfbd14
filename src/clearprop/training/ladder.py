"""How many hidden units: a ladder of sizes, climbed while rows that were held out are met better.

What is judged is what will be used, the average of several starts. The evidence of a single start
is no guide to that: averaging takes away most of what a large network does wrong, so that the best
average stands some rungs above the highest evidence.
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
from clearprop.training.choice import is_small_enough
from clearprop.training.division import Rows
from clearprop.training.restarts import train_restarts
from clearprop.training.solvers import BatchSolver
from clearprop.updates import UpdateRule

Build = Callable[[tuple[int, ...]], Network]
LADDER = ((4,), (8,), (16,), (10, 5), (20, 10), (30, 15))
STARTS = 4
"""Starts that are averaged on every rung."""
ROWS_A_PARAMETER = 2
"""Targets that there must be for every parameter."""
HELD_OUT = 10
"""One row in so many is held out."""
HUGE = 1e100
WORSE = 2
"""Rungs in a row that may be worse than the best, beyond doubt, before the climb ends."""


@dataclass(frozen=True)
class Rung:
    """A size of the hidden layers, and how well it did."""

    hidden: tuple[int, ...]
    losses: FloatArray
    """Loss of each held-out row, shape (held,)."""
    log_evidence: float | None
    """The highest of all starts, where the solver knows it."""

    @property
    def loss(self) -> float:
        """Mean loss of the held-out rows."""
        return float(self.losses.mean())

    def is_no_worse_than(self, other: "Rung") -> bool:
        """Return whether its mean loss is within a standard error of the other's."""
        excess = self.losses - other.losses
        return bool(excess.mean() <= excess.std() / np.sqrt(len(excess)))


def rungs_for(build: Build, rows: int) -> list[tuple[int, ...]]:
    """Return the sizes that so many rows can bear; the smallest in any case."""
    fitting: list[tuple[int, ...]] = [
        hidden
        for hidden in LADDER
        if is_small_enough(build(hidden), rows)
        and ROWS_A_PARAMETER * build(hidden).parameter_count <= rows * build(hidden).outputs
    ]
    return fitting or [LADDER[0]]


def climb(
    build: Build,
    X: FloatArray,
    Y: FloatArray,
    solver: str | BatchSolver | UpdateRule,
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
    X, Y : arrays of shape (m, n₀) and (m, K)
        The rows that may train.
    solver : str, BatchSolver or UpdateRule
    seed, n_jobs, sample_weight, **settings
        As for `train_restarts`.
    """
    random = random_source(seed)
    held, kept = _held_out(len(X), random)
    seeds = random.permutation(2**20)[: len(LADDER)]
    weights = None if sample_weight is None else np.asarray(sample_weight)
    tried: list[Rung] = []
    for hidden, own in zip(rungs_for(build, len(X)), seeds, strict=False):
        result = train_restarts(
            build(hidden),
            X[kept],
            Y[kept],
            solver,
            restarts=STARTS,
            n_jobs=n_jobs,
            seed=int(own),
            sample_weight=None if weights is None else weights[kept],
            **settings,
        )
        losses = row_losses(result.network, result.parameters, X[held], Y[held])
        if weights is not None:
            losses *= weights[held] / weights[held].mean()
        tried.append(Rung(hidden, losses, result.log_evidence))
        best = min(range(len(tried)), key=lambda place: tried[place].loss)
        later = tried[best + 1 :]
        if len(later) >= WORSE and not any(rung.is_no_worse_than(tried[best]) for rung in later):
            break
    return tried


def best_of(rungs: Sequence[Rung]) -> Rung:
    """Return the highest rung that is no worse than the best: more starts will help it more."""
    lowest = min(rungs, key=lambda rung: rung.loss)
    return [rung for rung in rungs if rung is lowest or rung.is_no_worse_than(lowest)][-1]


def row_losses(
    network: Network, parameters: Parameters, X: FloatArray, Y: FloatArray
) -> FloatArray:
    """Return the loss of each row, shape (m,); a huge number where it is not finite."""
    passed = forward(network.layers, parameters.layers, X)
    output = network.layers[-1].activation
    z, a = passed.weighted_sums[-1], passed.output
    losses = sample_losses(network.loss_rule, output, z, a, Y)
    return np.nan_to_num(losses, nan=HUGE, posinf=HUGE)


def _held_out(m: int, random: Any) -> tuple[Rows, Rows]:
    """Return the rows that are held out and those that train, each ascending; never none."""
    order = random.permutation(m)
    count = max(1, m // HELD_OUT) if m > 1 else 0
    held, kept = np.sort(order[:count]), np.sort(order[count:])
    return (held, kept) if count else (kept, kept)
