"""A whole search: what it finds, and which reasons it gives."""

import numpy as np

from clearprop import Layer, Network
from clearprop.search import train_automatically
from clearprop.training import Stopping, TrainingConfig
from search_cases import QUICK


def test_a_straight_line_gets_no_hidden_units():
    random = np.random.default_rng(0)
    X = random.normal(size=(80, 3))
    Y = X @ [[1.0], [-2.0], [0.5]] + 0.5 * random.normal(size=(80, 1))

    def network_of(hidden, smooth):
        return Network(3, [*(Layer(units, "tanh") for units in hidden), Layer(1)])

    result = train_automatically(
        network_of, X, Y, TrainingConfig(seed=0, stopping=QUICK, weight_decay=None)
    )
    exact = np.linalg.lstsq(np.c_[X, np.ones(80)], Y, rcond=None)[0]
    outputs = result.network.forward(result.parameters, X)
    assert result.hidden == ()
    heads = [reason.en.split(":")[0] for reason in result.reasons]
    assert heads == ["Solver", "Weight decay", "Hidden units"]
    assert np.sqrt(np.mean((outputs - np.c_[X, np.ones(80)] @ exact) ** 2)) < 0.25


def test_other_solvers_have_no_prior_to_choose():
    X = np.random.default_rng(0).normal(size=(40, 3))
    config = TrainingConfig(solver="levenberg_marquardt", seed=0, stopping=Stopping(3))

    def network_of(hidden, smooth):
        return Network(3, [*(Layer(units, "tanh") for units in hidden), Layer(1)])

    result = train_automatically(network_of, X, X[:, :1] ** 2, config)
    assert [reason.en.split(":")[0] for reason in result.reasons] == ["Hidden units", "Starts"]
