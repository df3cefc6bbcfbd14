"""Measures against scikit-learn's and NumPy's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics

from clearprop import measures
from refusals import refused

THEIRS = {
    "rmse": metrics.root_mean_squared_error,
    "mae": metrics.mean_absolute_error,
    "mape": metrics.mean_absolute_percentage_error,
    "r2": metrics.r2_score,
    "correlation": lambda y, a: np.corrcoef(y, a)[0, 1],
}


@pytest.mark.parametrize("name", THEIRS)
@given(m=st.integers(3, 40), seed=st.integers(0, 99))
def test_numbers_are_measured_as_elsewhere(name, m, seed):
    y, a = np.random.default_rng(seed).normal(size=(2, m)) + 3
    ours = getattr(measures, name)(a, y)
    assert isinstance(ours, float)
    assert ours == pytest.approx(THEIRS[name](y, a), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("name", THEIRS)
def test_each_column_is_measured_alone(name):
    y, a = np.random.default_rng(0).normal(size=(2, 30, 3)) * [1, 100, 1e4] + 5
    rule = getattr(measures, name)
    np.testing.assert_array_equal(rule(a, y), [rule(a[:, k], y[:, k]) for k in range(3)])


def test_what_does_not_exist_is_said_so():
    constant, other = np.ones(4), np.arange(4.0)
    assert measures.r2(other, constant) is None
    assert np.isnan(measures.correlation(other, constant))
    assert measures.mape(other + 1, other * 0) == np.inf
    both = np.column_stack([constant, other])
    np.testing.assert_array_equal(np.isnan(measures.r2(both, both)), [True, False])


@pytest.mark.parametrize("name", THEIRS)
def test_a_column_is_measured_as_its_numbers_are(name):
    y, a = np.random.default_rng(0).normal(size=(2, 30)) + 5
    rule = getattr(measures, name)
    assert rule(a[:, None], y) == rule(a, y[:, None]) == rule(a, y)


@pytest.mark.parametrize("name", THEIRS)
def test_other_shapes_are_refused(name):
    with refused("predicted", "(3,)", "(4,)"):
        getattr(measures, name)(np.ones(4), np.ones(3))
    with refused("predicted", "one shape"):
        getattr(measures, name)(np.ones((4, 1)), np.ones((4, 2)))


@given(m=st.integers(2, 40), seed=st.integers(0, 99))
def test_roc_curves_and_their_areas_are_scikit_learns(m, seed):
    random = np.random.default_rng(seed)
    scores = random.integers(0, 6, size=m) / 5  # many are equal
    positive = random.permutation(np.arange(m) < random.integers(1, m))
    area = measures.area_under_roc(positive, scores)
    assert area == pytest.approx(metrics.roc_auc_score(positive, scores), abs=1e-12)
    alarms, hits = measures.roc_curve(positive, scores)
    every = metrics.roc_curve(positive, scores, drop_intermediate=False)
    assert (alarms[0], hits[0], alarms[-1], hits[-1]) == (0, 0, 1, 1)
    assert set(zip(alarms, hits, strict=True)) <= set(zip(*every[:2], strict=True))
