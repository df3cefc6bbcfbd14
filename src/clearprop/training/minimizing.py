"""The two ways to train: descent by mini-batches, and a batch solver; both under one monitor."""

import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from clearprop._random import RandomSource
from clearprop._typing import FloatArray
from clearprop.backprop.descent import Descent, Schedule
from clearprop.backprop.reference import ReferenceEngine
from clearprop.network.objective import Objective
from clearprop.training import stopping
from clearprop.training.checkpoint import Saver, State
from clearprop.training.history import Record
from clearprop.training.minibatches import MiniBatches
from clearprop.training.monitor import Monitor
from clearprop.training.randomness import RowOrders
from clearprop.training.schedules import Moment
from clearprop.training.solvers import BatchSolver, Iterate, Memory
from clearprop.training.solvers.evidence import Hyperparameters
from clearprop.updates import UpdateRule

LOOK_EVERY = 0.1
"""Seconds of mini-batch epochs between two looks at the clock and at the history."""
GROWTH = 100
"""How many times as many epochs as before may run between two looks."""
ORDERS_AT_ONCE = 2**19
"""Numbers of rows that are drawn at once: 4 MiB."""


def minimize_by_batches(
    objective: Objective,
    start: Descent,
    rule: UpdateRule,
    batch_size: int,
    batches: MiniBatches,
    random: RandomSource,
    monitor: Monitor,
    saver: Saver | None = None,
) -> Descent:
    """Descend by mini-batches until the monitor says stop; return the state at the end.

    With a saver that has an earlier run's state, go on from there instead of `start`.

    Several epochs may run in one call of the engine. Where the monitor stops at an earlier one of
    them, the call is taken back and repeated up to there, so that the result does not depend on
    how epochs were grouped.
    """
    run = _Descending(objective, start.copy(), rule, batch_size, batches, random, monitor)
    resumed = saver.resume() if saver else None
    if resumed is not None:
        run.go_on_from(resumed)
    if monitor.best_theta is None:
        monitor.best_theta = start.theta.copy()
    singly = monitor.needs_every_epoch or batches.one_epoch_a_call or objective.penalty.any()
    together = 1
    while monitor.reason is None:
        epoch = len(monitor.history)
        together = min(together, monitor.rules.max_epochs - epoch)
        if together == 0:
            monitor.reason = stopping.epochs_reached(epoch)
            break
        began = time.perf_counter()
        run.take(together)
        if saver is not None and monitor.reason is None:
            saver.offer(run.state)
        took = time.perf_counter() - began
        if not singly:
            in_time = int(LOOK_EVERY * together / max(took, 1e-9))
            most = min(GROWTH * together, ORDERS_AT_ONCE // len(objective.X))
            together = max(1, min(in_time, most))
    return run.descent


def minimize_whole(
    objective: Objective,
    theta: FloatArray,
    solver: BatchSolver,
    monitor: Monitor,
    saver: Saver | None = None,
) -> Hyperparameters | None:
    """Let a batch solver walk down the objective until it or the monitor says stop.

    With a saver that has an earlier run's state, go on from there instead of `theta`.

    Returns
    -------
    Hyperparameters or None
        What the solver believes at the parameters that are kept, if it estimates that.
    """
    kept: list[Hyperparameters | None] = [None]

    def report(iterate: Iterate) -> bool:
        penalty = iterate.penalty
        if penalty is None:
            penalty = objective.penalty_value(iterate.theta)
        loss = iterate.value - penalty
        epoch = len(monitor.history)  # epoch 0 is the start
        norm, details, memory = iterate.gradient_norm, iterate.details, iterate.memory
        stop = monitor.on_epoch_end(epoch, iterate.theta, loss, norm, details, penalty)
        if monitor.best_epoch == epoch:
            kept[0] = iterate.hyperparameters
        if saver is not None and memory is not None and not stop:
            saver.offer(lambda: state_of_solver(iterate.theta, memory, kept[0]))
        return stop

    resumed = saver.resume() if saver else None
    if monitor.best_theta is None:
        monitor.best_theta = theta.copy()
    try:
        if saver is None:
            reason = solver.run(objective, theta, report)
        else:
            theta, memory, kept[0] = solver_state(resumed, theta)
            told = () if memory is None else (memory,)
            reason = solver.in_segments().run(objective, theta, report, *told)
        monitor.reason = monitor.reason or reason
    except KeyboardInterrupt:
        monitor.reason = stopping.interrupted(len(monitor.history))
    return kept[0]


def state_of_solver(theta: FloatArray, memory: Memory, kept: Hyperparameters | None) -> State:
    """Return where a batch solver stands, and what it believes at the parameters to keep."""
    arrays = {name: value for name, value in memory.items() if isinstance(value, np.ndarray)}
    notes = {name: value for name, value in memory.items() if name not in arrays}
    hyperparameters = {} if kept is None else vars(kept)
    return State(
        {"theta": theta}
        | {f"memory.{name}": value for name, value in arrays.items()}
        | {f"belief.{name}": np.asarray(value) for name, value in hyperparameters.items()},
        notes,
    )


def solver_state(
    state: State | None, theta: FloatArray
) -> tuple[FloatArray, Memory | None, Hyperparameters | None]:
    """Return from what a batch solver goes on: see `state_of_solver`; `theta` without a state."""
    if state is None:
        return theta, None, None

    arrays = state.arrays

    def part(name: str) -> dict[str, Any]:
        return {k.removeprefix(name): v for k, v in arrays.items() if k.startswith(name)}

    hyperparameters = part("belief.")
    kept = Hyperparameters.from_arrays(hyperparameters) if hyperparameters else None
    return arrays["theta"], {**part("memory."), **state.notes}, kept


@dataclass
class _Descending:
    """A descent by mini-batches on its way."""

    objective: Objective
    descent: Descent
    rule: UpdateRule
    batch_size: int
    batches: MiniBatches
    random: RandomSource
    monitor: Monitor

    def __post_init__(self) -> None:
        rows = np.arange(len(self.objective.X))
        several = self.batch_size < len(rows)  # a single batch needs no shuffling
        engine = self.objective.network.engine
        shuffle = self.batches.shuffle and several
        self.orders = RowOrders(self.random, rows, shuffle, engine.orders_from)
        self.monitor.reduce_on_plateau = self.reduces_on_plateau

    def state(self) -> State:
        """Return where the descent stands, as a checkpoint keeps it."""
        rows, generator = self.orders.copy_of_state()
        descent = self.descent
        arrays = {"theta": descent.theta, "slots": descent.slots, "rows": rows}
        return State(arrays, {"steps": descent.steps, "generator": generator})

    def go_on_from(self, state: State) -> None:
        """Stand where an earlier run stood."""
        arrays, notes = state
        self.descent = Descent(arrays["theta"], arrays["slots"], int(notes["steps"]))
        self.orders.go_back((arrays["rows"], notes["generator"]))

    def take(self, epochs: int) -> None:
        """Take these epochs, or those of them after which the monitor does not stop."""
        rate = self.rate(len(self.monitor.history) + 1)
        before, drawn_before = self.descent.copy(), self.orders.copy_of_state()
        began = time.perf_counter()
        losses = self.run_engine(epochs, rate)
        kept = self.show(losses, before.theta, rate, began)
        while kept < epochs:
            self.descent = before.copy()
            self.orders.go_back(drawn_before)
            if kept:
                self.run_engine(kept, rate)
            if not kept or np.isfinite(self.descent.theta).all():
                self.monitor.best_theta = self.descent.theta.copy()
                break
            kept -= 1

    def run_engine(self, epochs: int, rate: float) -> FloatArray:
        """Return the losses of these epochs; one that overflows is judged, not warned of."""
        objective, batches = self.objective, self.batches
        network = objective.network
        schedule = Schedule(
            self.orders.draw(epochs),
            self.batch_size,
            replace(self.rule, learning_rate=rate),
            network.reduction,
            objective.penalty,
            objective.sample_weight,
            batches.penalty_in_each_batch,
            batches.dropout,
            batches.clip_norm,
            self.random,
        )
        engine = network.engine
        if not schedule.is_plain:
            engine = ReferenceEngine(network.sizes, network.layers, network.loss_rule)
        with np.errstate(over="ignore", invalid="ignore"):
            return engine.run_epochs(self.descent, objective.X, objective.Y, schedule)

    def show(self, losses: FloatArray, first: FloatArray, rate: float, began: float) -> int:
        """Show these epochs to the monitor; return how many of them belong to the training."""
        monitor, epoch = self.monitor, len(self.monitor.history)
        details = {"learning_rate": rate} if self.batches.one_epoch_a_call else {}
        penalty = self.mean_penalty(first)
        seen = self.monitor.on_epochs_end(epoch + 1, losses, self.descent.theta, began)
        for done, loss in enumerate(losses[seen:], start=seen + 1):
            last = self.descent.theta if done == len(losses) else None
            if monitor.on_epoch_end(epoch + done, last, float(loss), None, details, penalty):
                diverged = monitor.reason is not None and monitor.reason.name == "divergence"
                return done - 1 if diverged else done
        return len(losses)

    def mean_penalty(self, first: FloatArray) -> float:
        """Return the penalty before a step, averaged over the steps since θ was `first`.

        It is taken to change evenly: exact for a single step, close for many.
        """
        objective = self.objective
        if not objective.penalty.any():
            return 0.0
        steps = -(-len(objective.X) // self.batch_size)
        with np.errstate(over="ignore", invalid="ignore"):
            before = objective.penalty_value(first)
            after = objective.penalty_value(self.descent.theta)
        mean = before + (after - before) * (steps - 1) / (2 * steps)
        return steps * mean if self.batches.penalty_in_each_batch else mean

    def rate(self, epoch: int) -> float:
        """Return the learning rate of an epoch."""
        seen = self.batches.samples_seen + (epoch - 1) * len(self.objective.X)
        moment = Moment(epoch, self.monitor.rules.max_epochs, seen, self.monitor.plateaus)
        return self.batches.rate(self.rule.learning_rate, moment)

    def reduces_on_plateau(self, record: Record) -> bool:
        """Return whether the schedule goes on, slower, after this epoch."""
        return self.batches.rates.reduces_on_plateau(self.rate(record.epoch))
