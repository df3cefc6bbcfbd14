"""Several starts of one training, side by side: the best is kept, or all are averaged."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from clearprop._errors import invalid_argument, unknown_name
from clearprop._interruption import finishing, hearing_ctrl_c
from clearprop._random import random_source, seeds_from
from clearprop.network.network import Network
from clearprop.search.averaging import average, can_average
from clearprop.search.so_far import EARLY
from clearprop.search.trainings import Several, Trained, side_by_side
from clearprop.training.config import AUTO, TrainingConfig
from clearprop.training.kept_trainings import KeptTrainings
from clearprop.training.loop import train
from clearprop.training.posterior import Posterior
from clearprop.training.result import TrainingResult
from clearprop.training.solvers import BatchSolver, make_solver

MAX_RESTARTS = 1000
"""Starts at most."""
FAILED = 2.0
"""A start of which so many times the best one's loss is to be expected has not found what is to
be found: a constant or a straight line, where others have a curve."""
Combination = Literal["average", "best"]


def train_restarts(
    network: Network,
    X: npt.ArrayLike,
    Y: npt.ArrayLike,
    config: TrainingConfig | None = None,
    *,
    restarts: int = 5,
    combine: Combination = "average",
    n_jobs: int | None = None,
    sample_weight: npt.ArrayLike | None = None,
    known: Sequence[TrainingResult] = (),
) -> TrainingResult:
    """Train from several first parameters and keep the best, or their average.

    Parameters
    ----------
    network : Network
    X : array of shape (m, n₀)
    Y : array of shape (m, K)
    config : TrainingConfig, optional
        How each start is trained. Its seed draws the seeds of the starts; its `observe` is told of
        the first start only.
    restarts : int, default=5
        Starts, from 1 to 1000; one is a plain `train`.
    combine : {"average", "best"}, default="average"
        Average their outputs (before the output activation), or keep the start of the lowest
        validation loss; without validation rows the lowest loss to expect of other rows, as
        Bayesian regularisation knows it, or the lowest training loss. A start that has failed by
        that measure is left out of the average. Networks with a hidden softmax cannot be averaged:
        there the best is kept.
    n_jobs : int, optional
        Starts that run at the same time; without it CLEARPROP_NUM_THREADS, else all cores. The
        result does not depend on it.
    sample_weight : array of shape (m,), optional
    known : sequence of TrainingResult
        Starts that are trained already and count beside the others.

    Returns
    -------
    TrainingResult
        With the starts in ``members``, best first. An average belongs to a wider network; its
        history and stop reason are those of the best start. Starts that Ctrl-C or a limit of time
        ended are left out where others came to their end.

    Raises
    ------
    InputError
        If an argument cannot be used.
    """
    config = config or TrainingConfig()
    if not 1 <= restarts <= MAX_RESTARTS:
        raise invalid_argument(
            "restarts", restarts, f"it is not between 1 and {MAX_RESTARTS}.", "restarts=5."
        )
    if combine not in ("average", "best"):
        raise unknown_name("combine", combine, ("average", "best"))
    if restarts == 1 and not known:
        return train(network, X, Y, config, sample_weight=sample_weight)
    file, random, kept = config.checkpoint, random_source(config.seed), None
    if file is not None and not isinstance(file, KeptTrainings):
        kept = KeptTrainings.open(file, random, np.asarray(X), np.asarray(Y))
        config = replace(config, seed=random, checkpoint=kept)
    with hearing_ctrl_c():
        result = _several(network, X, Y, config, restarts, combine, n_jobs, sample_weight, known)
    if kept is not None and result.stop_reason.name != "interrupted":
        kept.remove()
    return result


def going_on(config: TrainingConfig, before: TrainingResult) -> TrainingConfig:
    """Return the configuration of a training that starts where an earlier one has ended.

    A solver that finds the weight decay keeps what is known of it.
    """
    rule = config.solver if config.solver == AUTO else make_solver(config.solver)
    if not isinstance(rule, BatchSolver):
        return config
    return replace(config, solver=rule.going_on(before.hyperparameters))


def _several(
    network: Network,
    X: npt.ArrayLike,
    Y: npt.ArrayLike,
    config: TrainingConfig,
    restarts: int,
    combine: Combination,
    n_jobs: int | None,
    sample_weight: npt.ArrayLike | None,
    known: Sequence[TrainingResult],
) -> TrainingResult:
    """Return what comes of several starts; see `train_restarts`."""
    began = time.perf_counter()
    seeds = seeds_from(config.seed, restarts)
    starts = _Starts(network, X, Y, config, seeds, sample_weight)
    results = [*(each.result for each in side_by_side(starts, n_jobs)), *known]
    with finishing():
        return _combined(network, results, combine, time.perf_counter() - began)


@dataclass(frozen=True)
class _Starts(Several):
    """Trainings of one network, each from first parameters of its own."""

    weights: npt.ArrayLike | None

    def one(self, number: int) -> Trained:
        observe = self.config.observe if number == 0 else None
        own = replace(self.config, seed=self.seeds[number], observe=observe)
        return Trained(train(self.network, self.X, self.Y, own, sample_weight=self.weights))


def _combined(
    network: Network, results: Sequence[TrainingResult], combine: Combination, seconds: float
) -> TrainingResult:
    """Return the average of the starts, or the best of them."""
    early = [each.stop_reason for each in results if each.stop_reason.name in EARLY]
    ranked = tuple(sorted(_ended(results), key=_badness))
    ranked = ranked[:1] + tuple(each for each in ranked[1:] if not _failed(each, ranked[0]))
    network = network.with_layers(ranked[0].network.layers)  # with one more, behind bounds
    best = replace(ranked[0], network=network, members=ranked, seconds=seconds)
    if early:
        best = replace(best, stop_reason=early[-1])
    if combine == "best" or not can_average(network):
        return best
    wide, parameters = average(network, [result.parameters for result in ranked])
    return replace(best, network=wide, parameters=parameters, posterior=_mixture(ranked))


def _ended(results: Sequence[TrainingResult]) -> list[TrainingResult]:
    """Return the starts that came to their end; if there is none, the one that came farthest."""
    done = [result for result in results if result.stop_reason.name not in EARLY]
    return done or [max(results, key=lambda result: len(result.history))]


def _failed(result: TrainingResult, best: TrainingResult) -> bool:
    """Return whether a start has missed what the best one has found, and would spoil an average."""
    lost, least = result.expected_loss, best.expected_loss
    return lost is not None and least is not None and lost > FAILED * least


def _badness(result: TrainingResult) -> float:
    """Return the loss by which starts are ranked; infinite if it is not finite."""
    kept = [record for record in result.history if record.epoch == result.best_epoch]
    if not kept:
        return np.inf
    loss = kept[-1].validation_loss
    loss = kept[-1].loss if loss is None else loss
    if kept[-1].validation_loss is None and result.expected_loss is not None:
        loss = result.expected_loss
    return loss if np.isfinite(loss) else np.inf


def _mixture(results: tuple[TrainingResult, ...]) -> Posterior | None:
    """Return the posteriors of all starts as one; None unless each has one."""
    parts = [result.posterior for result in results if result.posterior is not None]
    if len(parts) < len(results):
        return None
    return Posterior(tuple(member for part in parts for member in part.members))
