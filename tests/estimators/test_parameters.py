"""Every parameter: scikit-learn's default where it is theirs, and the values that it takes."""

import inspect
import math

import numpy as np
import pytest
import sklearn.neural_network as theirs

from clearprop import InputError, MLPClassifier, MLPRegressor
from clearprop.estimators.constraints import check_changed_parameters, check_parameters
from clearprop.training import Checkpoint

CHOSEN = {"hidden_layer_sizes", "activation", "solver"}
"""Left open here, where scikit-learn has a fixed default."""
OPEN = [1e-300, 0.5, 1 - 1e-12]
"""Numbers between 0 and 1."""
TAKEN = {
    "hidden_layer_sizes": ["auto", 1, (), (1,), [3, 4], np.array([2, 1])],
    "activation": ["auto", "relu", ["tanh", "relu"]],
    "output_activation": [None, "sigmoid"],
    "solver": ["auto", "adam", "lbfgs"],
    "alpha": [0, *OPEN, 1e9],
    "batch_size": ["auto", 1, 10**9],
    "learning_rate_init": [*OPEN, 1, 1e9],
    "power_t": [0, *OPEN, 2],
    "max_iter": [1, 10**9],
    "shuffle": [True, False, np.True_],
    "random_state": [None, 0, 2**32 - 1, np.random.RandomState(0), np.random.default_rng(0)],
    "tol": [0, *OPEN, 2],
    "verbose": [True, False, 0, 2],
    "warm_start": [True, False],
    "momentum": [0, *OPEN, 1],
    "nesterovs_momentum": [True, False],
    "early_stopping": [True, False],
    "validation_fraction": [0, *OPEN],
    "beta_1": [0, *OPEN],
    "beta_2": [0, *OPEN],
    "epsilon": [*OPEN, 1],
    "n_iter_no_change": [1, 10**9, math.inf],
    "max_fun": [1, 10**9],
    "standardize": [True, False],
    "initializer": ["auto", "he", lambda *_: None],
    "scoring": [None, "loss", "r2", lambda *_: 0.0],
    "test_fraction": [0, *OPEN],
    "dropout": [0, *OPEN, [0, 0.5]],
    "clip_norm": [None, *OPEN, 1e9],
    "restarts": ["auto", 1, 1000],
    "combine": ["average", "best"],
    "compact": [True, False],
    "n_jobs": [None, -1, 0, 4],
    "max_seconds": [None, *OPEN, 60, math.inf],
    "callbacks": [None, print, [print, print], []],
    "checkpoint": [None, "file", Checkpoint("file")],
    "device": [None, "cuda", "cuda:1", "mps"],
}
REFUSED = {
    "hidden_layer_sizes": [0, (1, 0), 2.5, "large", None],
    "activation": ["rleu", 3, ["tanh", "rleu"]],
    "output_activation": ["rleu", 1],
    "solver": ["adm", 3],
    "alpha": [-1e-300, math.inf, math.nan, "1", True],
    "batch_size": [0, 1.5, "all", None],
    "learning_rate_init": [0, math.inf, -1],
    "power_t": [-1e-300, math.inf],
    "max_iter": [0, 1.0, True, "1"],
    "shuffle": [0, 1, None, "yes"],
    "random_state": [-1, 2**32, 0.5, "seed"],
    "tol": [-1e-300, math.inf],
    "verbose": [-1, 0.5, "yes"],
    "warm_start": [1, None],
    "momentum": [-1e-300, 1.001],
    "nesterovs_momentum": [1],
    "early_stopping": [1],
    "validation_fraction": [-1e-300, 1],
    "beta_1": [-1e-300, 1],
    "beta_2": [-1e-300, 1],
    "epsilon": [0, math.inf],
    "n_iter_no_change": [0, 2.5, -math.inf],
    "max_fun": [0, 2.5],
    "standardize": [1, "yes"],
    "initializer": ["best", 3],
    "scoring": [3],
    "test_fraction": [-1e-300, 1],
    "dropout": [-1e-300, 1, [0, 1], "half"],
    "clip_norm": [0, math.inf],
    "restarts": [0, 1.5, "many"],
    "combine": ["mean", 1],
    "compact": [1],
    "n_jobs": [-2, 1.5],
    "max_seconds": [0, -1],
    "callbacks": [3, [3], "print"],
    "checkpoint": [3],
    "device": [1.5, "gpu"],
}


def test_every_parameter_is_tried():
    assert {"loss", "learning_rate", *TAKEN} == set(MLPRegressor().get_params())
    assert set(TAKEN) == set(REFUSED)


@pytest.mark.parametrize("kind", ["MLPRegressor", "MLPClassifier"])
def test_defaults_are_scikit_learns(kind):
    ours = {"MLPRegressor": MLPRegressor, "MLPClassifier": MLPClassifier}[kind]().get_params()
    known = inspect.signature(getattr(theirs, kind)).parameters
    shared = set(known) & set(ours) - CHOSEN
    assert {name: ours[name] for name in shared} == {name: known[name].default for name in shared}
    assert len(shared) > 15
    assert all(ours[name] == "auto" for name in CHOSEN)


@pytest.mark.parametrize("name", TAKEN)
def test_what_a_parameter_may_be_is_taken(name):
    for value in TAKEN[name]:
        check_parameters(MLPRegressor(**{name: value}))


@pytest.mark.parametrize("name", REFUSED)
def test_what_a_parameter_may_not_be_is_refused_by_its_name(name):
    for value in REFUSED[name]:
        with pytest.raises(InputError) as error:
            check_parameters(MLPRegressor(**{name: value}))
        noun = name.removeprefix("output_")
        assert f"`{noun}`" in str(error.value).split(" is ")[0] or f"`{name}`" in str(error.value)


def test_weights_of_classes_are_balanced_or_said():
    for value in (None, "balanced", {0: 1.0}, [{0: 1.0}]):
        check_parameters(MLPClassifier(class_weight=value))
    for value in ("even", 3):
        with pytest.raises(InputError, match="class_weight"):
            check_parameters(MLPClassifier(class_weight=value))


def test_parameters_are_checked_again_once_one_has_changed(monkeypatch):
    model = MLPRegressor(alpha=0.5)
    check_changed_parameters(model)
    model.alpha = -1.0
    for _ in range(2):
        with pytest.raises(InputError, match="alpha"):
            check_changed_parameters(model)
    model.alpha = 0.25
    check_changed_parameters(model)
    checked = []
    monkeypatch.setattr("clearprop.estimators.constraints.check_parameters", checked.append)
    check_changed_parameters(model)
    assert checked == []
    model.set_params(tol=0.5)
    check_changed_parameters(model)
    assert checked == [model]
