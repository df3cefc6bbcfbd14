"""The training of a network on the piles of a cache."""

import time
from dataclasses import dataclass, replace

import numpy as np

from clearprop._interruption import OutOfTimeError
from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.backprop.descent import Descent
from clearprop.backprop.structure import Parameters
from clearprop.fitting import FitOptions, plan
from clearprop.fitting.tables import legacy_source
from clearprop.network.chunked_objective import ChunkedObjective
from clearprop.network.network import Network
from clearprop.network.objective import Objective
from clearprop.network.penalized_loss import PenalizedLoss, penalty_vector
from clearprop.streaming.cache import Cache
from clearprop.streaming.descent import PileDescent
from clearprop.streaming.disk import RowsAtHand
from clearprop.streaming.learning_curve import FEWEST, learning_curve
from clearprop.streaming.passes import as_number
from clearprop.training import Division, StopReason, TrainingResult
from clearprop.training.checkpoint import Checkpoint, Saver, Terms, identity_of
from clearprop.training.config import Rule
from clearprop.training.divergence import has_diverged
from clearprop.training.minimizing import minimize, minimize_full_batch
from clearprop.training.monitor import Monitor, Observer
from clearprop.training.posterior import Laplace, Posterior
from clearprop.training.scaling import Scaling
from clearprop.training.solvers import BatchSolver
from clearprop.training.solvers.evidence import Hyperparameters
from clearprop.training.units import in_raw_units
from clearprop.updates import UpdateRule

PATIENCE = 3
"""Epochs without progress that are forgiven: each of them sees millions of rows."""
MEASURED = 100_000
"""Rows of the training part on which errors are measured."""


