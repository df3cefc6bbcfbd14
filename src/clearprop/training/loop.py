"""The two ways to train: descent by mini-batches, and a batch solver; both under one watch."""

import time

import numpy as np
import numpy.typing as npt

from clearprop.backprop.descent import Descent, Schedule
from clearprop.initializers import RandomSource
from clearprop.objective import Objective
from clearprop.structure import FloatArray
from clearprop.training import stopping
from clearprop.training.solvers import BatchSolver, Iterate
from clearprop.training.watch import Watch
from clearprop.updates import UpdateRule

LOOK_EVERY = 0.1
"""Seconds of mini-batch epochs between two looks at the clock and at the history."""


def minimize_by_batches(
    objective: Objective,
    theta: FloatArray,
    rule: UpdateRule,
    batch_size: int,
    random: RandomSource,
    watch: Watch,
) -> None:
    """Descend by mini-batches, in a new random order every epoch, until the watch says stop.

    Several epochs may run in one call of the engine. Where the watch stops at an earlier one of
    them, the call is taken back and repeated up to there, so that the result does not depend on
    how epochs were grouped.
    """
    descent, m = Descent.start(theta), len(objective.X)
    watch.best_theta = theta.copy()
    epoch, together = 0, 1
    while watch.reason is None:
        together = min(together, watch.rules.max_epochs - epoch)
        if together == 0:
            watch.reason = stopping.epochs_reached(epoch)
            break
        before, randomness = descent.copy(), _randomness(random)
        orders = _orders(random, m, together, batch_size)
        began = time.perf_counter()
        losses = _run(objective, descent, rule, batch_size, orders)
        took = time.perf_counter() - began
        kept = _epochs_to_keep(watch, epoch, losses, descent.theta)
        if kept < together:
            descent = before
            _set_randomness(random, randomness)
            if kept:
                _run(objective, descent, rule, batch_size, _orders(random, m, kept, batch_size))
            watch.best_theta = descent.theta.copy()
        epoch += together
        if not watch.needs_every_epoch:
            together = max(1, min(2 * together, int(LOOK_EVERY * together / max(took, 1e-9))))


def minimize_whole(
    objective: Objective, theta: FloatArray, solver: BatchSolver, watch: Watch
) -> None:
    """Let a batch solver walk down the objective until it or the watch says stop."""

    def report(iterate: Iterate) -> bool:
        penalty = iterate.penalty
        if penalty is None:
            penalty = objective.penalty_value(iterate.theta)
        loss = iterate.value - penalty
        epoch = len(watch.history)  # epoch 0 is the start
        return watch.see(epoch, iterate.theta, loss, iterate.gradient_norm, iterate.details)

    watch.best_theta = theta.copy()
    reason = solver.run(objective, theta, report)
    watch.reason = watch.reason or reason


def _orders(random: RandomSource, m: int, epochs: int, batch_size: int) -> npt.NDArray[np.intp]:
    """Return the order of the rows in each epoch; a single batch needs no shuffling."""
    if batch_size >= m:
        return np.broadcast_to(np.arange(m), (epochs, m))
    return np.stack([random.permutation(m) for _ in range(epochs)])


def _run(
    objective: Objective,
    descent: Descent,
    rule: UpdateRule,
    batch_size: int,
    orders: npt.NDArray[np.intp],
) -> FloatArray:
    """Take the epochs of `orders`; a loss that overflows is judged by the watch, not warned of."""
    network = objective.network
    schedule = Schedule(
        orders, batch_size, rule, network.reduction, objective.penalty, objective.sample_weight
    )
    with np.errstate(over="ignore", invalid="ignore"):
        return network.engine.run_epochs(descent, objective.X, objective.Y, schedule)


def _epochs_to_keep(watch: Watch, epoch: int, losses: FloatArray, theta: FloatArray) -> int:
    """Show these epochs to the watch; return how many of them belong to the training."""
    for done, loss in enumerate(losses, start=1):
        if watch.see(epoch + done, theta if done == len(losses) else None, float(loss)):
            diverged = watch.reason is not None and watch.reason.name == "divergence"
            return done - 1 if diverged else done
    return len(losses)


def _randomness(random: RandomSource) -> object:
    if isinstance(random, np.random.RandomState):
        return random.get_state()
    return random.bit_generator.state


def _set_randomness(random: RandomSource, state: object) -> None:
    if isinstance(random, np.random.RandomState):
        random.set_state(state)  # type: ignore[arg-type]
    else:
        random.bit_generator.state = state  # type: ignore[assignment]
