"""Descent by mini-batches over piles of rows, of which two are in memory at a time."""

import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from clearprop._interruption import is_interrupted
from clearprop._typing import FloatArray
from clearprop.backprop.descent import Descent, Schedule
from clearprop.backprop.reference import ReferenceEngine
from clearprop.network.network import Network
from clearprop.streaming.cache import Cache
from clearprop.training.minibatches import MiniBatches
from clearprop.training.monitor import Monitor
from clearprop.training.randomness import generator_state, set_generator_state
from clearprop.training.schedules import Moment
from clearprop.training.stopping import StopReason
from clearprop.updates import UpdateRule


@dataclass(frozen=True)
class PileState:
    """The state between two epochs.

    Attributes
    ----------
    descent : Descent
    generator : dict
        The state of what draws the order of piles and rows.
    """

    descent: Descent
    generator: dict[str, Any]


@dataclass(frozen=True)
class PileDescent:
    """Training by an update rule: an epoch takes the piles in a new order, and shuffles each.

    Attributes
    ----------
    network : Network
    cache : Cache
    start : Descent
    rule : UpdateRule
    batch_size : int
    batches : MiniBatches
    penalty : array of shape (P,)
        λ of every parameter, of the mean over all rows.
    random : Generator
    """

    network: Network
    cache: Cache
    start: Descent
    rule: UpdateRule
    batch_size: int
    batches: MiniBatches
    penalty: FloatArray
    random: np.random.Generator

    def init(self) -> PileState:
        """Return the state before the first epoch."""
        return PileState(self.start, generator_state(self.random))

    def record(self, state: PileState, monitor: Monitor) -> None:
        """Record nothing: no loss is known before the first epoch."""

    def advance(self, state: PileState, monitor: Monitor) -> PileState | StopReason:
        """Return the state after one epoch; time or Ctrl-C may end it after some of the piles."""
        epoch = len(monitor.history) + 1
        if epoch > monitor.rules.max_epochs:
            return StopReason.of("epochs", epochs=epoch - 1)
        set_generator_state(self.random, state.generator)
        descent, rate = state.descent.copy(), self.rate(epoch, monitor)
        piles = [number for number, rows in enumerate(self.cache.rows) if rows]
        order = self.random.permutation(piles) if self.batches.shuffle else piles
        total, rows = 0.0, 0
        for X, Y in self.cache.in_order([*map(int, order)]):
            try:
                total += len(X) * self._take(descent, X, Y, rate)
            except KeyboardInterrupt:
                if not rows:
                    raise
                break
            rows += len(X)
            late = time.perf_counter() - monitor.began >= monitor.rules.max_seconds
            if late or is_interrupted():
                break
        details = {"learning_rate": rate} if self.batches.one_epoch_a_call else {}
        theta = descent.theta
        penalty = 0.5 * float(self.penalty @ (theta * theta))
        monitor.on_epoch_end(epoch, theta, total / rows, None, details, penalty)
        return PileState(descent, generator_state(self.random))

    def _take(self, descent: Descent, X: FloatArray, Y: FloatArray, rate: float) -> float:
        """Descend over the rows of one pile; return their mean loss."""
        rows = len(X)
        order = self.random.permutation(rows) if self.batches.shuffle else np.arange(rows)
        # a batch takes of the penalty the part that it is of all rows, not of this pile
        share = sum(self.cache.rows) / rows if self.batches.penalty_in_each_batch else 1.0
        schedule = Schedule(
            order[None].astype(np.intp),
            min(self.batch_size, rows),
            replace(self.rule, learning_rate=rate),
            self.network.reduction,
            (self.penalty * share).astype(X.dtype),
            None,
            self.batches.penalty_in_each_batch,
            self.batches.dropout,
            self.batches.clip_norm,
            self.random,
        )
        network, engine = self.network, self.network.engine
        if not schedule.is_plain:
            engine = ReferenceEngine(network.sizes, network.layers, network.loss_rule)
        with np.errstate(over="ignore", invalid="ignore"):
            return float(engine.run_epochs(descent, X, Y, schedule)[0])

    def rate(self, epoch: int, monitor: Monitor) -> float:
        """Return the learning rate of an epoch."""
        seen = self.batches.samples_seen + (epoch - 1) * sum(self.cache.rows)
        moment = Moment(epoch, monitor.rules.max_epochs, seen, monitor.plateaus)
        return self.batches.rate(self.rule.learning_rate, moment)