@dataclass(frozen=True)
class Training:
    """A network, its piles, and how it descends."""

    network: Network
    cache: RowsAtHand
    rule: Rule
    options: FitOptions
    scalings: tuple[Scaling, Scaling]
    rows: tuple[int, int, int]

    def run(
        self,
        random: np.random.Generator,
        observe: Observer | None,
        content: str,
        began: float,
    ) -> TrainingResult:
        """Return the result of a training, or of what is left of one that was interrupted."""
        network = self.network
        first = self.first
        penalty = penalty_vector(network, np.asarray(self.decay))
        monitor = self.monitor(observe)
        monitor.best_theta = first.vector.copy()
        saver, file = self.saver(monitor, content, penalty)
        try:
            if isinstance(self.rule, UpdateRule):
                minimize(self.descent(self.rule, first, penalty, random), monitor, saver)
            else:
                minimize_full_batch(self.all_rows(penalty), first.vector, self.rule, monitor, saver)
        except KeyboardInterrupt:
            monitor.reason = StopReason.of("interrupted", epoch=len(monitor.history))
        except OutOfTimeError as end:
            monitor.reason = StopReason.of("time", seconds=end.seconds)
        assert monitor.reason is not None
        if file is not None and monitor.reason.name != "interrupted":
            file.remove()
        self.leave_divergence(monitor, first.vector)
        best = Parameters(network.sizes, monitor.best_theta)
        known = monitor.best_hyperparameters
        return TrainingResult(
            *in_raw_units(network, best, *self.scalings),
            monitor.history,
            monitor.reason,
            self.rule,
            Division(*map(range, self.rows)),  # type: ignore[arg-type]
            time.perf_counter() - began,
            monitor.best_epoch,
            *self.scalings,
            posterior=None if known is None else self.posterior(best.vector, known),
            hyperparameters=known,
            hidden=network.sizes[1:-1],
            weight_decay=float(penalty.max(initial=0.0)),
        )

    @property
    def decay(self) -> float:
        """λ; 0 where the solver finds its own."""
        if isinstance(self.rule, BatchSolver) and self.rule.finds_weight_decay:
            return 0.0
        given = self.options.weight_decay
        return self.options.alpha / self.rows[0] if given is None else given

    def all_rows(self, penalty: FloatArray) -> PenalizedLoss:
        """Return the objective over all rows that train: one pass over them for each question."""
        cache, network = self.cache, self.network
        network = network.with_layers(network.layers, cache.n_jobs)
        return ChunkedObjective(network, cache.piles, penalty, summed=cache.summed)

    def posterior(self, theta: FloatArray, known: Hyperparameters) -> Posterior | None:
        """Return the posterior around the best parameters, of a regression."""
        objective = self.all_rows(np.zeros_like(theta))
        laplace = Laplace.at(objective, theta, known, *self.scalings)
        return None if laplace is None else Posterior((laplace,))

    @property
    def first(self) -> Parameters:
        """The parameters that training begins with."""
        method = plan.initializer_of(self.options, self.network, self.rule)
        return self.network.initialize(method, legacy_source(self.options.seed))

    def advice(self) -> tuple[Text, ...]:
        """Return what a learning curve says of the rows that are needed, if there are many."""
        cache = self.cache
        if not isinstance(self.rule, UpdateRule) or not isinstance(cache, Cache):
            return ()
        if self.rows[0] < FEWEST:
            return ()
        seed, first = as_number(self.options.seed), self.first.vector
        pile, validation = cache.pile(0), cache.validation
        curve = learning_curve(self.network, first, self.rule, pile, validation, seed)
        return () if curve is None else (curve.sentence,)

    def descent(
        self,
        rule: UpdateRule,
        first: Parameters,
        penalty: FloatArray,
        random: np.random.Generator,
    ) -> PileDescent:
        """Return the descent by mini-batches from the first parameters."""
        options, network, cache = self.options, self.network, self.cache
        assert isinstance(cache, Cache)  # elsewhere such rules are refused
        batches = plan.mini_batches(options, rule, len(network.layers) - 1)
        if options.weight_decay is not None:
            batches = replace(batches, penalty_in_each_batch=False)
        size = plan.batch_size_of(options, self.rows[0], rule) or 200
        start = Descent.start(first.vector)
        return PileDescent(network, cache, start, rule, size, batches, penalty, random)

    def monitor(self, observe: Observer | None) -> Monitor:
        """Return what judges every epoch, by rows that are held back."""
        options = replace(self.options, early_stopping=True)
        if options.patience == FitOptions.patience:
            options = replace(options, patience=PATIENCE)
        rules = plan.stopping_of(options, self.rule, self.network)
        validation = self.objective(*self.cache.validation)
        if validation is None:
            rules = replace(rules, plateau=rules.patience or 0)
        patience = rules.patience or 0
        return Monitor(rules, patience, validation, self.objective(*self.cache.test), observe)

    def objective(self, X: FloatArray, Y: FloatArray) -> Objective | None:
        """Return the loss of some rows; None if there are none."""
        dtype = self.network.dtype
        return Objective(self.network, X.astype(dtype), Y.astype(dtype)) if len(Y) else None

    def saver(
        self, monitor: Monitor, content: str, penalty: FloatArray
    ) -> tuple[Saver | None, Checkpoint | None]:
        """Return what saves the training, if that is asked for."""
        file = self.options.checkpoint
        if file is None:
            return None, None
        file = file if isinstance(file, Checkpoint) else Checkpoint(file)
        settings = (repr(self.network), repr(self.rule), repr(penalty[:1]), self.options.seed)
        saved = file.open(identity_of(content, *settings))
        nobody = np.arange(0)
        terms = Terms(Division(nobody, nobody, nobody), *self.scalings, penalty)
        return Saver(file, monitor, terms, saved), file

    def leave_divergence(self, monitor: Monitor, first: FloatArray) -> None:
        """Keep the first parameters where the last are out of bounds."""
        looked_at = (
            self.cache.sample(MEASURED) if monitor.validation is None else self.cache.validation
        )
        objective = self.objective(*looked_at)
        assert objective is not None
        assert monitor.best_theta is not None
        if has_diverged(objective, monitor.best_theta, first):
            monitor.best_theta, monitor.best_epoch = first, 0
            monitor.reason = StopReason.of("divergence.growth", best=0)

    def measured(self, result: TrainingResult) -> tuple[FloatArray, FloatArray, Division]:
        """Return raw outputs and targets of rows of each part, and which are which."""
        parts = [self.cache.sample(MEASURED), self.cache.validation, self.cache.test]
        inputs, targets = self.scalings
        dtype = self.network.dtype
        raw_X = np.vstack([inputs.undo(X) for X, _ in parts]).astype(dtype)
        raw_Y = np.vstack([targets.undo(Y) for _, Y in parts])
        outputs = result.network.forward(result.parameters, raw_X)
        ends = np.cumsum([len(Y) for _, Y in parts])
        rows = np.split(np.arange(len(raw_Y)), ends[:-1])
        return outputs, raw_Y, Division(*rows)
