"""How `fit` trains: from a checked sheet and the parameters to a training's result."""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.utils import check_random_state

from clearprop.estimators import plan, rules
from clearprop.estimators.automatic import (
    BAYESIAN,
    averages_starts,
    hidden_sizes_for,
    solver_for,
)
from clearprop.estimators.parts import divide_rows
from clearprop.estimators.progress import progress_of
from clearprop.estimators.starting_point import glorot_with_biases
from clearprop.estimators.tabulate import Sheet
from clearprop.estimators.tasks import Task
from clearprop.estimators.watching import callbacks_of, score_of
from clearprop.estimators.weights import Table, distinct
from clearprop.initializers import Initializer, RandomSource
from clearprop.network import Network
from clearprop.structure import Layer, Parameters
from clearprop.training import Division, TrainingResult, train, train_automatically
from clearprop.training.scaling import fit_scaling, unfold
from clearprop.training.solvers import BatchSolver, make_solver
from clearprop.updates import UpdateRule

Rule = BatchSolver | UpdateRule
LIKE_SCIKIT_LEARN = ("lbfgs", "sgd", "adam")


@dataclass(frozen=True)
class Outcome:
    """A training's result, in the terms of the estimator."""

    result: TrainingResult
    parameters: Parameters
    """Folded, in the type of the inputs."""
    division: Division
    """By the rows of the sheet."""
    rule: Rule


def random_source_of(seed: Any) -> RandomSource:
    """Return the generator that `random_state` stands for."""
    return seed if isinstance(seed, np.random.Generator) else check_random_state(seed)


def network_of(
    estimator: Any, task: Task, sizes: tuple[int, ...], sheet: Sheet, *, smooth: bool = False
) -> Network:
    """Return the network with these hidden layers that the parameters describe."""
    targets, wanted = sheet.Y.shape[1], estimator.activation
    if isinstance(wanted, str) and wanted == rules.AUTOMATIC:
        wanted = "tanh" if smooth else "relu"
    hidden = plan.hidden_activations(wanted, len(sizes))
    output, loss = task.output(estimator, targets)
    layers = plan.layers(sizes, hidden, Layer(targets, output))
    return Network(sheet.X.shape[1], layers, loss, "mean", sheet.dtype)  # type: ignore[arg-type]


def train_sheet(
    estimator: Any, task: Task, sheet: Sheet, before: Parameters | None = None
) -> Outcome:
    """Train on a sheet, from drawn first parameters or from raw ones of `before`.

    Raises
    ------
    InputError
        If a parameter does not go with the data or with another parameter.
    """
    random = random_source_of(estimator.random_state)
    rows = len(sheet.X) - sheet.validating

    def build(hidden: tuple[int, ...]) -> Network:
        network = network_of(estimator, task, hidden, sheet, smooth=True)
        return _precise_enough(network, make_solver(BAYESIAN))

    averaging = averages_starts(estimator, build, rows)
    sizes = tuple(before.sizes[1:-1]) if before else hidden_sizes_for(estimator, sheet)
    network = network_of(estimator, task, sizes, sheet, smooth=averaging)
    wanted = BAYESIAN if averaging else solver_for(estimator, network, rows)
    rule = plan.solver_rule(estimator, wanted)
    smooth = averaging or (isinstance(rule, BatchSolver) and rule.name not in LIKE_SCIKIT_LEARN)
    network = network_of(estimator, task, sizes, sheet, smooth=smooth)
    network = _precise_enough(network, rule)
    start = None if before else first_parameters(estimator, network, rule, random)
    groups = task.groups(sheet.Y[:rows])
    division = divide_rows(estimator, len(sheet.X), sheet.validating, groups, random)

    table = Table(sheet.X, sheet.Y, sheet.weights)
    trained_on = division
    if isinstance(rule, BatchSolver) and not len(division.validation) and not len(division.test):
        table = distinct(table)
        trained_on = Division.all_for_training(len(table.X))
    training = trained_on.train
    counted = None if table.weights is None else table.weights[training]
    scaled = "standardize" if estimator.standardize else "none"
    identity = network.layers[-1].activation.name == "identity"
    inputs = fit_scaling(table.X[training], scaled, counted)
    targets = fit_scaling(table.Y[training], scaled if identity else "none", counted)
    if before is not None:
        vector = before.vector.astype(network.dtype)
        start = unfold(Parameters(network.sizes, vector), inputs, targets)
    total = len(training) if counted is None else float(counted.sum())
    with progress_of(estimator) as progress:
        settings: dict[str, Any] = {
            "division": trained_on,
            "scale_inputs": inputs,
            "scale_targets": targets,
            "stopping": plan.stopping(estimator, rule, loss_scale(network)),
            "sample_weight": table.weights,
            "observe": progress.observe,
        }
        if averaging and before is None:
            result = train_automatically(
                build,
                table.X,
                table.Y,
                solver=rule,
                restarts=estimator.restarts,
                combine=estimator.combine,
                n_jobs=estimator.n_jobs,
                seed=random,
                **settings,
            )
        else:
            result = train(
                network,
                table.X,
                table.Y,
                rule,
                seed=random,
                start=start,
                penalty=penalty_for(estimator, rule, total),
                batch_size=batch_size_for(estimator, len(training)),
                minibatches=plan.mini_batches(estimator, rule, len(sizes), 0),
                score=score_of(estimator, task, sheet, network),
                inspect=callbacks_of(estimator, network),
                **settings,
            )
    kept = Parameters(result.network.sizes, result.parameters.vector.astype(sheet.dtype))
    return Outcome(result, kept, division, rule)


def penalty_for(estimator: Any, rule: Rule, total: float) -> float:
    """Return λ; Bayesian regularisation finds its own."""
    return 0.0 if rule.name == BAYESIAN else float(estimator.alpha) / total


def loss_scale(network: Network) -> float:
    """Return how many times larger our loss is than scikit-learn's.

    Its squared error is averaged over the outputs, where ours, like its other losses, is a sum.
    """
    return float(network.outputs) if network.loss_rule.name == "half_squared_error" else 1.0


def _precise_enough(network: Network, rule: Rule) -> Network:
    """Return the network in float64 where the solver needs it."""
    if isinstance(rule, UpdateRule) or rule.name in LIKE_SCIKIT_LEARN:
        return network
    return Network(network.inputs, network.layers, network.loss_rule, network.reduction)


def first_parameters(
    estimator: Any, network: Network, rule: Rule, random: RandomSource
) -> Parameters:
    """Return drawn parameters, in the scaled variables."""
    draw: str | Initializer | None = rules.initializer(estimator.initializer)
    if draw is None:
        like_scikit_learn = rule.name in LIKE_SCIKIT_LEARN or isinstance(rule, UpdateRule)
        hidden = [layer.activation for layer in network.layers[:-1]]
        draw = glorot_with_biases(hidden) if like_scikit_learn else "xavier"
    return network.initialize(draw, random)


def batch_size_for(estimator: Any, rows: int) -> int:
    """Return the rows of a mini-batch, at most all of them."""
    if estimator.batch_size == "auto":
        return min(200, rows)
    if estimator.batch_size > rows:
        warnings.warn(
            f"`batch_size` (={estimator.batch_size}) is larger than the {rows} rows that train; "
            "all of them make one batch.",
            UserWarning,
            stacklevel=5,
        )
    return min(int(estimator.batch_size), rows)
