"""How `partial_fit` goes on: one epoch over the rows that have arrived."""

import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from clearprop._errors import invalid_argument
from clearprop._random import RandomSource
from clearprop._typing import FloatArray
from clearprop.backprop.descent import Descent
from clearprop.backprop.structure import Parameters
from clearprop.data.task import Task
from clearprop.estimators.options import options_of, random_source_of
from clearprop.fitting import plan
from clearprop.fitting.options import FitOptions
from clearprop.fitting.pipeline import Trained
from clearprop.fitting.rows import FitData
from clearprop.network.network import Network
from clearprop.network.objective import Objective
from clearprop.training import Division, Stopping, StopReason, TrainingResult
from clearprop.training.minimizing import minimize_by_batches
from clearprop.training.monitor import Monitor
from clearprop.training.scaling import Scaling, fit_scaling, fold, unfold
from clearprop.updates import UpdateRule

SIZES_OF_A_STREAM = (100,)
"""Hidden layers where they are to be chosen and the number of rows is not known: scikit-learn's."""


@dataclass(frozen=True)
class RunningScaling:
    """What is known of the columns so far; with each piece it becomes what all of them say."""

    count: float
    """Rows seen so far, each by its weight."""
    mean: FloatArray
    """Shape (columns,)."""
    spread: FloatArray
    """Standard deviation, shape (columns,)."""

    @staticmethod
    def nothing_seen(columns: int) -> "RunningScaling":
        """Return what is known before the first piece."""
        return RunningScaling(0.0, np.zeros(columns), np.zeros(columns))

    def with_piece(self, data: FloatArray, weights: FloatArray | None) -> "RunningScaling":
        """Return what is known after more rows, shape (m, columns).

        Source: Chan, Golub, LeVeque, "Updating formulae and a pairwise algorithm for computing
        sample variances", 1979, eqs. 2.1; with standard deviations, which do not overflow.
        """
        piece = fit_scaling(data, "standardize", weights)
        added = float(len(data)) if weights is None else float(weights.sum())
        total = self.count + added
        old, new = self.count / total, added / total
        apart = piece.shift - self.mean
        within = np.hypot(np.sqrt(old) * self.spread, np.sqrt(new) * piece.spread)
        spread = np.hypot(within, np.sqrt(old * new) * apart)
        return RunningScaling(total, self.mean + new * apart, spread)

    @property
    def scaling(self) -> Scaling:
        """The scaling to mean 0 and spread 1; a column constant so far keeps its unit."""
        constant = self.spread < np.finfo(float).smallest_normal
        return Scaling(self.mean, 1 / np.where(constant, 1, self.spread))


def unscaled(columns: int) -> Scaling:
    """Return the scaling that leaves everything as it is."""
    return Scaling(np.zeros(columns), np.ones(columns))


@dataclass
class Stream:
    """What goes from one call to the next, besides the parameters."""

    network: Network
    inputs: RunningScaling
    targets: RunningScaling
    monitor: Monitor
    descent: Descent | None = None
    """The memory of the update rule; its θ is that of the scaling then."""

    @staticmethod
    def after(result: TrainingResult) -> "Stream":
        """Return what `fit` leaves to `partial_fit`."""
        rows = float(len(result.division.train))
        inputs, targets = (
            RunningScaling(rows, scaling.shift, scaling.spread)
            for scaling in (result.inputs, result.targets)
        )
        monitor = Monitor(Stopping(), 0)
        return Stream(result.network, inputs, targets, monitor, result.descent)

    def scalings(self, *, standardize: bool) -> tuple[Scaling, Scaling]:
        """Return how inputs and targets are scaled by what is known of them."""
        inputs, targets = unscaled(self.network.inputs), unscaled(self.network.outputs)
        if standardize:
            inputs = self.inputs.scaling
            if self.network.layers[-1].activation.is_identity:
                targets = self.targets.scaling
        return inputs, targets


