"""The watch over a training: keeps its history, remembers the best, says when to stop."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from clearprop.objective import Objective
from clearprop.structure import FloatArray
from clearprop.training import stopping
from clearprop.training.history import History, Record
from clearprop.training.stopping import Stopping, StopReason

Observer = Callable[[Record], None]
"""Called after every epoch, for progress bars and logs."""


@dataclass
class Watch:
    """Judges every epoch by the rules of `stopping`."""

    rules: Stopping
    patience: int
    validation: Objective | None = None
    test: Objective | None = None
    observe: Observer | None = None
    history: History = field(default_factory=History)
    reason: StopReason | None = None
    best_theta: FloatArray | None = None
    """The parameters to keep: of the lowest validation loss, else the last finite ones."""
    best_epoch: int = 0
    lowest_loss: float = math.inf
    lowest_validation: float = math.inf
    lowest_at: int = 0
    """The epoch of the last fall of the training loss by more than the tolerance."""
    began: float = field(default_factory=time.perf_counter)

    @property
    def needs_every_epoch(self) -> bool:
        """Whether the parameters of every single epoch must be looked at."""
        return self.validation is not None or self.test is not None

    def see(
        self,
        epoch: int,
        theta: FloatArray | None,
        loss: float,
        gradient_norm: float | None = None,
        details: dict[str, float] | None = None,
    ) -> bool:
        """Record an epoch that ended at `theta`; return whether training must stop.

        `theta` may be None where nothing but the loss of the epoch is known.
        """
        measure = theta is not None and math.isfinite(loss)
        record = Record(
            epoch,
            loss,
            self.validation.data_loss(theta) if self.validation and measure else None,
            self.test.data_loss(theta) if self.test and measure else None,
            gradient_norm,
            time.perf_counter() - self.began,
            details or {},
        )
        self.reason = self.judge(record)
        self.history.records.append(record)
        if self.observe:
            self.observe(record)
        self._remember(record, theta)
        return self.reason is not None

    def judge(self, record: Record) -> StopReason | None:
        """Return why training must stop after this epoch, or None."""
        rules, validation_loss = self.rules, record.validation_loss
        if not math.isfinite(record.loss) or not math.isfinite(validation_loss or 0):
            return stopping.diverged(record.epoch)
        if record.loss <= rules.goal:
            return stopping.goal_reached(record.loss, rules.goal)
        if record.gradient_norm is not None and record.gradient_norm < rules.min_gradient:
            return stopping.gradient_vanished(record.gradient_norm, rules.min_gradient)
        if validation_loss is not None and validation_loss >= self.lowest_validation:
            fails = record.epoch - self.best_epoch
            if self.patience and fails >= self.patience:
                return stopping.validation_failed(self.patience, self.best_epoch)
        flat = record.epoch - self.lowest_at
        fell = record.loss < self.lowest_loss - rules.tolerance
        if rules.plateau and not fell and flat >= rules.plateau:
            return stopping.plateau_reached(rules.plateau, rules.tolerance)
        if record.epoch >= rules.max_epochs:
            return stopping.epochs_reached(rules.max_epochs)
        if record.seconds >= rules.max_seconds:
            return stopping.time_reached(rules.max_seconds)
        return None

    def _remember(self, record: Record, theta: FloatArray | None) -> None:
        validation_loss = record.validation_loss
        if not math.isfinite(record.loss) or not math.isfinite(validation_loss or 0):
            return
        if record.loss < self.lowest_loss - self.rules.tolerance:
            self.lowest_loss, self.lowest_at = record.loss, record.epoch
        if validation_loss is None or validation_loss < self.lowest_validation:
            self.best_epoch = record.epoch
            self.best_theta = self.best_theta if theta is None else theta.copy()
            self.lowest_validation = math.inf if validation_loss is None else validation_loss
