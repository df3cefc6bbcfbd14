"""How `fit` trains: from a checked sheet and the parameters to a training's result."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sklearn.utils import check_random_state

from clearprop._errors import invalid_argument
from clearprop._random import RandomSource
from clearprop.backprop.structure import Layer, Parameters
from clearprop.estimators import plan, rules
from clearprop.estimators.automatic import is_auto, several_trainings, solver_for
from clearprop.estimators.parts import divide_rows
from clearprop.estimators.progress import progress_of
from clearprop.estimators.starting_point import glorot_with_biases
from clearprop.estimators.tabulate import Sheet
from clearprop.estimators.tasks import Task
from clearprop.estimators.watching import callbacks_of, score_of
from clearprop.estimators.weights import Table, distinct
from clearprop.network.initializers import Initializer
from clearprop.network.network import Network
from clearprop.search import train_automatically
from clearprop.training import Division, TrainingResult, train
from clearprop.training.scaling import fit_scaling, unfold
from clearprop.training.solvers import BatchSolver
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
    estimator: Any,
    task: Task,
    sizes: tuple[int, ...],
    sheet: Sheet,
    *,
    smooth: bool = False,
    dtype: str | None = None,
) -> Network:
    """Return the network with these hidden layers that the parameters describe."""
    targets = sheet.Y.shape[1]
    hidden = plan.hidden_activations(estimator.activation, len(sizes), smooth=smooth)
    output, loss = task.output(estimator, targets)
    layers = plan.layers(sizes, hidden, Layer(targets, output))
    return Network(sheet.X.shape[1], layers, loss, "mean", dtype or sheet.dtype)  # type: ignore[arg-type]


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

    def build(sizes: tuple[int, ...], smooth: bool) -> Network:
        return network_of(estimator, task, sizes, sheet, smooth=smooth, dtype="float64")

    chosen = solver_for(estimator, build, rows, before)
    dtype = sheet.dtype if _takes_float32(chosen.rule) else "float64"

    def network_with(sizes: tuple[int, ...]) -> Network:
        return network_of(estimator, task, sizes, sheet, smooth=chosen.smooth, dtype=dtype)

    fixed = before is not None or not several_trainings(estimator)
    if estimator.checkpoint is not None and not fixed:
        why = "it keeps one training, and several are asked for."
        hint = "hidden_layer_sizes=(10,), restarts=1 with it."
        raise invalid_argument("checkpoint", str(estimator.checkpoint), why, hint)
    start = network = None
    if fixed:
        given = before.sizes[1:-1] if before else plan.hidden_sizes(estimator.hidden_layer_sizes)
        network = network_with(given)
        if before is None:
            start = first_parameters(estimator, network, chosen.rule, random)
    division = divide_rows(
        estimator, len(sheet.X), sheet.validating, task.groups(sheet.Y[:rows]), random
    )
    table, trained_on = _table(sheet, division, chosen.rule)
    settings = _settings(estimator, task, sheet, table, trained_on, chosen.rule, network_with)
    with progress_of(estimator) as progress:
        settings["observe"] = progress.observe
        if network is None:
            result = train_automatically(
                network_with,
                table.X,
                table.Y,
                hidden=estimator.hidden_layer_sizes,
                solver=chosen.rule,
                restarts=estimator.restarts,
                combine=estimator.combine,
                n_jobs=_workers(estimator),
                seed=random,
                initializer=rules.initializer(estimator.initializer),
                wide=is_auto(estimator.solver) and not estimator.warm_start,
                **settings | _penalty_to_choose(estimator),
            )
        else:
            if before is not None:
                inputs, targets = settings["scale_inputs"], settings["scale_targets"]
                raw = Parameters(network.sizes, before.vector.astype(network.dtype))
                start = unfold(raw, inputs, targets)
            result = train(
                network, table.X, table.Y, chosen.rule, seed=random, start=start, **settings
            )
    if chosen.reason is not None:
        result = replace(result, reasons=(chosen.reason, *result.reasons))
    kept = Parameters(result.network.sizes, result.parameters.vector.astype(sheet.dtype))
    used = result.division if trained_on is division else division
    return Outcome(result, kept, used, result.solver)


def _table(sheet: Sheet, division: Division, rule: Rule) -> tuple[Table, Division]:
    """Return the rows that are trained on, equal ones together where all of them train at once."""
    table = Table(sheet.X, sheet.Y, sheet.weights)
    if isinstance(rule, UpdateRule) or len(division.validation) or len(division.test):
        return table, division
    table = distinct(table)
    return table, Division.all_for_training(len(table.X))


def _settings(
    estimator: Any,
    task: Task,
    sheet: Sheet,
    table: Table,
    division: Division,
    rule: Rule,
    network_with: Callable[[tuple[int, ...]], Network],
) -> dict[str, Any]:
    """Return the terms of training that `train` and `train_automatically` share."""
    rows = division.train
    counted = None if table.weights is None else table.weights[rows]
    total = len(rows) if counted is None else float(counted.sum())
    scaled = "standardize" if estimator.standardize else "none"
    hidden = 1 if is_auto(estimator.hidden_layer_sizes) else None
    sizes = () if hidden else plan.hidden_sizes(estimator.hidden_layer_sizes)
    example = network_with(sizes or ((1,) * (hidden or 0)))
    identity = example.layers[-1].activation.is_identity
    own_penalty = rule.name == "bayesian_regularization"
    return {
        "division": division,
        "scale_inputs": fit_scaling(table.X[rows], scaled, counted),
        "scale_targets": fit_scaling(table.Y[rows], scaled if identity else "none", counted),
        "penalty": 0.0 if own_penalty else float(estimator.alpha) / total,
        "batch_size": batch_size_for(estimator, len(rows), rule),
        "minibatches": plan.mini_batches(estimator, rule, hidden or len(sizes), 0),
        "stopping": plan.stopping(estimator, rule, loss_scale(example)),
        "sample_weight": table.weights,
        "score": score_of(estimator, task, sheet, network_with),
        "inspect": callbacks_of(estimator, network_with),
        "checkpoint": estimator.checkpoint,
    }


def _penalty_to_choose(estimator: Any) -> dict[str, None]:
    """Return that the penalty is left open, where solver and sizes are."""
    open_to_choice = is_auto(estimator.solver) and is_auto(estimator.hidden_layer_sizes)
    return {"penalty": None} if open_to_choice else {}


def _workers(estimator: Any) -> int | None:
    """Return how many starts may train at the same time; None for as many as there are cores."""
    jobs = estimator.n_jobs
    return None if jobs is None or jobs < 1 else int(jobs)


def loss_scale(network: Network) -> float:
    """Return how many times larger our loss is than scikit-learn's.

    Its squared error is averaged over the outputs, where ours, like its other losses, is a sum.
    """
    return float(network.outputs) if network.loss_rule.constant_curvature == 1.0 else 1.0


def _takes_float32(rule: Rule) -> bool:
    """Return whether the solver trains in the type of the inputs; others need float64."""
    return isinstance(rule, UpdateRule) or rule.name in LIKE_SCIKIT_LEARN


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


def batch_size_for(estimator: Any, rows: int, rule: Rule) -> int | None:
    """Return the rows of a mini-batch, at most all of them; None where the solver chooses."""
    if estimator.batch_size == "auto":
        return min(200, rows) if isinstance(rule, UpdateRule) else None
    if estimator.batch_size > rows:
        warnings.warn(
            f"`batch_size` (={estimator.batch_size}) is larger than the {rows} rows that train; "
            "all of them make one batch.",
            UserWarning,
            stacklevel=6,
        )
    return min(int(estimator.batch_size), rows)
