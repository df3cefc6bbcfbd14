"""Partial effects, against scikit-learn's partial dependence."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.inspection import partial_dependence

from clearprop import Layer, Network
from clearprop.sensitivity import partial_effect
from refusals import refused

NETWORK = Network(3, [Layer(5, "tanh"), Layer(1)])
PARAMS = NETWORK.initialize("normal", seed=3)
X = np.random.default_rng(0).normal(size=(40, 3))


class Fitted(RegressorMixin, BaseEstimator):
    """The network as scikit-learn wants to see it."""

    def fit(self, X, y):
        self.fitted_ = True
        return self

    def predict(self, X):
        return NETWORK.forward(PARAMS, X)[:, 0]


@pytest.mark.parametrize("column", [0, 1, 2])
def test_the_mean_is_scikit_learns_partial_dependence(column):
    theirs = partial_dependence(Fitted().fit(X, None), X, [column], kind="both", method="brute")
    ours = partial_effect(
        lambda X: NETWORK.forward(PARAMS, X), X, [column], theirs["grid_values"][0]
    )
    np.testing.assert_allclose(ours.mean[:, 0], theirs["average"][0], rtol=1e-12)
    np.testing.assert_allclose(ours.curves[:, :, 0], theirs["individual"][0], rtol=1e-12)


def test_columns_of_a_category_vary_together():
    effect = partial_effect(lambda X: X @ [1.0, 10.0, 100.0], X, [1, 2], np.eye(2))
    np.testing.assert_allclose(effect.mean[:, 0], X[:, 0].mean() + np.array([10.0, 100.0]))


def test_the_samples_are_left_as_they_are():
    before = X.copy()
    partial_effect(lambda X: X, X, [0], [5.0, 6.0])
    np.testing.assert_array_equal(X, before)


@pytest.mark.parametrize("columns", [[], [-1], [3]])
def test_columns_that_are_not_there_are_refused(columns):
    with refused("columns", "0 to 2"):
        partial_effect(lambda X: X, X, columns, [1.0])


def test_values_that_do_not_name_every_column_are_refused():
    with refused("values", "2 columns"):
        partial_effect(lambda X: X, X, [0, 1], [1.0, 2.0])
