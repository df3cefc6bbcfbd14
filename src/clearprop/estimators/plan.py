"""From the parameters of an estimator to the terms of training: rule, batches, stopping."""

import math
from typing import Any

from clearprop._errors import invalid_argument
from clearprop.activations import Activation
from clearprop.backprop.structure import Layer
from clearprop.estimators import rules
from clearprop.estimators.parameters import MLPParameters
from clearprop.training import MiniBatches, Stopping
from clearprop.training.schedules import RateSchedule
from clearprop.training.schedules.constant import Constant
from clearprop.training.schedules.invscaling import InverseScaling
from clearprop.training.solvers import BatchSolver, make_solver
from clearprop.training.solvers.lbfgs import LBFGS
from clearprop.updates import UPDATES, UpdateRule

LBFGS_MEMORY, LBFGS_MIN_FALL = 10, 1e7 * 2.0**-52
"""SciPy's defaults, which scikit-learn leaves as they are."""


def solver_rule(parameters: MLPParameters, wanted: Any) -> BatchSolver | UpdateRule:
    """Return the rule that `wanted` names; a bare name takes its settings from the parameters."""
    if wanted == "lbfgs":
        return LBFGS(LBFGS_MEMORY, LBFGS_MIN_FALL, float(parameters.tol), parameters.max_fun)
    if wanted not in UPDATES:
        return make_solver(wanted)
    settings: dict[str, Any] = {"learning_rate": float(parameters.learning_rate_init)}
    if wanted == "sgd":
        settings |= {
            "momentum": float(parameters.momentum),
            "nesterov": bool(parameters.nesterovs_momentum),
        }
    if wanted in ("adam", "adamw"):
        settings |= {
            "beta_1": float(parameters.beta_1),
            "beta_2": float(parameters.beta_2),
            "epsilon": float(parameters.epsilon),
        }
    return UPDATES[wanted](**settings)


def mini_batches(
    parameters: MLPParameters, rule: BatchSolver | UpdateRule, hidden: int, samples_seen: int
) -> MiniBatches:
    """Return how mini-batches are taken for a network of so many hidden layers.

    Raises
    ------
    InputError
        If dropout or clipping is asked of a batch solver, or dropout has another number of layers.
    """
    dropout = _dropout(parameters, hidden)
    if not isinstance(rule, UpdateRule):
        for name, asked in (("dropout", any(dropout)), ("clip_norm", parameters.clip_norm)):
            if asked:
                why = f"{rule.name} takes all rows in a step."
                raise invalid_argument(name, getattr(parameters, name), why, "solver='adam'.")
    return MiniBatches(
        shuffle=bool(parameters.shuffle),
        rates=_rates(parameters, rule),
        dropout=dropout,
        clip_norm=math.inf if parameters.clip_norm is None else float(parameters.clip_norm),
        penalty_in_each_batch=True,
        samples_seen=samples_seen,
    )


def _dropout(parameters: MLPParameters, hidden: int) -> tuple[float, ...]:
    given = parameters.dropout
    each = (float(given),) * hidden if isinstance(given, int | float) else tuple(map(float, given))
    if len(each) != hidden:
        why = f"there are {hidden} hidden layers."
        raise invalid_argument("dropout", given, why, "one number for all of them.")
    return each if any(each) else ()


def drops_units(parameters: MLPParameters) -> bool:
    """Return whether dropout is asked for."""
    given = parameters.dropout
    return bool(given) if isinstance(given, int | float) else any(given)


def _rates(parameters: MLPParameters, rule: BatchSolver | UpdateRule) -> RateSchedule:
    wanted = parameters.learning_rate
    if wanted in ("invscaling", "adaptive") and rule.name != "sgd":
        return Constant()
    if wanted == "invscaling":
        return InverseScaling(float(parameters.power_t))
    return rules.schedule(wanted)


def stopping(
    parameters: MLPParameters,
    rule: BatchSolver | UpdateRule,
    scale: float,
    epochs: int | None = None,
) -> Stopping:
    """Return when training stops, by scikit-learn's counting of epochs without progress.

    `scale` is how many times larger our loss is than scikit-learn's, in whose unit `tol` is.
    `epochs` stands in for `max_iter`.
    """
    forgiven = parameters.n_iter_no_change
    patience = 0 if math.isinf(forgiven) else int(forgiven) + 1
    watched = bool(parameters.early_stopping)
    by_batches = isinstance(rule, UpdateRule)
    seconds = parameters.max_seconds
    return Stopping(
        max_epochs=int(parameters.max_iter) if epochs is None else epochs,
        max_seconds=math.inf if seconds is None else float(seconds),
        goal=-math.inf,
        min_gradient=0.0 if by_batches or rule.name == "lbfgs" else 1e-7,
        patience=patience if watched else 0,
        plateau=patience if by_batches and not watched else 0,
        tolerance=float(parameters.tol) * (1.0 if watched else scale),
        keep_best=watched,
    )


def hidden_sizes(wanted: Any) -> tuple[int, ...]:
    """Return the units of each hidden layer; a single number is one layer."""
    return tuple(int(units) for units in wanted) if hasattr(wanted, "__iter__") else (int(wanted),)


def hidden_activations(wanted: Any, hidden: int, *, smooth: bool) -> list[Activation]:
    """Return the activation of each hidden layer; a single one is that of all.

    ``"auto"`` is tanh where the solver wants smooth units, else ReLU.

    Raises
    ------
    InputError
        If there is not one for every hidden layer.
    """
    if isinstance(wanted, str) and wanted == "auto":
        wanted = "tanh" if smooth else "relu"
    if isinstance(wanted, str | Activation):
        return [rules.activation(wanted)] * hidden
    if len(wanted) != hidden:
        why = f"there are {hidden} hidden layers."
        raise invalid_argument("activation", wanted, why, "one activation for all of them.")
    return [rules.activation(each) for each in wanted]


def layers(sizes: tuple[int, ...], activations: list[Activation], output: Layer) -> list[Layer]:
    """Return the hidden layers and the output layer."""
    return [*(Layer(n, f) for n, f in zip(sizes, activations, strict=True)), output]
