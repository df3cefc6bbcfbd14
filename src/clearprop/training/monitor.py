"""The monitor of a training: its history, the best parameters so far, and when to stop."""

import math
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from clearprop._interruption import is_interrupted, seconds_used_up
from clearprop._typing import FloatArray
from clearprop.network.penalized_loss import PenalizedLoss
from clearprop.training.history import History, Record, Stretch
from clearprop.training.solvers.evidence import Hyperparameters
from clearprop.training.stopping import Stopping, StopReason

Observer = Callable[[Record], None]
"""Called after every epoch, for progress bars and logs."""
Inspector = Callable[[Record, FloatArray], StopReason | None]
"""Called after every epoch with its parameters, shape (P,); may answer with a reason to stop."""
Score = Callable[[FloatArray], float]
"""The quality of parameters, shape (P,), on the validation rows; higher is better."""


@dataclass
class Monitor:
    """Early stopping and the other rules of `Stopping`, applied to every epoch.

    All that it counts follows from the records, so that `replay` restores it.

    Attributes
    ----------
    rules : Stopping
    patience : int
        Validation checks in a row that may fail; 0 never stops.
    validation, test : PenalizedLoss, optional
        The rows that are evaluated after every epoch.
    observe : callable, optional
        Called after every epoch with its record.
    score : callable, optional
        Judges the validation rows instead of the validation loss.
    inspect : callable, optional
        Called after every epoch with its record and parameters; may answer with a reason to stop.
    goal_unit : float
        The training loss in the unit of the raw targets, which the goal is compared with, over the
        loss of the records.
    raw_loss : callable, optional
        The former as a function of the parameters, where the targets have no common unit.
    reduce_on_plateau : callable, optional
        Asked before training stops for lack of progress; True to continue, counting anew.
    history : History
    reason : StopReason, optional
        None as long as training may continue.
    best_theta : array of shape (P,), optional
        The parameters of the best validation check; without checks the last finite ones.
    best_hyperparameters : Hyperparameters, optional
        Those that belong to `best_theta`, where the solver estimates them.
    best_epoch : int
    lowest_theta : array of shape (P,), optional
        The parameters after the epoch of the lowest objective, as far as they were seen.
    lowest_epoch : int
    best_quality : float
        The score, or the negative validation loss, of the best validation check.
    failed_checks : int
        Validation checks in a row that failed.
    lowest_objective : float
    flat_epochs : int
        Epochs in a row without enough progress of the objective.
    plateaus : int
        How often training continued, slower, where it would have stopped for lack of progress.
    began : float
        When training began, by `time.perf_counter`.
    """

    rules: Stopping
    patience: int
    validation: PenalizedLoss | None = None
    test: PenalizedLoss | None = None
    observe: Observer | None = None
    score: Score | None = None
    inspect: Inspector | None = None
    goal_unit: float = 1.0
    raw_loss: Callable[[FloatArray], float] | None = None
    reduce_on_plateau: Callable[[Record], bool] | None = None
    history: History = field(default_factory=History)
    reason: StopReason | None = None
    best_theta: FloatArray | None = None
    best_hyperparameters: Hyperparameters | None = None
    best_epoch: int = 0
    lowest_theta: FloatArray | None = None
    lowest_epoch: int = 0
    best_quality: float = -math.inf
    failed_checks: int = 0
    lowest_objective: float = math.inf
    flat_epochs: int = 0
    plateaus: int = 0
    began: float = field(default_factory=time.perf_counter)

    @property
    def needs_every_epoch(self) -> bool:
        """Whether every single epoch is judged by its parameters."""
        looks = (self.validation, self.test, self.score, self.inspect, self.raw_loss)
        return any(look is not None for look in looks)

    def on_epoch_end(
        self,
        epoch: int,
        theta: FloatArray | None,
        loss: float,
        gradient_norm: float | None = None,
        details: dict[str, float] | None = None,
        penalty: float = 0.0,
        hyperparameters: Hyperparameters | None = None,
    ) -> bool:
        """Record an epoch that ended at `theta`; return whether training must stop.

        `theta` may be None where nothing but the loss of the epoch is known.
        """
        if theta is not None and not np.isfinite(theta).all():
            loss = math.nan
        measure = theta is not None and math.isfinite(loss)
        record = Record(
            epoch,
            loss,
            self.validation.data_loss(theta) if self.validation and measure else None,
            self.test.data_loss(theta) if self.test and measure else None,
            gradient_norm,
            time.perf_counter() - self.began,
            details or {},
            penalty,
            self.score(theta) if self.score and measure else None,
        )
        self.reason = self._take(record, theta)
        if self.reason is None and is_interrupted():
            self.reason = StopReason.of("interrupted", epoch=epoch)
        if self.reason is None and (seconds := seconds_used_up()) is not None:
            self.reason = StopReason.of("time", seconds=seconds)
        if self.best_epoch == epoch:
            self.best_hyperparameters = hyperparameters
        if self.observe:
            self.observe(record)
        if self.inspect and measure and self.reason is None:
            self.reason = self.inspect(record, theta)
        return self.reason is not None

    def on_epochs_end(self, first: int, losses: FloatArray, theta: FloatArray, began: float) -> int:
        """Record epochs in a row but for the last one, after which the parameters are `theta`.

        `began` is when the first of them began, by `time.perf_counter`.

        Returns
        -------
        int
            How many epochs are recorded: none where one of them may end the training, or where a
            callback wants each. They must be recorded one by one then.
        """
        count, rules = len(losses) - 1, self.rules
        now = time.perf_counter() - self.began
        if count < 1 or self.observe or self.needs_every_epoch:
            return 0
        if first + count > rules.max_epochs or now >= rules.max_seconds:
            return 0
        finite = np.isfinite(losses).all() and np.isfinite(theta).all()
        lowest = float(losses[:count].min())
        if not finite or lowest * self.goal_unit <= rules.goal:
            return 0
        if rules.plateau:
            flat = self._flat_epochs(losses[:count])
            if flat.max() >= rules.plateau:
                return 0
            self.flat_epochs = int(flat[-1])
        self.lowest_objective = min(self.lowest_objective, lowest)
        self.history.add(Stretch(first, losses[:count], began - self.began, now))
        return count

    def _flat_epochs(self, losses: FloatArray) -> npt.NDArray[np.intp]:
        """Return for each of the next epochs how many in a row have made too little progress."""
        lowest = np.minimum.accumulate(np.append(self.lowest_objective, losses[:-1]))
        epoch = np.arange(1, len(losses) + 1)
        last_progress = np.where(losses > lowest - self.rules.tolerance, -self.flat_epochs, epoch)
        return epoch - np.maximum.accumulate(last_progress)

    def replay(self, records: Iterable[Record]) -> None:
        """Count the records of an interrupted training, as if its epochs had ended here."""
        for record in records:
            self._take(record, None)
            self.began = time.perf_counter() - record.seconds

    def _take(self, record: Record, theta: FloatArray | None) -> StopReason | None:
        """Count, record and judge one epoch."""
        finite = math.isfinite(record.loss) and math.isfinite(record.validation_loss or 0)
        if finite:
            self._count(record, theta)
        self.history.add(record)
        return (
            self._judge(record, theta)
            if finite
            else StopReason.of("divergence.loss", epoch=record.epoch)
        )

    def _count(self, record: Record, theta: FloatArray | None) -> None:
        """Count epochs without progress, and keep the best parameters."""
        slow = record.objective > self.lowest_objective - self.rules.tolerance
        self.flat_epochs = self.flat_epochs + 1 if slow else 0
        lowest = record.objective <= self.lowest_objective
        self.lowest_objective = min(self.lowest_objective, record.objective)
        better = True
        if record.validation_score is not None:
            quality = record.validation_score
            passed = quality >= self.best_quality + self.rules.tolerance
            self.failed_checks = 0 if passed else self.failed_checks + 1
            better = quality > self.best_quality
            self.best_quality = max(self.best_quality, quality)
        elif record.validation_loss is not None:
            better = -record.validation_loss > self.best_quality
            self.failed_checks = 0 if better else self.failed_checks + 1
            self.best_quality = max(self.best_quality, -record.validation_loss)
        if better or not self.rules.keep_best:
            self.best_epoch = record.epoch
            self.best_theta = self.best_theta if theta is None else theta.copy()
            if lowest and theta is not None:
                self.lowest_theta, self.lowest_epoch = self.best_theta, record.epoch

    def _judge(self, record: Record, theta: FloatArray | None) -> StopReason | None:
        """Return why training must stop after this epoch, or None."""
        rules, loss = self.rules, record.loss * self.goal_unit
        if self.raw_loss is not None:
            loss = math.inf if theta is None else self.raw_loss(theta)
        if loss <= rules.goal:
            return StopReason.of("goal", loss=loss, goal=rules.goal)
        if record.gradient_norm is not None and record.gradient_norm < rules.min_gradient:
            norm, least = record.gradient_norm, rules.min_gradient
            return StopReason.of("min_gradient", norm=norm, least=least)
        stuck = self._stuck(record)
        if stuck is not None:
            if not (self.reduce_on_plateau and self.reduce_on_plateau(record)):
                return stuck
            self.failed_checks = self.flat_epochs = 0
            self.plateaus += 1
        if record.epoch >= rules.max_epochs:
            return StopReason.of("epochs", epochs=rules.max_epochs)
        if record.seconds >= rules.max_seconds:
            return StopReason.of("time", seconds=rules.max_seconds)
        return None

    def _stuck(self, record: Record) -> StopReason | None:
        """Return which quantity has made no progress for too long."""
        if self.patience and self.failed_checks >= self.patience:
            cause = "loss" if record.validation_score is None else "score"
            best, patience = self.best_epoch, self.patience
            return StopReason.of(f"validation.{cause}", patience=patience, best=best)
        if self.rules.plateau and self.flat_epochs >= self.rules.plateau:
            epochs, tolerance = self.rules.plateau, self.rules.tolerance
            return StopReason.of("plateau", epochs=epochs, tolerance=tolerance)
        return None
