"""How `partial_fit` goes on: one epoch over the rows that have arrived."""

import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from clearprop._errors import invalid_argument
from clearprop._random import RandomSource
from clearprop.backprop.descent import Descent
from clearprop.backprop.structure import Parameters
from clearprop.estimators import plan
from clearprop.estimators.fitting import (
    Outcome,
    batch_size_for,
    first_parameters,
    loss_scale,
    network_of,
    random_source_of,
)
from clearprop.estimators.rules import AUTOMATIC
from clearprop.estimators.running import RunningScaling, unscaled
from clearprop.estimators.tabulate import Sheet
from clearprop.estimators.tasks import Task
from clearprop.network.network import Network
from clearprop.network.objective import Objective
from clearprop.training import Division, TrainingResult
from clearprop.training import stopping as reasons
from clearprop.training.minimizing import minimize_by_batches
from clearprop.training.monitor import Monitor
from clearprop.training.scaling import Scaling, fold, unfold
from clearprop.updates import UpdateRule

SIZES_OF_A_STREAM = (100,)
"""Hidden layers where they are to be chosen and the number of rows is not known: scikit-learn's."""


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
        monitor = Monitor(plan.Stopping(), 0)
        return Stream(result.network, inputs, targets, monitor, result.descent)

    def scalings(self, *, standardize: bool) -> tuple[Scaling, Scaling]:
        """Return how inputs and targets are scaled by what is known of them."""
        inputs, targets = unscaled(self.network.inputs), unscaled(self.network.outputs)
        if standardize:
            inputs = self.inputs.scaling
            if self.network.layers[-1].activation.is_identity:
                targets = self.targets.scaling
        return inputs, targets


def take_epoch(estimator: Any, task: Task, sheet: Sheet) -> tuple[Outcome, Stream]:
    """Train for one epoch over the sheet, on from the raw parameters of the estimator.

    Inputs and targets are scaled by what all calls so far have shown of them, and the parameters
    expressed in these units without a change of what they predict.

    Raises
    ------
    InputError
        If the loss was not finite; nothing has changed then.
    """
    began = time.perf_counter()
    rule, random = _rule(estimator), random_source_of(estimator.random_state)
    draw = not hasattr(estimator, "coefs_")
    stream = None if draw else getattr(estimator, "_stream", None)
    if stream is None:
        stream = _beginning(estimator, task, sheet)
    inputs = stream.inputs.with_piece(sheet.X, sheet.weights)
    targets = stream.targets.with_piece(sheet.Y, sheet.weights)
    after = Stream(stream.network, inputs, targets, stream.monitor)
    scalings = after.scalings(standardize=bool(estimator.standardize))
    descent = (
        Descent.start(first_parameters(estimator, stream.network, rule, random).vector)
        if draw
        else _expressed_in(scalings, estimator, stream)
    )
    after.descent = _descend(estimator, after, scalings, sheet, descent, rule, random)
    parameters = fold(Parameters(after.network.sizes, after.descent.theta.copy()), *scalings)
    taken, rows = len(after.monitor.history), Division.all_for_training(len(sheet.X))
    result = TrainingResult(
        after.network,
        parameters,
        after.monitor.history,
        reasons.epochs_reached(taken),
        rule,
        rows,
        time.perf_counter() - began,
        taken,
        *scalings,
        after.descent,
    )
    return Outcome(result, parameters, rows, rule), after


def _rule(estimator: Any) -> UpdateRule:
    wanted = estimator.solver
    rule = plan.solver_rule(estimator, "adam" if wanted == AUTOMATIC else wanted)
    assert isinstance(rule, UpdateRule)  # `partial_fit` does not exist for other solvers
    return rule


def _beginning(estimator: Any, task: Task, sheet: Sheet) -> Stream:
    """Return the network of a first call, of whose data nothing is known yet.

    Parameters that somebody has set by hand say how many units it has.
    """
    wanted = estimator.hidden_layer_sizes
    if hasattr(estimator, "coefs_"):
        sizes = estimator.parameters_.sizes[1:-1]
    elif isinstance(wanted, str) and wanted == AUTOMATIC:
        sizes = SIZES_OF_A_STREAM
    else:
        sizes = plan.hidden_sizes(wanted)
    network = network_of(estimator, task, sizes, sheet)
    nothing = RunningScaling.nothing_seen
    monitor = Monitor(plan.Stopping(), 0)
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
    estimator: Any,
    stream: Stream,
    scalings: tuple[Scaling, Scaling],
    sheet: Sheet,
    descent: Descent,
    rule: UpdateRule,
    random: RandomSource,
) -> Descent:
    """Return the state after one epoch, watched by the stream's monitor."""
    network, monitor, rows = stream.network, stream.monitor, len(sheet.X)
    total = rows if sheet.weights is None else float(sheet.weights.sum())
    objective = Objective(
        network,
        scalings[0].apply(sheet.X),
        scalings[1].apply(sheet.Y),
        np.asarray(estimator.alpha / total),
        sheet.weights,
    )
    taken = len(monitor.history)
    seen = getattr(estimator, "t_", 0) - taken * rows
    monitor.rules = plan.stopping(estimator, rule, loss_scale(network), epochs=taken + 1)
    batches = plan.mini_batches(estimator, rule, len(network.layers) - 1, seen)
    size = batch_size_for(estimator, rows, rule) or rows
    after = minimize_by_batches(objective, descent, rule, size, batches, random, monitor)
    diverged = monitor.reason is not None and monitor.reason.name == "divergence"
    monitor.reason, monitor.reduce_on_plateau, monitor.best_theta = None, None, None
    if diverged:
        monitor.history.drop_last()
        why = "Solver produced non-finite parameter weights. The input data may contain large"
        why += " values and need to be preprocessed."
        raise invalid_argument(
            "learning_rate_init", estimator.learning_rate_init, why, "a smaller one."
        )
    return after
