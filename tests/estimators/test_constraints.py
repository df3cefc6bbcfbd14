"""Kinds of values that parameters take: what they accept, and how they say it."""

import math

import numpy as np
import pytest

from clearprop import InputError, MLPClassifier, MLPRegressor
from clearprop.estimators.constraints import (
    PATH,
    Choice,
    Each,
    Flag,
    Function,
    Infinity,
    Instance,
    Nothing,
    Number,
    Rule,
    Whole,
)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (Number(0, 1), "a number in [0, 1]"),
        (Number(0, 1, "high"), "a number in [0, 1)"),
        (Number(0, 1, "low high"), "a number in (0, 1)"),
        (Number(0), "a number of at least 0"),
        (Number(0, math.inf, "low"), "a number above 0"),
        (Number(0, 1, "low"), "a number in (0, 1]"),
        (Whole(2), "a whole number of at least 2"),
        (Whole(0, 7), "a whole number of at least 0 and at most 7"),
        (Infinity(), "inf"),
        (Choice(("a", "b")), "'a' or 'b'"),
        (Flag(), "True or False"),
        (Nothing(), "None"),
        (Rule(int, "a loss"), "a loss"),
        (Each(Flag()), "a sequence of True or False"),
        (Instance((dict,), "a dict"), "a dict"),
        (Function(), "a function"),
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
        (Whole(0, 7), [0, 7], [-1, 8]),
        (Number(0, 1, "low"), [1e-9, 1], [0, 1.1]),
        (Infinity(), [math.inf, np.float32(np.inf)], [-math.inf, 1.0, "inf"]),
        (Choice(("a", "b")), ["a", "b"], ["c", 1, None]),
        (Flag(), [True, np.False_], [0, 1, None]),
        (Nothing(), [None], [0, False]),
        (Each(Whole(1)), [[], (1, 2), np.array([3])], [[0], "12", b"12", {1: 2}, 1, iter([1])]),
        (PATH, ["file"], [b"file", 3]),
        (Function(), [len, str], ["len"]),
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


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"combine": "averge"}, "try: 'average'"),
        ({"combine": 1}, "it must be 'average' or 'best'."),
        ({"scoring": 3}, "it must be None or 'loss' or the name of a scorer or a function."),
        ({"batch_size": 0}, "it must be 'auto' or a whole number of at least 1."),
        ({"batch_size": 0}, "try: batch_size='auto'."),
        ({"activation": 3}, "an activation"),
        ({"solver": "adm"}, "'adam'"),
    ],
)
def test_what_was_wrong_is_said_with_what_it_may_be(given, said):
    with pytest.raises(InputError) as error:
        MLPRegressor(**given).fit([[0.0]], [0.0])
    assert said in str(error.value)


def test_the_help_says_values_and_default_of_each_parameter():
    lines = [line.rstrip() for line in MLPRegressor.__doc__.splitlines()]
    place = lines.index("alpha : a number of at least 0, default=0.0001")
    assert lines[place + 1].startswith("    Strength of the L2 penalty")
    assert lines[lines.index("Parameters") + 1] == "----------"
    assert "momentum : a number in [0, 1], default=0.9" in lines
