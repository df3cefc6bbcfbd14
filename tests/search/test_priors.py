"""Which weights share a decay, and how its search begins."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from clearprop import Layer, Network
from clearprop.search import priors
from clearprop.search.priors import choose_beginning, choose_prior
from clearprop.training import Stopping, TrainingConfig
from clearprop.training.rows import TrainingData
from clearprop.training.solvers.bayesian_regularization import BayesianRegularization
from clearprop.training.stopping import StopReason
from search_cases import QUICK

EVIDENCE = TrainingConfig(solver=BayesianRegularization(), seed=0)


def test_each_input_has_its_decay_where_many_say_nothing():
    random = np.random.default_rng(0)
    X = random.normal(size=(150, 12))
    silent = np.sin(2 * X[:, :1]) + 0.1 * random.normal(size=(150, 1))
    network = Network(12, [Layer(6, "tanh"), Layer(1)])
    rule, why, _ = choose_prior(network, TrainingData(X, silent), EVIDENCE)
    assert rule.groups == "inputs"
    assert "log evidence is higher" in why.en
    noise = random.normal(size=(150, 1))
    rule, why, _ = choose_prior(network, TrainingData(X, noise), replace(EVIDENCE, stopping=QUICK))
    assert rule.groups == "weights"
    assert why.zh != why.en


def test_weights_are_held_back_where_rows_are_few_and_columns_many():
    random = np.random.default_rng(0)
    X = random.normal(size=(120, 10))
    Y = X[:, :1] + random.normal(size=(120, 1))
    network = Network(10, [Layer(8, "tanh"), Layer(1)])
    rule, why, _ = choose_beginning(
        network, TrainingData(X, Y), replace(EVIDENCE, stopping=Stopping(60))
    )
    assert rule.beginning == "held"
    assert "weights held back" in why.en
    assert "约束" in why.zh


def test_units_are_spread_where_a_curve_needs_it():
    x = np.linspace(-1, 1, 100)[:, None]
    Y = np.sin(9 * x)
    network = Network(1, [Layer(10, "tanh"), Layer(1)])
    rule, *_ = choose_beginning(
        network, TrainingData(x, Y), replace(EVIDENCE, stopping=Stopping(60))
    )
    assert rule.beginning != "held"


def starts(monkeypatch, found, reason="epochs", attribute="log_evidence"):
    """Let starts end with these numbers, by what sets the rules apart."""
    asked = []

    def restarts(network, X, Y, config, *, restarts, n_jobs, sample_weight):
        rule = config.solver
        asked.append(restarts)
        numbers = found[rule.groups if attribute == "log_evidence" else rule.beginning]
        members = [SimpleNamespace(**{attribute: number, "best_epoch": 0}) for number in numbers]
        return SimpleNamespace(members=members, stop_reason=StopReason(reason, why_not()))

    monkeypatch.setattr(priors, "train_restarts", restarts)
    return asked


def why_not():
    return SimpleNamespace(en="", zh="")


DATA = TrainingData(np.zeros((3, 4)), np.zeros((3, 1)))
NET = Network(4, [Layer(2, "tanh"), Layer(1)])


@pytest.mark.parametrize(
    ("shared", "own", "groups", "said"),
    [
        ([1.0, 3.0], [11.1, 13.0], "inputs", "(11 … 13; 1 … 3 for"),
        ([1.0, 3.0], [11.0, 13.0], "weights", "(11 … 13; 1 … 3 for"),
        ([33.0, 33.2], [None, 99.0], "weights", "(-inf … 99; 33 for"),
    ],
)
def test_one_decay_an_input_costs_two_of_log_evidence_each(shared, own, groups, said, monkeypatch):
    asked = starts(monkeypatch, {"weights": shared, "inputs": own})
    rule, why, found = choose_prior(NET, DATA, EVIDENCE)
    assert rule.groups == groups
    assert said in why.en
    assert asked == [2, 2]
    assert [start.log_evidence for start in found] == (own if groups == "inputs" else shared)
    known = tuple(found) if groups == "weights" else ()
    assert choose_prior(NET, DATA, EVIDENCE, known=known)[:2] == (rule, why)
    assert len(asked) == (3 if known else 4)


def test_the_beginning_of_the_lowest_loss_to_expect_is_taken(monkeypatch):
    expected = {"held": [0.2, 0.9], "free": [0.3, 0.4], "spread": [None, 0.05]}
    starts(monkeypatch, expected, attribute="expected_loss")
    rule, why, found = choose_beginning(NET, DATA, EVIDENCE)
    assert [start.expected_loss for start in found] == [0.3, 0.4]
    assert rule.beginning == "free"
    assert "weights almost free, for the lowest" in why.en
    assert "weights held back: 0.55, weights almost free: 0.35" in why.en


def test_ctrl_c_ends_the_choice(monkeypatch):
    starts(monkeypatch, {"weights": [1.0], "inputs": [1.0]}, "interrupted")
    with pytest.raises(KeyboardInterrupt):
        choose_prior(NET, DATA, EVIDENCE)
