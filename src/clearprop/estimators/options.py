"""From the parameters of an estimator to the options of a fit."""

import math
from typing import Any

import numpy as np
from sklearn.utils import check_random_state

from clearprop._random import RandomSource
from clearprop.estimators.parameters import MLPParameters
from clearprop.fitting.options import FitOptions


def options_of(parameters: MLPParameters) -> FitOptions:
    """Return the options that scikit-learn's parameters, and ours, stand for."""
    given = parameters
    jobs = given.n_jobs
    return FitOptions(
        hidden=_sizes(given.hidden_layer_sizes),
        activation=given.activation,
        output_activation=given.output_activation,
        loss=given.loss,
        solver=given.solver,
        initializer=given.initializer,
        alpha=float(given.alpha),
        batch_size=None if _is_auto(given.batch_size) else int(given.batch_size),
        shuffle=bool(given.shuffle),
        schedule=given.learning_rate,
        power_t=float(given.power_t),
        learning_rate=float(given.learning_rate_init),
        momentum=float(given.momentum),
        nesterov=bool(given.nesterovs_momentum),
        beta_1=float(given.beta_1),
        beta_2=float(given.beta_2),
        epsilon=float(given.epsilon),
        dropout=given.dropout,
        clip_norm=math.inf if given.clip_norm is None else float(given.clip_norm),
        standardize=bool(given.standardize),
        max_epochs=int(given.max_iter),
        max_seconds=math.inf if given.max_seconds is None else float(given.max_seconds),
        max_evaluations=int(given.max_fun),
        tolerance=float(given.tol),
        patience=float(given.n_iter_no_change),
        early_stopping=bool(given.early_stopping),
        validation=float(given.validation_fraction),
        test=float(given.test_fraction),
        restarts=given.restarts if _is_auto(given.restarts) else int(given.restarts),
        combine=given.combine,
        compact=bool(given.compact),
        n_jobs=None if jobs is None or jobs < 1 else int(jobs),
        seed=given.random_state,
        checkpoint=given.checkpoint,
        device=given.device,
    )


def random_source_of(seed: Any) -> RandomSource:
    """Return the generator that `random_state` stands for."""
    return seed if isinstance(seed, np.random.Generator) else check_random_state(seed)


def _is_auto(wanted: Any) -> bool:
    return isinstance(wanted, str)  # no other text has passed the checks


def _sizes(wanted: Any) -> Any:
    """Return the units of each hidden layer; a single number is one layer."""
    if _is_auto(wanted):
        return wanted
    return tuple(map(int, wanted)) if hasattr(wanted, "__iter__") else (int(wanted),)
