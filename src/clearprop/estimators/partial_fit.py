"""How `partial_fit` goes on: one epoch over the rows that have arrived."""

import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from clearprop._errors import invalid_argument
from clearprop._random import RandomSource
from clearprop._typing import FloatArray
from clearprop.backprop.descent import Descent
from clearprop.backprop.structure import Parameters
from clearprop.data.task import Task
from clearprop.estimators.options import random_source_of
from clearprop.estimators.running_scaling import RunningScaling
from clearprop.fitting import plan
from clearprop.fitting.options import FitOptions
from clearprop.fitting.pipeline import Trained
from clearprop.fitting.rows import FitData
from clearprop.network.network import Network
from clearprop.network.objective import Objective
from clearprop.training import Division, Stopping, StopReason, TrainingResult
from clearprop.training.divergence import has_diverged
from clearprop.training.minimizing import minimize_by_batches
from clearprop.training.monitor import Monitor
from clearprop.training.scaling import Scaling, fold, unfold
from clearprop.updates import UpdateRule

UNUSED = np.random.default_rng(0)
"""Where nothing is drawn: to make the generator of a seed takes longer than to learn a row."""
SIZES_OF_A_STREAM = (100,)
"""Hidden layers where they are to be chosen and the number of rows is not known: scikit-learn's."""


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
    left: Parameters | None = None
    """The raw parameters that `descent` ended with."""
    raw: bool = False
    """Whether columns stay as they are: parameters that were set by hand are meant for them."""

    @staticmethod
    def after(result: TrainingResult) -> "Stream":
        """Return what `fit` leaves to `partial_fit`."""
        rows = float(len(result.division.train))
        inputs, targets = (
            RunningScaling.of(result.inputs, rows),
            RunningScaling.of(result.targets, rows),
        )
        descent, count = result.descent, result.network.parameter_count
        if descent is not None and descent.theta.size != count:
            descent = None  # of one start, where several were averaged
        return Stream(result.network, inputs, targets, Monitor(Stopping(), 0), descent)

    def scalings(self, *, standardize: bool) -> tuple[Scaling, Scaling]:
        """Return how inputs and targets are scaled."""
        inputs, targets = unscaled(self.network.inputs), unscaled(self.network.outputs)
        if standardize and not self.raw:
            inputs = self.inputs.scaling
            if self.network.layers[-1].activation.is_identity:
                targets = self.targets.scaling
        return inputs, targets


def take_epoch(
    estimator: Any, task: Task, data: FitData, options: FitOptions
) -> tuple[Trained, Stream]:
    """Train for one epoch over the rows, on from the raw parameters of the estimator.

    Inputs and targets are scaled by what all calls so far have shown of them; see
    `RunningScaling`.

    Raises
    ------
    InputError
        If the loss was not finite; nothing has changed then.
    """
    began = time.perf_counter()
    rule = _rule(options)
    draw = not hasattr(estimator, "coefs_")
    is_drawn_from = draw or len(data.Y) > 1 or options.drops_units  # one row has one order
    random = random_source_of(estimator.random_state) if is_drawn_from else UNUSED
    stream = None if draw else getattr(estimator, "_stream", None)
    if stream is None and hasattr(estimator, "_result"):
        stream = Stream.after(estimator._result)
    if stream is None:
        stream = _beginning(estimator, task, data, options)
    standardize = bool(estimator.standardize)
    inputs = stream.inputs.with_rows(data.X, data.weights)
    targets = stream.targets.with_rows(data.Y, data.weights)
    after = replace(stream, inputs=inputs, targets=targets, descent=None, left=None)
    scalings = after.scalings(standardize=standardize)
    if draw:
        first = _first_parameters(options, stream.network, rule, random)
        descent = Descent.start(first.vector)
    else:
        descent = _descent_in_units_of(after, estimator, stream, rule, standardize=standardize)
    seen = getattr(estimator, "t_", 0)
    after.descent = _descend(options, after, scalings, data, descent, rule, random, seen)
    parameters = fold(Parameters(after.network.sizes, after.descent.theta), *scalings)
    after.left = parameters
    taken, rows = len(after.monitor.history), Division.all_for_training(len(data.Y))
    result = TrainingResult(
        after.network,
        parameters,
        after.monitor.history,
        StopReason.of("epochs", epochs=taken),
        rule,
        rows,
        time.perf_counter() - began,
        taken,
        inputs=scalings[0],
        targets=scalings[1],
        descent=after.descent,
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
    by_hand = hasattr(estimator, "coefs_")
    if by_hand:
        sizes = estimator.parameters_.sizes[1:-1]
    else:
        sizes = SIZES_OF_A_STREAM if options.finds_sizes else tuple(options.hidden)
    network = plan.network_of(task, options, data.X.shape[1], sizes, dtype=data.dtype)  # type: ignore[arg-type]
    nothing, monitor = RunningScaling.nothing_seen, Monitor(Stopping(), 0)
    return Stream(network, nothing(network.inputs), nothing(network.outputs), monitor, raw=by_hand)


def _descent_in_units_of(
    after: Stream, estimator: Any, before: Stream, rule: UpdateRule, *, standardize: bool
) -> Descent:
    """Return the estimator's raw parameters in the units of `after`, with the rule's memory."""
    network = before.network
    stays = after.inputs.has_units_of(before.inputs) and after.targets.has_units_of(before.targets)
    if stays and before.descent is not None and before.left == estimator.parameters_:
        return before.descent.copy()
    olds, news = before.scalings(standardize=standardize), after.scalings(standardize=standardize)
    read_in = (
        _where(after.inputs.takes_over(before.inputs), news[0], olds[0]),
        _where(after.targets.takes_over(before.targets), news[1], olds[1]),
    )
    raw = Parameters(network.sizes, estimator.parameters_.vector.astype(network.dtype))
    descent = Descent.start(unfold(raw, *read_in).vector)
    if before.descent is not None:
        growth = _growth(network, olds, read_in)
        descent.steps = before.descent.steps
        for slot, earlier, power in zip(
            descent.slots, before.descent.slots, rule.slot_powers, strict=True
        ):
            slot[:] = earlier * growth**power
    return descent


def _where(chosen: npt.NDArray[np.bool_], one: Scaling, other: Scaling) -> Scaling:
    """Return the scaling of some columns from one, and of the rest from another."""
    shift = np.where(chosen, one.shift, other.shift)
    return Scaling(shift, np.where(chosen, one.rate, other.rate))


def _growth(
    network: Network, old: tuple[Scaling, Scaling], new: tuple[Scaling, Scaling]
) -> FloatArray:
    """Return how many times larger each parameter is in the new units, shape (P,)."""
    growth = network.parameters(np.ones(network.parameter_count))
    inputs, targets = (a.rate / b.rate for a, b in zip(old, new, strict=True))
    growth.layers[0][0][:] *= inputs[:, None]
    for part in growth.layers[-1]:
        part /= targets
    return growth.vector


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
    network, monitor, rows = stream.network, stream.monitor, len(data.Y)
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
    diverged = diverged or has_diverged(objective, after.theta, descent.theta, least=1.0)
    monitor.reason, monitor.reduce_on_plateau, monitor.best_theta = None, None, None
    if diverged:
        monitor.history.drop_last()
        why = "Solver produced non-finite parameter weights. The input data may contain large"
        why += " values and need to be preprocessed."
        raise invalid_argument("learning_rate_init", options.learning_rate, why, "a smaller one.")
    return after