def take_epoch(estimator: Any, task: Task, data: FitData) -> tuple[Trained, Stream]:
    """Train for one epoch over the rows, on from the raw parameters of the estimator.

    Inputs and targets are scaled by what all calls so far have shown of them, and the parameters
    expressed in these units without a change of what they predict.

    Raises
    ------
    InputError
        If the loss was not finite; nothing has changed then.
    """
    began = time.perf_counter()
    options, random = options_of(estimator), random_source_of(estimator.random_state)
    rule = _rule(options)
    draw = not hasattr(estimator, "coefs_")
    stream = None if draw else getattr(estimator, "_stream", None)
    if stream is None:
        stream = _beginning(estimator, task, data, options)
    inputs = stream.inputs.with_piece(data.X, data.weights)
    targets = stream.targets.with_piece(data.Y, data.weights)
    after = Stream(stream.network, inputs, targets, stream.monitor)
    scalings = after.scalings(standardize=bool(estimator.standardize))
    descent = (
        Descent.start(_first_parameters(options, stream.network, rule, random).vector)
        if draw
        else _expressed_in(scalings, estimator, stream)
    )
    seen = getattr(estimator, "t_", 0)
    after.descent = _descend(options, after, scalings, data, descent, rule, random, seen)
    parameters = fold(Parameters(after.network.sizes, after.descent.theta.copy()), *scalings)
    taken, rows = len(after.monitor.history), Division.all_for_training(len(data.X))
    result = TrainingResult(
        after.network,
        parameters,
        after.monitor.history,
        StopReason.of("epochs", epochs=taken),
        rule,
        rows,
        time.perf_counter() - began,
        taken,
        *scalings,
        after.descent,
    )
    return Trained(result, parameters, rows, options), after


def _rule(options: FitOptions) -> UpdateRule:
    rule = plan.rule_of(options, "adam" if options.finds_solver else options.solver)
    assert isinstance(rule, UpdateRule)  # `partial_fit` does not exist for other solvers
    return rule


def _first_parameters(
    options: FitOptions, network: Network, rule: UpdateRule, random: RandomSource
) -> Parameters:
    return network.initialize(plan.initializer_of(options, network, rule), random)


def _beginning(estimator: Any, task: Task, data: FitData, options: FitOptions) -> Stream:
    """Return the network of a first call, of whose data nothing is known yet.

    Parameters that somebody has set by hand say how many units it has.
    """
    if hasattr(estimator, "coefs_"):
        sizes = estimator.parameters_.sizes[1:-1]
    else:
        sizes = SIZES_OF_A_STREAM if options.finds_sizes else tuple(options.hidden)
    network = plan.network_of(task, options, data.X.shape[1], sizes, dtype=data.dtype)  # type: ignore[arg-type]
    nothing = RunningScaling.nothing_seen
    monitor = Monitor(Stopping(), 0)
    return Stream(network, nothing(network.inputs), nothing(network.outputs), monitor)


def _expressed_in(scalings: tuple[Scaling, Scaling], estimator: Any, stream: Stream) -> Descent:
    """Return the estimator's raw parameters in scaled variables, with the rule's memory."""
    network = stream.network
    raw = Parameters(network.sizes, estimator.parameters_.vector.astype(network.dtype))
    descent = Descent.start(unfold(raw, *scalings).vector)
    if stream.descent is not None:
        descent.slots, descent.steps = stream.descent.slots.copy(), stream.descent.steps
    return descent


def _descend(
    options: FitOptions,
    stream: Stream,
    scalings: tuple[Scaling, Scaling],
    data: FitData,
    descent: Descent,
    rule: UpdateRule,
    random: RandomSource,
    samples_seen: int,
) -> Descent:
    """Return the state after one epoch, watched by the stream's monitor."""
    network, monitor, rows = stream.network, stream.monitor, len(data.X)
    total = rows if data.weights is None else float(data.weights.sum())
    objective = Objective(
        network,
        scalings[0].apply(data.X),
        scalings[1].apply(data.Y),
        np.asarray(options.alpha / total),
        data.weights,
    )
    taken = len(monitor.history)
    seen = samples_seen - taken * rows
    monitor.rules = plan.stopping_of(options, rule, network, epochs=taken + 1)
    batches = plan.mini_batches(options, rule, len(network.layers) - 1, seen)
    size = plan.batch_size_of(options, rows, rule) or rows
    after = minimize_by_batches(objective, descent, rule, size, batches, random, monitor)
    diverged = monitor.reason is not None and monitor.reason.name == "divergence"
    monitor.reason, monitor.reduce_on_plateau, monitor.best_theta = None, None, None
    if diverged:
        monitor.history.drop_last()
        why = "Solver produced non-finite parameter weights. The input data may contain large"
        why += " values and need to be preprocessed."
        raise invalid_argument("learning_rate_init", options.learning_rate, why, "a smaller one.")
    return after
