"""Measures of quality, against scikit-learn and SciPy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sklearn import metrics

from clearprop.report.quality import (
    classification_quality,
    regression_quality,
    wilson_interval,
)


@given(m=st.integers(2, 40), seed=st.integers(0, 99))
def test_measures_of_numbers(m, seed):
    y, a = np.random.default_rng(seed).normal(size=(2, m))
    found = regression_quality(y, a, training_mean=0.3)
    assert found.rows == m
    assert found.rmse == pytest.approx(metrics.root_mean_squared_error(y, a))
    assert found.mae == pytest.approx(metrics.mean_absolute_error(y, a))
    assert found.r2 == pytest.approx(metrics.r2_score(y, a))
    assert found.correlation == pytest.approx(stats.pearsonr(y, a)[0])
    baseline = metrics.root_mean_squared_error(y, np.full(m, 0.3))
    assert found.baseline_rmse == pytest.approx(baseline)


def test_a_single_row_has_errors_but_no_r2():
    found = regression_quality(np.array([2.0]), np.array([5.0]), training_mean=1.0)
    assert (found.rmse, found.mae, found.baseline_rmse) == (3.0, 3.0, 1.0)
    assert found.r2 is None
    assert np.isnan(found.correlation)


@given(classes=st.integers(2, 5), seed=st.integers(0, 99))
def test_measures_of_classes(classes, seed):
    random = np.random.default_rng(seed)
    y = np.concatenate([np.arange(classes), random.integers(0, classes, 30)])
    chances = random.dirichlet(np.ones(classes), len(y))
    found = classification_quality(y, chances, most_frequent=1)
    predicted = chances.argmax(axis=1)
    assert found.accuracy == pytest.approx(metrics.accuracy_score(y, predicted))
    assert found.balanced_accuracy == pytest.approx(metrics.balanced_accuracy_score(y, predicted))
    assert found.cross_entropy == pytest.approx(metrics.log_loss(y, chances))
    scores = chances[:, 1] if classes == 2 else chances
    auc = metrics.roc_auc_score(y, scores, multi_class="ovr")
    assert found.auc == pytest.approx(auc)
    assert found.baseline_accuracy == (y == 1).mean()


def test_a_part_with_one_class_has_no_auc():
    found = classification_quality(np.zeros(3, int), np.full((3, 2), 0.5), most_frequent=0)
    assert found.auc is None


def test_a_probability_of_zero_for_the_truth_costs_a_finite_sum():
    found = classification_quality(np.array([0]), np.array([[0.0, 1.0]]), most_frequent=0)
    assert np.isfinite(found.cross_entropy)


@given(rows=st.integers(1, 500), data=st.data())
def test_the_interval_is_wilsons(rows, data):
    hits = data.draw(st.integers(0, rows))
    expected = stats.binomtest(hits, rows).proportion_ci(method="wilson")
    low, high = wilson_interval(hits / rows, rows)
    assert low == pytest.approx(expected.low, abs=1e-9)
    assert high == pytest.approx(expected.high, abs=1e-9)
