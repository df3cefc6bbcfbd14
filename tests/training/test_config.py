"""The training's configuration: frozen, checked, with usual values that leave choices open."""

import inspect
import re
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

from clearprop import Layer, Network
from clearprop._registry import settings_of
from clearprop.training import Stopping, TrainingConfig, train
from clearprop.training.solvers import SOLVERS
from clearprop.updates import UPDATES
from refusals import refused

X = np.random.default_rng(0).normal(size=(30, 2))
NETWORK = Network(2, [Layer(3, "tanh"), Layer(1)])


def test_a_configuration_is_not_changed_but_replaced():
    config = TrainingConfig(solver="lbfgs", seed=3)
    with pytest.raises(FrozenInstanceError):
        config.seed = 4
    changed = replace(config, seed=4)
    assert (config.seed, changed.seed, changed.solver) == (3, 4, "lbfgs")


@pytest.mark.parametrize("size", [0, -1])
def test_a_batch_without_rows_is_refused(size):
    with refused("batch_size", "at least one row"):
        TrainingConfig(batch_size=size)


def test_a_weight_decay_that_is_left_open_is_0_where_nothing_is_searched():
    assert TrainingConfig().penalty == 0.0
    assert TrainingConfig(weight_decay=None).penalty == 0.0
    assert TrainingConfig(weight_decay=0.5).penalty == 0.5


def test_a_solver_that_is_left_open_is_chosen_with_a_reason():
    result = train(NETWORK, X, X[:, :1])
    assert result.solver.name == "bayesian_regularization"
    assert "second-order" in result.reasons[0].en
    assert train(NETWORK, X, X[:, :1], TrainingConfig(solver="rprop")).reasons == ()


def test_the_batch_size_reaches_solvers_that_sample_rows():
    config = TrainingConfig(solver="levenberg_marquardt", batch_size=10, seed=0)
    result = train(NETWORK, X, X[:, :1], config)
    assert result.history[0].details["batch_size"] == 10
    config = TrainingConfig(solver="lbfgs", batch_size=10, seed=0)
    assert "batch_size" not in train(NETWORK, X, X[:, :1], config).history[0].details


@pytest.mark.parametrize(
    ("described", "name", "words"),
    [
        (Stopping, "epochs", "max_epochs="),
        (Stopping, "max_fail", "patience="),
        (Stopping, "time", "max_seconds="),
        (Stopping, "min_grad", "min_gradient="),
        (Stopping, "max_epoch", "max_epochs="),
        (Stopping, "max_fails", "patience="),
        (TrainingConfig, "max_fail", "Stopping(patience="),
        (TrainingConfig, "mu", "damping="),
        (TrainingConfig, "mu_inc", "leave it out"),
        (TrainingConfig, "lr", "sgd(learning_rate="),
        (TrainingConfig, "regularization", "weight_decay="),
        (TrainingConfig, "solvr", "solver="),
    ],
)
def test_settings_of_other_names_are_answered_with_ours(described, name, words):
    with refused(name, f"{described.__name__} has no such setting", words):
        described(**{name: 3})


def test_the_settings_that_are_advised_exist():
    from clearprop.training import config

    for advice in config.ELSEWHERE.values():
        for name in re.findall(r"(\w+)=", advice.partition("leave")[0]):
            assert (
                name in inspect.signature(train).parameters
                or hasattr(TrainingConfig(), name)
                or hasattr(Stopping(), name)
                or any(name in settings_of(rule) for rule in (*SOLVERS.values(), *UPDATES.values()))
            ), name


def test_positions_and_names_of_settings_are_as_they_were():
    assert Stopping(5, 2.0).max_seconds == 2.0
    assert TrainingConfig("lbfgs").solver == "lbfgs"
    assert list(inspect.signature(Stopping).parameters)[:2] == ["max_epochs", "max_seconds"]
