"""Training of a network on data: divide, scale, minimise, fold."""

import time
from collections.abc import Callable
from dataclasses import replace
from os import PathLike
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from clearprop._errors import invalid_argument, unknown_name
from clearprop._interruption import OutOfTimeError, finishing, hearing_ctrl_c
from clearprop._random import RandomSource, random_source
from clearprop._registry import spelled
from clearprop._sparse import Rows, is_sparse
from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.backprop.descent import Descent
from clearprop.backprop.structure import Parameters
from clearprop.network.initializers import INITIALIZERS, Initializer, initialize
from clearprop.network.network import Network
from clearprop.network.objective import Objective
from clearprop.network.penalized_loss import PenalizedLoss
from clearprop.network.placed_objective import PlacedObjective
from clearprop.training.checkpoint import Checkpoint, Saver, Terms, identity_of
from clearprop.training.config import (
    AUTO,
    ParameterInspector,
    Rule,
    TrainingConfig,
    ValidationScore,
)
from clearprop.training.divergence import has_diverged, loss_on_some_rows
from clearprop.training.gaps import Gaps, given_rows
from clearprop.training.kept_trainings import KeptTrainings
from clearprop.training.minimizing import minimize_by_batches, minimize_full_batch
from clearprop.training.monitor import Monitor
from clearprop.training.posterior import Laplace, Posterior
from clearprop.training.result import TrainingResult
from clearprop.training.scaling import Scaling
from clearprop.training.solver_choice import choose_solver
from clearprop.training.solvers import BatchSolver, for_given_sizes, make_solver
from clearprop.training.solvers.evidence import Hyperparameters, Noise
from clearprop.training.stopping import StopReason
from clearprop.training.table import Table
from clearprop.training.units import (
    in_raw_units,
    in_scaled_units,
    unit_of_loss,
)
from clearprop.updates import UpdateRule

USUAL_START = "xavier"
"""The initializer where none is asked for."""
MINIBATCH_PATIENCE = 20
"""Validation checks: losses of mini-batch descent are noisy."""


def train(
    network: Network,
    X: Any,
    Y: npt.ArrayLike,
    config: TrainingConfig | str | Rule | None = None,
    *,
    sample_weight: npt.ArrayLike | None = None,
    start: Parameters | FloatArray | None = None,
    start_in: Literal["raw", "scaled"] = "raw",
    missing: Gaps = "refuse",
) -> TrainingResult:
    """Train `network` on the rows that the configuration assigns to training.

    Parameters
    ----------
    network : Network
    X : array of shape (m, n₀), or a sparse one
        Raw inputs, one sample a row.
    Y : array of shape (m, K)
        Raw targets.
    config : TrainingConfig, or a solver, optional
        How to train; ``TrainingConfig()`` without it. A solver alone, by name or as a rule, stands
        for a configuration with nothing else said.
    sample_weight : array of shape (m,) or (m, K), optional
        How much each row counts, or each target of each row; the latter is computed by the
        reference engine.
    start : Parameters or array of shape (P,), optional
        First parameters, instead of drawn ones: those of an earlier result, with which training
        goes on.
    start_in : {"raw", "scaled"}, default="raw"
        Whether `start` takes raw inputs and gives raw outputs, as the parameters of a result do, or
        belongs to the scaled variables, as parameters do that an initializer drew.
    missing : {"refuse", "drop"}, default="refuse"
        What becomes of NaN. ``"drop"`` leaves out a row that lacks an input or all targets, and
        lets a single target that is missing not count; `TrainingResult.notes` says how many.

    Returns
    -------
    TrainingResult

    Raises
    ------
    InputError
        If an argument cannot be used; nothing has been trained then.

    Examples
    --------
    >>> import numpy as np, clearprop as cp
    >>> X = np.linspace(-1, 1, 50)[:, None]
    >>> net = cp.Network(1, [cp.Layer(5, "tanh"), cp.Layer(1)])
    >>> result = cp.train(net, X, X**2, cp.TrainingConfig(solver="lbfgs", seed=0))
    >>> bool(net.loss(result.parameters, X, X**2) < 1e-6)
    True
    """
    config = config or TrainingConfig()
    if not isinstance(config, TrainingConfig):
        config = TrainingConfig(solver=make_solver(config))
    with hearing_ctrl_c():
        return _train(network, X, Y, config, sample_weight, start, start_in, missing)


