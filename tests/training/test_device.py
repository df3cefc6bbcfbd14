"""Training with the rows on a device finds what training at home finds."""

import array_api_strict as strict
import numpy as np
import pytest

import clearprop as cp
from clearprop.training import SOLVERS, Division

AWAY = strict.Device("device1")
RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(40, 2))
Y = np.sin(X[:, :1]) + 0.1 * RANDOM.normal(size=(40, 1))
NETWORK = cp.Network(2, [cp.Layer(3, "tanh"), cp.Layer(1)], engine="reference")
FEW = cp.Stopping(max_epochs=5)


@pytest.mark.parametrize("solver", [*SOLVERS, "levenberg_marquardt(batch_size=10)"])
def test_every_batch_solver_takes_the_same_steps(solver):
    found, right = (
        cp.train(NETWORK, X, Y, cp.TrainingConfig(solver, seed=0, stopping=FEW, device=device))
        for device in (AWAY, None)
    )
    np.testing.assert_allclose(found.parameters.vector, right.parameters.vector, rtol=1e-9)
    assert found.history[-1].loss == pytest.approx(right.history[-1].loss, rel=1e-9)


def test_validation_rows_lie_there_too():
    division = Division(np.arange(30), np.arange(30, 40), np.arange(0))
    config = cp.TrainingConfig("lbfgs", seed=0, stopping=FEW, division=division, device=AWAY)
    result = cp.train(NETWORK, X, Y, config)
    expected = NETWORK.loss(result.parameters, X[30:], Y[30:]) / Y[:30].var()
    assert result.history[result.best_epoch].validation_loss == pytest.approx(expected)


def test_an_estimator_goes_there():
    settings = {"hidden_layer_sizes": (), "solver": "lbfgs", "random_state": 0}
    there = cp.MLPRegressor(**settings, device=AWAY).fit(X, Y[:, 0])
    here = cp.MLPRegressor(**settings).fit(X, Y[:, 0])
    np.testing.assert_allclose(there.predict(X), here.predict(X), rtol=1e-7)


def test_mini_batches_stay_at_home():
    with pytest.raises(cp.InputError, match=r"`device`.*adam takes mini-batches"):
        cp.train(NETWORK, X, Y, cp.TrainingConfig("adam", device=AWAY))


def test_the_processor_is_where_everything_is():
    config = cp.TrainingConfig("adam", seed=0, stopping=FEW)
    right = cp.train(NETWORK, X, Y, config)
    found = cp.train(NETWORK, X, Y, cp.TrainingConfig("adam", seed=0, stopping=FEW, device="cpu"))
    assert found.parameters == right.parameters
