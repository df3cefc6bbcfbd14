"""Which weights share a decay, and how its search begins."""

from dataclasses import replace

import numpy as np

from clearprop import Layer, Network
from clearprop.search.priors import choose_beginning, choose_prior
from clearprop.training import Stopping, TrainingConfig
from clearprop.training.rows import TrainingData
from clearprop.training.solvers.bayesian_regularization import BayesianRegularization
from search_cases import QUICK

EVIDENCE = TrainingConfig(solver=BayesianRegularization(), seed=0)


def test_each_input_has_its_decay_where_many_say_nothing():
    random = np.random.default_rng(0)
    X = random.normal(size=(150, 12))
    silent = np.sin(2 * X[:, :1]) + 0.1 * random.normal(size=(150, 1))
    network = Network(12, [Layer(6, "tanh"), Layer(1)])
    rule, why = choose_prior(network, TrainingData(X, silent), EVIDENCE)
    assert rule.groups == "inputs"
    assert "log evidence is higher" in why.en
    noise = random.normal(size=(150, 1))
    rule, why = choose_prior(network, TrainingData(X, noise), replace(EVIDENCE, stopping=QUICK))
    assert rule.groups == "weights"
    assert why.zh != why.en


def test_weights_are_held_back_where_rows_are_few_and_columns_many():
    random = np.random.default_rng(0)
    X = random.normal(size=(120, 10))
    Y = X[:, :1] + random.normal(size=(120, 1))
    network = Network(10, [Layer(8, "tanh"), Layer(1)])
    rule, why = choose_beginning(
        network, TrainingData(X, Y), replace(EVIDENCE, stopping=Stopping(60))
    )
    assert rule.beginning == "held"
    assert "weights held back" in why.en
    assert "约束" in why.zh


def test_units_are_spread_where_a_curve_needs_it():
    x = np.linspace(-1, 1, 100)[:, None]
    Y = np.sin(9 * x)
    network = Network(1, [Layer(10, "tanh"), Layer(1)])
    rule, _ = choose_beginning(
        network, TrainingData(x, Y), replace(EVIDENCE, stopping=Stopping(60))
    )
    assert rule.beginning != "held"
