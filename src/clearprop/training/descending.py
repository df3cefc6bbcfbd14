"""Descent by mini-batches: epochs of the engine, shown to the monitor."""

import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from clearprop._interruption import OutOfTimeError, finishing
from clearprop._random import RandomSource
from clearprop._typing import FloatArray
from clearprop.backprop.descent import Descent, Schedule
from clearprop.backprop.reference import ReferenceEngine
from clearprop.network.objective import Objective
from clearprop.training.divergence import loss_on_some_rows
from clearprop.training.history import Record
from clearprop.training.minibatches import MiniBatches
from clearprop.training.monitor import Monitor
from clearprop.training.randomness import RowOrders, Rows
from clearprop.training.schedules import Moment
from clearprop.training.stopping import StopReason
from clearprop.updates import UpdateRule

SECONDS_A_CALL = 0.1
"""Time that a call of the engine should take before clock and history are checked."""
GROWTH = 100
"""The largest factor from the epochs of one call to those of the next."""
ORDERS_AT_ONCE = 2**19
"""Numbers of rows that are drawn at once: 4 MiB."""


@dataclass(frozen=True)
class DescentState:
    """The state of a descent, and of what draws the order of its rows.

    Attributes
    ----------
    descent : Descent
    rows : array of int, shape (m,)
        The order of the last epoch.
    generator : dict
        The state of the random numbers.
    """

    descent: Descent
    rows: Rows
    generator: dict[str, Any]


