"""Learning from a stream: by rows, at rest first, in any units, and on from what was there."""

from typing import Any

import numpy as np
import pytest
import sklearn.neural_network as theirs
from hypothesis import given, settings
from hypothesis import strategies as st

import clearprop as cp
from clearprop.estimators.running_scaling import RunningScaling
from clearprop.training.scaling import Scaling
from clearprop.updates import UPDATES

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(1500, 3))
Y = X[:, 0] - X[:, 1]
AT_REST = np.concatenate([1e-3 * RANDOM.normal(size=(150, 3)), X[:1000]])
RULES = [("sgd", 0.01), ("adam", 0.01)]
CUTS = [(1, "sgd"), (2, "adam"), (50, "sgd"), (50, "adam")]
"""Rows at a time."""
FEW = 600
"""Rows that are enough where one or two of them are a step: one takes milliseconds."""


def stream(estimator: Any, inputs: np.ndarray, y: np.ndarray, rows: int) -> Any:
    for first in range(0, len(inputs), rows):
        estimator.partial_fit(inputs[first : first + rows], y[first : first + rows])
    return estimator


def regressor(solver: str, rate: float, **more: Any) -> cp.MLPRegressor:
    asked = {"hidden_layer_sizes": (20,), "random_state": 0} | more
    return cp.MLPRegressor(solver=solver, learning_rate_init=rate, **asked)


@pytest.mark.parametrize(("rows", "solver"), CUTS)
def test_a_stream_is_learnt_however_it_is_cut(rows: int, solver: str) -> None:
    model = regressor(solver, 0.01)
    if rows < 50:
        stream(model, X[:FEW], Y[:FEW], rows)
    else:
        for _ in range(4):
            stream(model, X, Y, rows)
    assert model.score(X, Y) > 0.98


@pytest.mark.parametrize(("rows", "solver"), CUTS)
def test_a_stream_that_was_at_rest_is_learnt_once_it_moves(rows: int, solver: str) -> None:
    inputs = AT_REST[: 150 + FEW] if rows < 50 else AT_REST
    y = inputs[:, 0] - inputs[:, 1]
    model = stream(regressor(solver, 0.01), inputs, y, rows)
    if model.score(X, Y) <= 0.98:  # no worse than scikit-learn's where that is not enough
        sklearns = theirs.MLPRegressor(
            hidden_layer_sizes=(20,), solver=solver, learning_rate_init=0.01, random_state=0
        )
        assert model.score(X, Y) > stream(sklearns, inputs, y, rows).score(X, Y) - 0.03


@pytest.mark.parametrize(("solver", "rate"), RULES)
def test_units_of_a_stream_do_not_matter(solver: str, rate: float) -> None:
    size, place = np.array([1e4, 1, 1e-3]), np.array([1e5, 10, 0])
    plain = stream(regressor(solver, rate), X, Y, 20).predict(X)
    scaled = stream(regressor(solver, rate), X * size + place, 1e3 * Y + 5e4, 20)
    np.testing.assert_allclose((scaled.predict(X * size + place) - 5e4) / 1e3, plain, atol=1e-3)


def test_a_fit_is_followed_by_a_stream_without_a_jump() -> None:
    model = cp.MLPRegressor(hidden_layer_sizes=(20,), solver="lbfgs", random_state=0).fit(X, Y)
    model.set_params(solver="sgd", learning_rate_init=1e-9)
    before = model.predict(X)
    model.partial_fit(X[:7] * 1.3, Y[:7])
    np.testing.assert_allclose(model.predict(X), before, atol=1e-6)


def test_everything_left_open_a_fit_is_followed_by_partial_fit() -> None:
    inputs, y = X[:80], np.sin(3 * X[:80, 0])
    model = cp.MLPRegressor(random_state=0, max_iter=40).fit(inputs, y)
    before = model.score(inputs, y)
    assert model.partial_fit(inputs, y).score(inputs, y) > before - 0.2
    assert len(model.loss_curve_) == model.history_.index[-1]


def test_an_average_of_starts_goes_on() -> None:
    model = regressor("adam", 0.01, restarts=3, max_iter=5).fit(X, Y)
    before = model.score(X, Y)
    assert model.partial_fit(X, Y).score(X, Y) > before - 0.05


