"""Solver, sizes and starts that are chosen, and the sentences that say why."""

from dataclasses import replace

import numpy as np
import pytest

from clearprop import Layer, Network
from clearprop.search import train_automatically
from clearprop.search.auto import STARTS_OF_FEW, Starts, affordable_starts
from clearprop.search.candidates import (
    SIZES,
    SIZES_OF_FEW_INPUTS,
    Step,
    best_of,
    evaluate,
    sizes_for,
)
from clearprop.search.cross_validation import CrossValidation, is_no_worse, leave_out
from clearprop.search.priors import choose_beginning, choose_prior
from clearprop.search.searching import DECAYS
from clearprop.training import Stopping, TrainingConfig, choose_solver
from clearprop.training.rows import TrainingData
from clearprop.training.solver_choice import WIDE
from clearprop.training.solvers import make_solver
from clearprop.training.solvers.bayesian_regularization import BayesianRegularization

QUICK = Stopping(max_epochs=15)
EVIDENCE = TrainingConfig(solver=BayesianRegularization(), seed=0)


def build(hidden, smooth=True):
    return Network(1, [*(Layer(units, "tanh") for units in hidden), Layer(1)])


def wave(m=120):
    X = np.linspace(-1, 1, m)[:, None]
    return X, np.sin(4 * X) + 0.05 * np.random.default_rng(0).normal(size=X.shape)


@pytest.mark.parametrize(
    ("network", "rows", "solver"),
    [
        (build((10,)), 1000, "bayesian_regularization"),
        (Network(8, [Layer(9, "tanh"), Layer(3, "softmax")], "categorical_cross_entropy"), 500,
         "bayesian_regularization"),
        (Network(8, [Layer(9, "tanh"), Layer(1)], "absolute_error"), 500, "lbfgs"),
        (Network(50, [Layer(100, "tanh"), Layer(1)]), 1000, "lbfgs"),
        (Network(784, [Layer(256, "relu"), Layer(10)]), 60_000, "adam"),
    ],
)  # fmt: skip
def test_the_solver_follows_from_loss_and_size(network, rows, solver):
    choice = choose_solver(network, rows)
    assert choice.solver == solver
    assert f"{rows:,}" in choice.reason.en
    assert choice.reason.zh != choice.reason.en


def test_everything_chosen_gives_reasons_and_an_average():
    X, Y = wave(60)
    result = train_automatically(
        build, X, Y, TrainingConfig(seed=0, stopping=QUICK, weight_decay=None)
    )
    assert [reason.en.split(":")[0] for reason in result.reasons] == [
        "Solver", "Hidden units", "Starts",
    ]  # fmt: skip
    assert len(result.members) > 1
    assert result.posterior.mean(X) == pytest.approx(
        result.network.forward(result.parameters, X), abs=1e-8
    )
    assert result.network.loss(result.parameters, X, Y) < 0.1


def test_what_is_given_is_not_chosen():
    X, Y = wave()
    result = train_automatically(
        build,
        X,
        Y,
        TrainingConfig(solver="lbfgs", seed=0, stopping=QUICK, weight_decay=None),
        hidden=(3,),
        starts=Starts(restarts=2),
    )
    assert result.reasons == ()
    assert result.hidden == (3,)
    assert len(result.members) == 2


def test_smooth_units_are_asked_for_where_second_order_steps_are_taken():
    X, Y = wave()
    asked = []

    def network_of(hidden, smooth):
        asked.append(smooth)
        return build(hidden)

    train_automatically(
        network_of,
        X,
        Y,
        TrainingConfig(solver="adam", seed=0, stopping=QUICK, weight_decay=None),
        hidden=(3,),
    )
    assert asked[-1] is False
    train_automatically(
        network_of, X, Y, TrainingConfig(seed=0, stopping=QUICK, weight_decay=None), hidden=(3,)
    )
    assert asked[-1] is True


def test_the_same_seed_gives_the_same_network():
    X, Y = wave(20)
    config = TrainingConfig(seed=3, stopping=Stopping(max_epochs=5), weight_decay=None)
    first, second = (train_automatically(build, X, Y, config) for _ in range(2))
    assert np.array_equal(first.parameters.vector, second.parameters.vector)


def test_few_rows_get_few_units():
    assert sizes_for(build, 5) == list(SIZES_OF_FEW_INPUTS[:2])
    assert sizes_for(build, 189) == list(SIZES_OF_FEW_INPUTS)
    assert sizes_for(build, 2_000_000) == list(SIZES_OF_FEW_INPUTS[:3])

    def of_many_inputs(hidden):
        return Network(6, [*(Layer(units, "tanh") for units in hidden), Layer(1)])

    assert sizes_for(of_many_inputs, 5) == list(SIZES[:2])
    assert sizes_for(of_many_inputs, 20_000) == list(SIZES[:-1])
    assert (
        train_automatically(
            build, *wave(5), TrainingConfig(seed=0, stopping=QUICK, weight_decay=None)
        ).hidden
        in SIZES[:2]
    )