class MiniBatchDescent:
    """Training by an update rule.

    Several epochs may run in one call of the engine. Where the monitor stops at an earlier one of
    them, the call is taken back and repeated up to there, so that the result does not depend on
    how epochs were grouped.
    """

    def __init__(
        self,
        objective: Objective,
        start: Descent,
        rule: UpdateRule,
        batch_size: int,
        batches: MiniBatches,
        random: RandomSource,
    ) -> None:
        self.objective, self.start, self.rule = objective, start, rule
        self.batch_size, self.batches, self.random = batch_size, batches, random
        self.X = objective.network.engine.laid_out(objective.X)
        rows = np.arange(len(objective.Y))
        shuffle = batches.shuffle and batch_size < len(rows)  # one batch needs no shuffling
        is_drawn_from = shuffle or bool(batches.dropout)
        engine = objective.network.engine
        self.orders = RowOrders(random, rows, shuffle, engine.orders_from, is_drawn_from)
        self.epochs_a_call = 1

    def init(self) -> DescentState:
        """Return the state before the first epoch."""
        return DescentState(self.start, *self.orders.copy_of_state())

    def record(self, state: DescentState, monitor: Monitor) -> None:
        """Record nothing: no loss is known before the first epoch."""

    def advance(self, state: DescentState, monitor: Monitor) -> DescentState | StopReason:
        """Return the state after some epochs, or after those that the monitor lets pass."""
        taken = len(monitor.history)
        epochs = min(self.epochs_a_call, monitor.rules.max_epochs - taken)
        if epochs <= 0:
            return StopReason.of("epochs", epochs=taken)
        rate = self.rate(taken + 1, monitor)
        began = time.perf_counter()
        descent = state.descent.copy()
        try:
            losses = self.run_engine(descent, state, epochs, rate)
        except (KeyboardInterrupt, OutOfTimeError):
            if epochs == 1:  # of several, it takes a moment only to come as far again
                self.keep_part(descent, state, monitor)
            raise
        passed = self.show(losses, state, descent, monitor, rate, began)
        while passed < epochs:
            descent = state.descent.copy()
            self.run_engine(descent, state, passed, rate)
            if not passed or np.isfinite(descent.theta).all():
                monitor.best_theta = descent.theta.copy()
                break
            passed -= 1
        if monitor.reason is not None:  # no order is drawn any more
            return replace(state, descent=descent)
        self.choose_epochs_a_call(epochs, time.perf_counter() - began, monitor)
        return DescentState(descent, *self.orders.copy_of_state())

    def keep_part(self, descent: Descent, state: DescentState, monitor: Monitor) -> None:
        """Record an epoch that was cut short, as far as it came."""
        theta = descent.theta
        if np.isfinite(theta).all() and (theta != state.descent.theta).any():
            with finishing():
                loss = loss_on_some_rows(self.objective, theta)
                monitor.on_epoch_end(len(monitor.history) + 1, theta, loss)

    def run_engine(
        self, descent: Descent, state: DescentState, epochs: int, rate: float
    ) -> FloatArray:
        """Take so many epochs from the descent of a state; return their losses, which may overflow.

        `descent` is changed in place.
        """
        self.orders.restore((state.rows, state.generator))
        if not epochs:
            return np.empty(0)
        objective, batches = self.objective, self.batches
        network, rule = objective.network, self.rule
        schedule = Schedule(
            self.orders.draw(epochs),
            self.batch_size,
            rule if rate == rule.learning_rate else replace(rule, learning_rate=rate),
            network.reduction,
            objective.penalty,
            objective.sample_weight,
            batches.penalty_in_each_batch,
            batches.dropout,
            batches.clip_norm,
            self.random,
        )
        engine, X = network.engine, self.X
        if not schedule.is_plain:
            engine, X = (
                ReferenceEngine(network.sizes, network.layers, network.loss_rule),
                objective.X,
            )
        with np.errstate(over="ignore", invalid="ignore"):
            return engine.run_epochs(descent, X, objective.Y, schedule)

    def show(
        self,
        losses: FloatArray,
        state: DescentState,
        descent: Descent,
        monitor: Monitor,
        rate: float,
        began: float,
    ) -> int:
        """Show epochs to the monitor; return how many of them belong to the training."""
        epoch = len(monitor.history)
        details = {"learning_rate": rate} if self.batches.one_epoch_a_call else {}
        penalty = self.mean_penalty(state.descent.theta, descent.theta)
        recorded = monitor.on_epochs_end(epoch + 1, losses, descent.theta, began)
        for done, loss in enumerate(losses[recorded:], start=recorded + 1):
            theta = descent.theta if done == len(losses) else None
            if monitor.on_epoch_end(epoch + done, theta, float(loss), None, details, penalty):
                diverged = monitor.reason is not None and monitor.reason.name == "divergence"
                return done - 1 if diverged else done
        return len(losses)

    def choose_epochs_a_call(self, epochs: int, seconds: float, monitor: Monitor) -> None:
        """Let the next call of the engine take about as long as it should."""
        objective, batches = self.objective, self.batches
        if monitor.needs_every_epoch or batches.one_epoch_a_call or objective.penalty.any():
            return
        in_time = int(SECONDS_A_CALL * epochs / max(seconds, 1e-9))
        largest = min(GROWTH * epochs, ORDERS_AT_ONCE // len(objective.Y))
        self.epochs_a_call = max(1, min(in_time, largest))

    def mean_penalty(self, first: FloatArray, last: FloatArray) -> float:
        """Return the penalty before a step, averaged over the steps from θ `first` to `last`.

        It is taken to change evenly: exact for a single step, close for many.
        """
        objective = self.objective
        if not objective.penalty.any():
            return 0.0
        steps = -(-len(objective.Y) // self.batch_size)
        with np.errstate(over="ignore", invalid="ignore"):
            before = objective.penalty_value(first)
            after = objective.penalty_value(last)
        mean = before + (after - before) * (steps - 1) / (2 * steps)
        return steps * mean if self.batches.penalty_in_each_batch else mean

    def rate(self, epoch: int, monitor: Monitor) -> float:
        """Return the learning rate of an epoch."""
        seen = self.batches.samples_seen + (epoch - 1) * len(self.objective.Y)
        moment = Moment(epoch, monitor.rules.max_epochs, seen, monitor.plateaus)
        return self.batches.rate(self.rule.learning_rate, moment)

    def reduces_on_plateau(self, record: Record, monitor: Monitor) -> bool:
        """Return whether the schedule continues, slower, after this epoch."""
        return self.batches.rates.reduces_on_plateau(self.rate(record.epoch, monitor))
