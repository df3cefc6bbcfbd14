"""The options that parameters stand for."""

import math
from dataclasses import fields, replace

import numpy as np

from clearprop import MLPRegressor
from clearprop.estimators.options import options_of, random_source_of
from clearprop.fitting.options import FitOptions


def test_nothing_set_is_the_default_of_every_door():
    assert options_of(MLPRegressor()) == replace(FitOptions(), loss="squared_error")


def test_every_parameter_becomes_its_option():
    model = MLPRegressor(
        "huber", (7, 6), "relu", output_activation="tanh", solver="sgd", alpha=0.25, batch_size=9,
        learning_rate="cosine", learning_rate_init=0.5, power_t=0.75, max_iter=11, shuffle=False,
        random_state=5, tol=0.125, momentum=0.375, nesterovs_momentum=False, early_stopping=True,
        validation_fraction=0.3, beta_1=0.1, beta_2=0.2, epsilon=0.01, n_iter_no_change=13,
        max_fun=17, standardize=False, initializer="he", test_fraction=0.4, dropout=0.6,
        clip_norm=3, restarts=2, combine="best", compact=True, n_jobs=4, max_seconds=19,
        checkpoint="file", device="cuda",
    )  # fmt: skip
    expected = FitOptions(
        hidden=(7, 6), activation="relu", output_activation="tanh", loss="huber", solver="sgd",
        initializer="he", alpha=0.25, batch_size=9, shuffle=False, schedule="cosine",
        power_t=0.75, learning_rate=0.5, momentum=0.375, nesterov=False, beta_1=0.1, beta_2=0.2,
        epsilon=0.01, dropout=0.6, clip_norm=3.0, standardize=False, max_epochs=11,
        max_seconds=19.0, max_evaluations=17, tolerance=0.125, patience=13.0, early_stopping=True,
        validation=0.3, test=0.4, restarts=2, combine="best", compact=True, n_jobs=4, seed=5,
        checkpoint="file", device="cuda",
    )  # fmt: skip
    assert options_of(model) == expected
    untouched = {"weight_decay", "scale", "division"}  # which estimators have no parameter for
    default = FitOptions()
    for each in fields(FitOptions):
        same = getattr(expected, each.name) == getattr(default, each.name)
        assert same == (each.name in untouched)


def test_numbers_stand_for_what_they_say():
    assert options_of(MLPRegressor(hidden_layer_sizes=5)).hidden == (5,)
    assert options_of(MLPRegressor(hidden_layer_sizes=())).hidden == ()
    assert options_of(MLPRegressor(hidden_layer_sizes=[np.int64(3)])).hidden == (3,)
    assert [options_of(MLPRegressor(n_jobs=n)).n_jobs for n in (None, -1, 0, 1, 2)] == [
        None, None, None, 1, 2,
    ]  # fmt: skip
    usual = options_of(MLPRegressor())
    assert usual.clip_norm == usual.max_seconds == math.inf


def test_generators_are_drawn_from_as_they_are():
    for generator in (np.random.default_rng(0), np.random.RandomState(0)):
        assert random_source_of(generator) is generator
    assert random_source_of(3).randint(10**9) == np.random.RandomState(3).randint(10**9)
