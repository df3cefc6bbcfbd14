"""Solver, sizes and starts that are chosen, and the sentences that say why."""

import numpy as np
import pytest

from clearprop import Layer, Network
from clearprop.training import Stopping, choose_solver, train_automatically
from clearprop.training.ladder import LADDER, Rung, best_of, climb, rungs_for

QUICK = Stopping(max_epochs=15)


def build(hidden):
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
    X, Y = wave()
    result = train_automatically(build, X, Y, seed=0, stopping=QUICK)
    assert [reason.en.split(":")[0] for reason in result.reasons] == [
        "Solver", "Hidden units", "Starts",
    ]  # fmt: skip
    assert len(result.members) == 10
    assert result.network.sizes[1] == 10 * result.hidden[0]
    assert result.posterior.mean(X) == pytest.approx(
        result.network.forward(result.parameters, X), abs=1e-8
    )
    assert result.network.loss(result.parameters, X, Y) < 0.1


def test_what_is_given_is_not_chosen():
    X, Y = wave()
    result = train_automatically(
        build, X, Y, hidden=(3,), solver="lbfgs", restarts=2, seed=0, stopping=QUICK
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

    train_automatically(network_of, X, Y, hidden=(3,), solver="adam", seed=0, stopping=QUICK)
    assert asked[-1] is False
    train_automatically(network_of, X, Y, hidden=(3,), seed=0, stopping=QUICK)
    assert asked[-1] is True


def test_the_same_seed_gives_the_same_network():
    X, Y = wave(60)
    first, second = (train_automatically(build, X, Y, seed=3, stopping=QUICK) for _ in range(2))
    assert np.array_equal(first.parameters.vector, second.parameters.vector)


def test_few_rows_get_few_units():
    assert rungs_for(build, 5) == [LADDER[0]]
    assert rungs_for(build, 20_000) == list(LADDER)
    assert rungs_for(build, 100_000) == list(LADDER[:-2])
    assert train_automatically(build, *wave(5), seed=0, stopping=QUICK).hidden == LADDER[0]


@pytest.mark.parametrize("m", [1, 2, 3])
def test_hardly_any_rows_train(m):
    result = train_automatically(build, *wave(m), seed=0, stopping=QUICK)
    assert np.isfinite(result.parameters.vector).all()


def test_the_ladder_is_climbed_until_it_leads_nowhere():
    X, Y = wave()
    rungs = climb(build, X, Y, "bayesian_regularization", seed=0, stopping=QUICK)
    losses = [rung.loss for rung in rungs]
    assert [rung.hidden for rung in rungs] == list(LADDER[: len(rungs)])
    lowest = rungs[losses.index(min(losses))]
    chosen = best_of(rungs)
    assert chosen.is_no_worse_than(lowest)
    later = rungs[rungs.index(chosen) + 1 :]
    assert not any(rung.is_no_worse_than(lowest) for rung in later)
    if len(rungs) < len(rungs_for(build, len(X))):
        assert len(later) >= 2


def test_a_rung_is_worse_only_beyond_the_error_of_the_difference():
    random = np.random.default_rng(0)
    low, noise = random.normal(size=400) ** 2, random.normal(size=400)
    rungs = [Rung((number,), low + noise * 0.1 * number, None) for number in range(3)]
    assert best_of([*rungs, Rung((9,), low + 0.3, None)]).hidden in ((0,), (1,), (2,))
    assert best_of([rungs[0], Rung((9,), low.copy(), None)]).hidden == (9,)
