"""Whoever watches a training sees raw units; a score of one's own judges validation rows."""

import numpy as np
import pytest
from sklearn.metrics import r2_score

from clearprop import Layer, Network
from clearprop.data.task import Regression
from clearprop.fitting import FitOptions
from clearprop.fitting.rows import FitData
from clearprop.fitting.watching import Watching, inspector_of, score_of

X = np.linspace(-1, 1, 12)[:, None]
Y = np.random.default_rng(0).normal(size=(12, 1))
DATA = FitData(X, Y[:, 0], Y)
NETWORK = Network(1, [Layer(2, "tanh"), Layer(1)])
THETA = NETWORK.initialize("xavier", 1)
DOUBLED = NETWORK.parameters(2 * THETA.vector)
ROWS = np.arange(6, 12)
STOPPING = FitOptions(early_stopping=True, validation=0.5)


def in_units(parameters):
    return NETWORK, NETWORK.parameters(2 * parameters.vector)


def test_without_an_own_score_it_is_that_of_the_task():
    score = score_of(Regression(), DATA, STOPPING, Watching(), in_units)
    expected = r2_score(Y[ROWS], NETWORK.forward(DOUBLED, X[ROWS]))
    assert score(THETA, ROWS) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("options", "watching"), [(FitOptions(), Watching()), (STOPPING, Watching(by_loss=True))]
)
def test_nothing_is_scored_where_the_loss_decides(options, watching):
    assert score_of(Regression(), DATA, options, watching, in_units) is None


def test_an_own_score_is_given_raw_parameters_and_is_not_asked_about_what_is_no_number():
    asked = []

    def own(network, parameters, rows):
        asked.append((network, parameters.vector.tolist(), rows.tolist()))
        return 0.25

    score = score_of(Regression(), DATA, STOPPING, Watching(score=own), in_units)
    assert score(THETA, ROWS) == 0.25
    assert asked == [(NETWORK, DOUBLED.vector.tolist(), ROWS.tolist())]
    assert np.isnan(score(NETWORK.parameters(np.full(7, np.inf)), ROWS))
    assert len(asked) == 1


def test_a_callback_is_given_raw_parameters_and_may_answer():
    inspect = inspector_of(Watching(callback=lambda *given: given), in_units)
    network, record, parameters = inspect("record", THETA)
    assert (network, record) == (NETWORK, "record")
    assert parameters == DOUBLED
    assert inspector_of(Watching(), in_units) is None
