"""Solver, sizes and starts that are chosen, and the sentences that say why."""

import numpy as np
import pytest

from clearprop import Layer, Network
from clearprop.search import auto, train_automatically
from clearprop.search.auto import STARTS_OF_FEW, Starts, affordable_starts
from clearprop.search.searching import DECAYS, Found
from clearprop.search.wide import Blend
from clearprop.training import Stopping, TrainingConfig, train
from clearprop.training.solver_choice import WIDE
from clearprop.training.solvers import make_solver
from search_cases import QUICK, build, wave


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
    assert affordable_starts(wide, 10**4, make_solver("lbfgs"), 100) == 4


def test_hardly_any_time_still_gives_a_network():
    X, Y = wave()
    stopping = Stopping(max_seconds=1e-9)
    result = train_automatically(
        build, X, Y, TrainingConfig(seed=0, stopping=stopping, weight_decay=None)
    )
    assert np.isfinite(result.parameters.vector).all()
    assert result.stop_reason.name == "time"
    assert any(reason.en.startswith("Time:") for reason in result.reasons)
    assert not any(reason.en.startswith("Hidden units:") for reason in result.reasons)


def test_a_blend_trains_the_small_networks_too_unless_it_leaves_them_nothing(monkeypatch):
    X, Y = wave(20)
    config = TrainingConfig(solver="lbfgs", seed=0, stopping=Stopping(2))
    blended = []

    def blend(result, network, *_):
        blended.append(None if result is None else result.hidden)
        return result or train(build((2,)), X, Y, config)

    monkeypatch.setattr(auto, "blended", blend)
    for share in (0.5, 1.0):
        found = Found((2,), config, Blend(3, share, 1.0, np.ones(1)), starts=1)
        monkeypatch.setattr(auto, "search", lambda *_, found=found, **__: (found, []))
        train_automatically(build, X, Y, config)
    assert blended == [(2,), None]