@pytest.mark.parametrize("m", [1, 2, 3])
def test_hardly_any_rows_train(m):
    result = train_automatically(
        build, *wave(m), TrainingConfig(seed=0, stopping=QUICK, weight_decay=None)
    )
    assert np.isfinite(result.parameters.vector).all()


def test_one_row_of_weight_among_none_trains():
    X, Y = wave(6)
    result = train_automatically(
        build,
        X,
        Y,
        TrainingConfig(seed=0, stopping=QUICK, weight_decay=None),
        sample_weight=[0, 0, 3, 0, 0, 0],
    )
    assert np.isfinite(result.parameters.vector).all()


@pytest.mark.parametrize("m", [2, 3, 9, 10, 57, 500, 7000])
def test_what_is_left_out_is_disjoint_and_enough(m):
    parts = leave_out(m, np.random.default_rng(0))
    together = np.concatenate(parts)
    assert len(set(together)) == len(together) >= min(400, 0.9 * m - 9)
    assert all(0 < len(part) < m for part in parts)


STEPS = [Step(hidden) for hidden in SIZES[:4]]


def test_candidates_are_evaluated_until_more_units_no_longer_help():
    X, Y = wave()
    config = TrainingConfig(solver="bayesian_regularization", seed=0, stopping=QUICK)
    data = CrossValidation.of(X, Y, None, np.random.default_rng(0))
    tried = evaluate(build, STEPS, data, config)
    assert [each.step for each in tried] == STEPS[: len(tried)]
    best = best_of(tried)
    assert best.loss == min(each.loss for each in tried)
    assert best.step.hidden != ()
    if len(tried) < len(STEPS):
        later = tried[tried.index(best) + 1 :]
        assert len(later) >= 2
        assert not any(is_no_worse(each.pair.losses, best.pair.losses) for each in later)


def test_a_row_of_weight_three_is_three_rows():
    X, Y = wave(40)
    weights = np.random.default_rng(1).integers(1, 4, size=40)
    config = TrainingConfig(
        solver="bayesian_regularization",
        seed=0,
        stopping=QUICK,
        scale_inputs="none",
        scale_targets="none",
    )
    repeated = X.repeat(weights, axis=0), Y.repeat(weights, axis=0), None
    once, again = (
        evaluate(build, STEPS[:2], CrossValidation.of(*table, np.random.default_rng(2)), config)
        for table in ((X, Y, weights.astype(float)), repeated)
    )
    for weighted, repeated in zip(once, again, strict=True):
        assert weighted.loss == pytest.approx(repeated.loss, rel=1e-6)


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
    assert np.sqrt(np.mean((outputs - np.c_[X, np.ones(80)] @ exact) ** 2)) < 0.25


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


def test_a_curve_of_many_turns_is_found_with_nothing_set():
    x = np.arange(0, 2 * np.pi, 0.08)[:, None]
    true = np.sin(x**2 / 2)
    Y = true + 0.1 * np.random.default_rng(0).normal(size=x.shape)
    config = TrainingConfig(seed=0, stopping=Stopping(max_epochs=150), weight_decay=None)
    result = train_automatically(build, x, Y, config)
    found = result.network.forward(result.parameters, x)
    assert 1 - np.mean((found - true) ** 2) / true.var() > 0.97


def test_wide_networks_get_a_decay_and_as_many_starts_as_time_allows():
    random = np.random.default_rng(0)
    X = random.normal(size=(30, 400))
    Y = X[:, :1]

    def network_of(hidden, smooth):
        return Network(400, [*(Layer(units, "relu") for units in hidden), Layer(1)])

    config = TrainingConfig(seed=0, stopping=Stopping(max_epochs=4), weight_decay=None)
    result = train_automatically(network_of, X, Y, config)
    assert result.solver.name == "lbfgs"
    assert result.hidden == WIDE
    assert len(result.members) == STARTS_OF_FEW
    words = [reason.en for reason in result.reasons]
    assert any(f"Weight decay: {alpha:g}," in each for alpha in DECAYS for each in words)
    wide = network_of(WIDE, False)
    assert affordable_starts(wide, 10**9, make_solver("adam"), 100) == 1
    assert affordable_starts(wide, 100, make_solver("bayesian_regularization"), 80) == 1
    assert affordable_starts(wide, 100, make_solver("bayesian_regularization"), 2) == 3


def test_a_rung_is_worse_only_beyond_the_error_of_the_difference():
    random = np.random.default_rng(0)
    low, noise = random.normal(size=400) ** 2, random.normal(size=400)
    assert is_no_worse(low + 0.1 * noise - 0.1 * noise.mean(), low)
    assert not is_no_worse(low + 0.3 + 0.1 * noise, low)