@pytest.mark.parametrize("standardize", [True, False])
def test_parameters_set_by_hand_go_on_in_raw_units(standardize: bool) -> None:
    """One step of plain descent, against the gradient of scikit-learn's objective by hand."""
    W, b = np.array([[0.1], [0.2], [0.3]]), np.array([0.5])
    model = cp.MLPRegressor(
        hidden_layer_sizes=(), solver="sgd", momentum=0, learning_rate_init=0.1, alpha=0,
        standardize=standardize, random_state=0,
    )  # fmt: skip
    model.coefs_, model.intercepts_ = [W.copy()], [b.copy()]
    model.n_features_in_ = 3
    error = X[:5] @ W + b - Y[:5, None]
    model.partial_fit(X[:5], Y[:5])
    np.testing.assert_allclose(model.coefs_[0], W - 0.1 * X[:5].T @ error / 5)
    np.testing.assert_allclose(model.intercepts_[0], b - 0.1 * error.mean(axis=0))


def test_a_stream_that_diverges_is_refused_and_changes_nothing() -> None:
    model = stream(regressor("sgd", 0.01), X[:100], Y[:100], 10)
    before = model.predict(X)
    model.set_params(learning_rate_init=100.0)
    with pytest.raises(ValueError, match=r"`learning_rate_init` .*non-finite"):
        model.partial_fit(X, Y)
    np.testing.assert_array_equal(model.predict(X), before)


@settings(deadline=None)
@given(st.integers(0, 10**6), st.lists(st.integers(1, 40), min_size=1, max_size=8), st.booleans())
def test_statistics_of_pieces_are_those_of_all_rows(seed: int, pieces: list[int], weigh: bool):
    random = np.random.default_rng(seed)
    data = random.normal(size=(sum(pieces), 2)) * [1e-3, 1e6] + random.normal(size=2) * [1, 1e6]
    weights = random.uniform(0.1, 2, size=len(data)) if weigh else np.ones(len(data))
    known, first = RunningScaling.nothing_seen(2), 0
    for rows in pieces:
        part = slice(first, first + rows)
        known, first = known.with_rows(data[part], weights[part] if weigh else None), first + rows
    assert known.count == pytest.approx(weights.sum())
    mean = np.average(data, axis=0, weights=weights)
    variance = np.average((data - mean) ** 2, axis=0, weights=weights)
    np.testing.assert_allclose(known.mean, mean, rtol=1e-9)
    np.testing.assert_allclose(known.spread, np.sqrt(variance), rtol=1e-6, atol=1e-12)


def test_units_stand_until_their_columns_leave_them() -> None:
    known = RunningScaling.of(Scaling(np.zeros(2), np.ones(2)), 100)
    near = known.with_rows(1.5 * X[:50, :2])
    np.testing.assert_array_equal(near.unit, [1, 1])
    far = near.with_rows(X[:50, :2] * [1, 30])
    assert far.unit[0] == 1
    assert 20 < far.unit[1] < 40
    np.testing.assert_array_equal(far.takes_over(near), [True, False])


@pytest.mark.parametrize("rule", [UPDATES[name]() for name in UPDATES], ids=list(UPDATES))
def test_the_memory_of_a_rule_changes_its_unit_as_the_parameter_does(rule: Any) -> None:
    """In a unit k times smaller a step of the same rule leads to the same place.

    Adam and its kin take steps of a size of their own, so that only their memory is compared.
    """
    k, c = 3.0, rule.coefficients(np.array([5]))[0]
    slots, g = (np.array([0.02]), np.array([0.3])), np.array([0.7])
    moved, after = rule.move(np.array([1.0]), g, slots, tuple(c))
    there = tuple(slot * k**power for slot, power in zip(slots, rule.slot_powers, strict=True))
    _, other = rule.move(np.array([k]), g / k, there, tuple(c))
    if rule.slot_powers == (1, 0):  # its step is a gradient step, whose rate has the unit k²
        c = rule.coefficients(np.array([5]))[0].copy()
        c[0] *= k**2
        place, other = rule.move(np.array([k]), g / k, there, tuple(c))
        np.testing.assert_allclose(place, k * moved)
    for slot, expected, power in zip(other, after, rule.slot_powers, strict=True):
        np.testing.assert_allclose(slot, expected * k**power)
