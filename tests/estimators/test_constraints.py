"""Kinds of values that parameters take: what they accept, and how they say it."""

import math

import numpy as np
import pytest

from clearprop import InputError, MLPClassifier, MLPRegressor
from clearprop.estimators.constraints import Number, Whole


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (Number(0, 1), "a number in [0, 1]"),
        (Number(0, 1, "high"), "a number in [0, 1)"),
        (Number(0, 1, "low high"), "a number in (0, 1)"),
        (Number(0), "a number of at least 0"),
        (Number(0, math.inf, "low"), "a number above 0"),
    ],
)
def test_a_range_is_said_in_words(kind, words):
    assert str(kind) == words


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (Number(0, 1, "high"), [0, 0.5, np.float32(0.9)], [1, -0.1, math.nan, True, "0.5"]),
        (Number(0, math.inf, "low"), [1e-9, 7, math.inf], [0, -1]),
        (Whole(1), [1, np.int64(5)], [0, 1.0, True, "1"]),
        (Whole(-1), [-1, 0, 3], [-2]),
    ],
)
def test_values_within_bounds_are_accepted(kind, good, bad):
    assert all(map(kind.accepts, good))
    assert not any(map(kind.accepts, bad))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("dropout", -0.5), ("dropout", [0.2, -0.5]), ("dropout", 1.0), ("test_fraction", -0.1),
        ("n_jobs", -2), ("restarts", 0), ("max_seconds", 0), ("clip_norm", 0),
    ],
)  # fmt: skip
def test_a_parameter_beyond_its_bounds_is_refused(name, value):
    X, y = np.ones((4, 1)), np.arange(4.0)
    with pytest.raises(InputError, match=name):
        MLPRegressor(**{name: value}).fit(X, y)


def test_the_help_of_an_estimator_lists_its_parameters():
    for kind in (MLPClassifier, MLPRegressor):
        assert "<parameters>" not in kind.__doc__
        assert all(f"\n{name} : " in kind.__doc__ for name in kind().get_params())


@pytest.mark.parametrize("value", [-1, None, 2])
def test_all_cores_may_be_asked_for(value):
    X = np.linspace(0, 1, 12)[:, None]
    model = MLPRegressor(
        hidden_layer_sizes=(1,), solver="lbfgs", restarts=2, n_jobs=value, random_state=0
    )
    assert np.isfinite(model.fit(X, X[:, 0]).predict(X)).all()