def _train(
    network: Network,
    X: Any,
    Y: npt.ArrayLike,
    config: TrainingConfig,
    sample_weight: npt.ArrayLike | None,
    start: Parameters | FloatArray | None,
    start_in: Literal["raw", "scaled"],
    missing: Gaps,
) -> TrainingResult:
    """Train as `train` says."""
    began = time.perf_counter()
    given = given_rows(network, X, Y, sample_weight, config.division, missing)
    config = replace(config, division=given.division)
    data = Table(network, given.X, given.Y, given.weights)
    rule, reasons = _rule_of(config, network, len(given.Y))
    seen_on = _placing(config.device, rule)
    random, file = random_source(config.seed), config.checkpoint
    file = Checkpoint(file) if isinstance(file, str | PathLike) else file
    if isinstance(file, KeptTrainings):
        file = file.of(vars(config) | {"seed": random, "start": start})
    saved = None if file is None else file.open(_identity(data, rule, config, random))
    terms = saved.terms if saved else data.terms(config)
    first = None
    if start is not None:
        first, targets = _first_of(network, start, start_in, terms)
        terms = replace(terms, targets=targets)
    objective, validation, test = data.scaled_by(terms)

    if first is None:
        initializer = USUAL_START if config.initializer == AUTO else config.initializer
        first = _drawn(network, initializer, random, objective.X)
    held_back = [part and seen_on(part) for part in (validation, test)]
    monitor = _monitor_of(data, rule, config, terms, *held_back)
    saver = None if file is None else Saver(file, monitor, terms, saved)
    descent = _minimize(seen_on(objective), first.vector, rule, config, random, monitor, saver)
    assert monitor.reason is not None
    with finishing():
        if file is not None and monitor.reason.name != "interrupted":
            file.remove()
        if isinstance(rule, UpdateRule):
            _leave_divergence(objective, first.vector, monitor)
        found = monitor.best_theta
        best = first if found is None else Parameters(network.sizes, found)
        hyperparameters = monitor.best_hyperparameters
        return TrainingResult(
            *in_raw_units(network, best, terms.inputs, terms.targets),
            monitor.history,
            monitor.reason,
            rule,
            terms.division,
            time.perf_counter() - began,
            monitor.best_epoch,
            terms.inputs,
            terms.targets,
            descent,
            _posterior(objective, best, hyperparameters, terms),
            hyperparameters,
            network.sizes[1:-1],
            reasons=reasons,
            weight_decay=float(np.max(terms.penalty)),
            expected_loss=_expected_loss(objective, best, hyperparameters),
            notes=given.notes,
        )


def _first_of(
    network: Network, start: Parameters | FloatArray, start_in: str, terms: Terms
) -> tuple[Parameters, Scaling]:
    """Return first parameters in the scaled variables, and the scaling of the targets."""
    if not isinstance(start, Parameters):
        if hasattr(start, "parameters"):  # a result, or a model
            why = "it is no parameters, but it has some."
            raise invalid_argument("start", type(start).__name__, why, "start=result.parameters.")
        start = network.parameters(start)
    if start_in not in ("raw", "scaled"):
        raise unknown_name("start_in", start_in, ("raw", "scaled"))
    if start_in == "raw":
        return in_scaled_units(network, start, terms.inputs, terms.targets)
    if start.sizes != network.sizes:
        why = f"the network has the sizes {network.sizes}."
        raise invalid_argument("start", start, why, "parameters of this network.")
    return start, terms.targets


def _monitor_of(
    data: Table,
    rule: Rule,
    config: TrainingConfig,
    terms: Terms,
    validation: PenalizedLoss | None,
    test: PenalizedLoss | None,
) -> Monitor:
    """Return the monitor of a training; its goal is a loss in the unit of the raw targets."""
    rules = config.stopping
    patience = MINIBATCH_PATIENCE if isinstance(rule, UpdateRule) else rule.patience
    patience = patience if rules.patience is None else rules.patience
    monitor = Monitor(rules, patience, validation, test, config.observe)
    _add_judges(monitor, data.network, terms, config.score, config.inspect)
    if rules.goal > 0 and not terms.targets.is_identity:
        monitor.goal_unit = unit_of_loss(data.network, terms.targets)
        monitor.raw_loss = None if monitor.goal_unit else data.raw_loss(terms)
    return monitor


def _minimize(
    objective: PenalizedLoss,
    theta: FloatArray,
    rule: Rule,
    config: TrainingConfig,
    random: RandomSource,
    monitor: Monitor,
    saver: Saver | None,
) -> Descent | None:
    """Minimise from θ until the monitor has a reason to stop.

    Returns the state at the end of a descent by mini-batches, None of other trainings and where
    the descent was interrupted.
    """
    try:
        if not isinstance(rule, UpdateRule):
            minimize_full_batch(objective, theta, rule, monitor, saver)
            return None
        assert isinstance(objective, Objective)
        rows = config.batch_size or min(200, objective.rows)
        start, batches = Descent.start(theta), config.minibatches
        return minimize_by_batches(objective, start, rule, rows, batches, random, monitor, saver)
    except KeyboardInterrupt:
        monitor.reason = StopReason.of("interrupted", epoch=len(monitor.history))
    except OutOfTimeError as end:
        monitor.reason = StopReason.of("time", seconds=end.seconds)
    return None


def _leave_divergence(objective: Objective, first: FloatArray, monitor: Monitor) -> None:
    """Keep the parameters of the lowest loss, or the first ones, where the last are out of bounds.

    Nobody could use what is left of a descent that has diverged.
    """
    if monitor.best_theta is None or not has_diverged(objective, monitor.best_theta, first):
        return
    kept, epoch = monitor.lowest_theta, monitor.lowest_epoch
    start = loss_on_some_rows(objective, first)
    if kept is None or not loss_on_some_rows(objective, kept) < start:
        kept, epoch = first, 0
    monitor.best_theta, monitor.best_epoch = kept, epoch
    if monitor.reason is None or monitor.reason.name != "interrupted":
        monitor.reason = StopReason.of("divergence.growth", best=epoch)


def _rule_of(config: TrainingConfig, network: Network, rows: int) -> tuple[Rule, tuple[Text, ...]]:
    """Return the rule that trains, with the batch size, and the reasons for it."""
    solver, reasons = config.solver, ()
    if solver == AUTO:
        rows = rows if config.division is None else len(config.division.train)
        choice = choose_solver(network, rows)
        solver, reasons = for_given_sizes(make_solver(choice.solver)), (choice.reason,)
    rule = make_solver(solver)
    if config.batch_size and isinstance(rule, BatchSolver) and hasattr(rule, "batch_size"):
        rule = replace(rule, batch_size=config.batch_size)  # type: ignore[call-arg]
    return rule, reasons


def _placing(device: Any, rule: Rule) -> Callable[[Objective], PenalizedLoss]:
    """Return what takes the rows of an objective to a device; it leaves them where none is named.

    Raises
    ------
    InputError
        If the rule takes mini-batches: such small sums are not worth the way to a device.
    """
    if device is None or device == "cpu":
        return lambda objective: objective
    if isinstance(rule, UpdateRule):
        why = f"{rule.name} takes mini-batches, which are trained on this machine's processor."
        hint = "leave it out, or solver='lbfgs', which looks at all rows in every step."
        raise invalid_argument("device", str(device), why, hint)
    return lambda objective: PlacedObjective.of(objective, device)


def _drawn(
    network: Network, method: str | Initializer, random: RandomSource, X: Rows
) -> Parameters:
    """Return the first parameters that a rule draws; one that spreads units sees the range of X."""
    rule = INITIALIZERS.get(method) if isinstance(method, str) else method
    if is_sparse(X) or not hasattr(rule, "spans"):
        return network.initialize(method, random)
    ranges = (X.min(axis=0), X.max(axis=0))
    return initialize(network.sizes, method, random, network.dtype, ranges)


def _expected_loss(
    objective: Objective, best: Parameters, hyperparameters: Hyperparameters | None
) -> float | None:
    """Return the loss to expect of other rows, where the solver has estimated noise."""
    if hyperparameters is None:
        return None
    loss = objective.with_penalty(0.0).value(best.vector)
    return Noise.of(objective).expected_loss(loss, hyperparameters.effective_parameters)


def _posterior(
    objective: Objective, best: Parameters, hyperparameters: Hyperparameters | None, terms: Terms
) -> Posterior | None:
    """Return the posterior around the best parameters, where the solver has estimated it."""
    if hyperparameters is None:
        return None
    laplace = Laplace.at(objective, best.vector, hyperparameters, terms.inputs, terms.targets)
    return None if laplace is None else Posterior((laplace,))


def _add_judges(
    monitor: Monitor,
    network: Network,
    terms: Terms,
    score: ValidationScore | None,
    inspect: ParameterInspector | None,
) -> None:
    """Let the monitor call functions that want parameters for raw inputs and outputs."""

    def folded(theta: FloatArray) -> Parameters:
        own = Parameters(network.sizes, theta)
        return in_raw_units(network, own, terms.inputs, terms.targets)[1]

    if score is not None and monitor.validation is not None:
        monitor.score = lambda theta: score(folded(theta), terms.division.validation)
    if inspect is not None:
        monitor.inspect = lambda record, theta: inspect(record, folded(theta))


def _identity(data: Table, rule: Rule, config: TrainingConfig, random: RandomSource) -> str:
    """Return a digest of all that a checkpoint must agree with for training to continue from it."""
    source = type(random).__name__
    settings = (data.network, spelled(rule), config.batch_size, config.minibatches, source)
    X = (data.X.data, data.X.indices, data.X.indptr) if is_sparse(data.X) else (data.X,)
    return identity_of(*settings, *X, data.Y, data.weights)
