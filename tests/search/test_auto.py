"""Solver, sizes and starts that are chosen, and the sentences that say why."""

import time
from dataclasses import replace

import numpy as np
import pytest

from clearprop import Layer, Network
from clearprop.search import auto, train_automatically
from clearprop.search.auto import STARTS_OF_FEW, Starts, _starts_of, affordable_starts
from clearprop.search.deadline import Deadline
from clearprop.search.searching import DECAYS, Found
from clearprop.search.so_far import SoFar
from clearprop.search.wide import Blend
from clearprop.training import Stopping, TrainingConfig, divide, train
from clearprop.training.rows import TrainingData
from clearprop.training.solver_choice import WIDE
from clearprop.training.solvers import make_solver
from search_cases import QUICK, build, ended, wave


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
    assert words[0].startswith("Solver: L-BFGS")
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
        found = Found((2,), config, False, Blend(3, share, 1.0, np.ones(1)), starts=1)
        monkeypatch.setattr(auto, "search", lambda *_, found=found, **__: (found, []))
        train_automatically(build, X, Y, config)
    assert blended == [(2,), None]


@pytest.mark.parametrize(("rows", "starts"), [(1, 4), (500, 4), (501, 10)])
def test_ten_starts_are_averaged_and_four_where_rows_are_few(rows, starts):
    assert affordable_starts(build((4,)), rows, make_solver("adam"), 1) == starts
    assert affordable_starts(build(()), rows, make_solver("adam"), 1) == 1


@pytest.mark.parametrize(
    ("solver", "products"),
    [  # of an iteration on 1000 rows, of 18 parameters and 2 outputs: there and back, or J'J
        ("adam", 6 * 1000 * 18), ("lbfgs", 6 * 1000 * 18),
        ("levenberg_marquardt", 1000 * 2 * 18**2),
    ],
)  # fmt: skip
def test_starts_take_a_million_million_products_together(solver, products):
    network = Network(1, [Layer(4, "tanh"), Layer(2)])
    assert network.parameter_count == 18
    for starts in (1, 3, 9):
        most = 10**12 // (starts * products)
        rule = make_solver(solver)
        assert affordable_starts(network, 1000, rule, most) == starts
        assert affordable_starts(network, 1000, rule, most + 1) == max(1, starts - 1)


def test_as_many_starts_as_were_asked_for_or_found_or_as_there_is_time_for():
    X, Y = np.zeros((600, 1)), np.zeros((600, 1))
    data, network = TrainingData(X, Y), build((4,))
    bayes, damped = map(make_solver, ("bayesian_regularization", "levenberg_marquardt"))

    def starts(given=None, sizes=None, *, rule=bayes, epochs=200, found=None, division=None):
        config = TrainingConfig(solver=rule, stopping=Stopping(epochs), division=division)
        best = Found((4,), config, True, starts=found)
        number, stopping = _starts_of(given or Starts(), best, network, data, sizes)
        return number, stopping.max_epochs

    assert starts() == (10, 80)  # more iterations gain little where several are averaged
    assert starts(epochs=50) == (10, 50)
    assert starts(rule=damped) == (10, 200)
    assert starts(Starts(restarts=7), found=2) == (7, 200)
    assert starts(found=2, sizes=(4,)) == (2, 200)
    assert starts(sizes=(4,)) == (1, 200)
    for rows, number in ((500, 4), (501, 10)):
        division = divide(600, "block", (rows / 600, 1 - rows / 600, 0))
        assert len(division.train) == rows
        assert starts(division=division)[0] == number


@pytest.mark.parametrize(
    ("starts", "wide", "allowed", "blends"),
    [
        (Starts(), True, True, True), (Starts(), False, False, True),
        (Starts(restarts=3), True, False, True), (Starts(combine="best"), True, False, True),
        (Starts(compact=True), True, True, False),
    ],
)  # fmt: skip
def test_half_the_time_is_searched_with_wide_networks_where_all_is_open(
    starts, wide, allowed, blends, monkeypatch
):
    asked = []

    class Search:
        reasons = ("why",)

        def __init__(self, *given):
            asked.extend(given)

        def run(self):
            return "found"

    monkeypatch.setattr(auto, "Search", Search)
    division = divide(20, "block", (0.5, 0.5, 0))
    config = TrainingConfig(seed=np.random.default_rng(0), division=division)
    given = (build, build), TrainingData(*wave(20)), config, starts
    deadline, so_far = Deadline(time.perf_counter(), 60.0), SoFar()
    found = auto.search(*given, deadline, so_far, allow_wide=wide)
    assert found == ("found", ("why",))
    *_, rows, _, _, half, _, asked_wide, asked_blends, kept = asked
    assert len(rows.X) == 10
    assert half == Deadline(deadline.began, 30.0)
    assert (asked_wide, asked_blends) == (allowed, blends)
    assert kept is so_far


@pytest.fixture
def found_at_once(monkeypatch):
    """Let a search find two units at once, and whatever else a test wants of it."""
    given = {"starts": 2}

    def search(builds, data, config, starts, deadline, so_far, *, allow_wide):
        given["allow_wide"] = allow_wide
        given.get("offer", lambda _: None)(so_far)
        smooth = given.get("smooth", True)
        blend = given.get("blend")
        return Found((2,), config, smooth, blend, starts=given["starts"]), []

    monkeypatch.setattr(auto, "search", search)
    return given


def test_whoever_watches_is_told_of_the_search_and_of_the_training(found_at_once):
    stages = []
    config = TrainingConfig(seed=0, stopping=Stopping(2), on_stage=stages.append)
    train_automatically(build, *wave(20), config)
    assert [(stage.name.en, stage.total) for stage in stages] == [
        ("choosing the network", None), ("training on all rows", 2),
    ]  # fmt: skip
    stages.clear()
    train_automatically(build, *wave(20), config, hidden=(2,))
    assert stages == []


def test_wide_networks_may_join_where_the_solver_is_open_or_it_is_said(found_at_once):
    for solver, given, allowed in (
        ("auto", None, True), ("lbfgs", None, False), ("lbfgs", True, True), ("auto", False, False),
    ):  # fmt: skip
        config = TrainingConfig(solver=solver, seed=0, stopping=Stopping(1))
        train_automatically(build, *wave(20), config, allow_wide=given)
        assert found_at_once["allow_wide"] is allowed


def test_a_solver_that_lost_to_another_kind_of_units_is_not_given_as_a_reason(found_at_once):
    config = TrainingConfig(seed=0, stopping=Stopping(1))
    for smooth, heads in ((True, ["Solver", "Starts"]), (False, ["Starts"])):
        found_at_once["smooth"] = smooth
        result = train_automatically(build, *wave(20), config)
        assert [each.en.split(":")[0] for each in result.reasons] == heads
    result = train_automatically(build, *wave(20), config, starts=Starts(restarts=2))
    assert result.reasons == ()  # their number was given
    found_at_once.update(starts=1, smooth=True)
    (reason,) = train_automatically(build, *wave(20), config).reasons
    assert reason.en.startswith("Solver: ")


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_wide_networks_are_joined_for_the_type_in_which_parameters_are_kept(
    dtype, found_at_once, monkeypatch
):
    X, Y = wave(20)
    found_at_once["blend"] = Blend(3, 0.5, 1.0, np.ones(1))
    kept = []

    def blended(result, network, data, config, blend, n_jobs, kept_dtype):
        kept.append((network.sizes, kept_dtype))
        return result

    monkeypatch.setattr(auto, "blended", blended)
    config = TrainingConfig(seed=0, stopping=Stopping(1))
    train_automatically(build, X.astype(dtype), Y, config)
    assert kept == [((1, 50, 50, 1), dtype)]


@pytest.mark.parametrize(
    ("name", "epochs", "kept", "reason"),
    [
        ("time", 3, True, "time"), ("interrupted", 3, True, "interrupted"),
        ("time", 1, False, "time"), ("epochs", 3, False, "epochs"),
    ],
)  # fmt: skip
def test_a_training_cut_short_is_no_better_than_the_best_of_the_search(
    name, epochs, kept, reason, found_at_once, monkeypatch
):
    X, Y = wave(20)
    best = train(build((2,)), X, Y, TrainingConfig(solver="adam", seed=1, stopping=Stopping(3)))
    short = ended(replace(best, parameters=best.parameters.copy()), name, best_epoch=1)
    found_at_once["offer"] = lambda so_far: so_far.offer([replace(best, best_epoch=epochs)])
    monkeypatch.setattr(auto, "train_restarts", lambda *_, **__: short)
    config = TrainingConfig(solver="adam", seed=0)
    result = train_automatically(build, X, Y, config)
    assert (result.parameters is best.parameters) == kept
    assert result.stop_reason.name == reason
    one_was_done = replace(short, members=(ended(short, "epochs"),))
    monkeypatch.setattr(auto, "train_restarts", lambda *_, **__: one_was_done)
    result = train_automatically(build, X, Y, config)
    assert result.parameters is short.parameters
    assert result.reasons == ()  # one start is no average


def test_one_start_has_nothing_to_be_made_compact(found_at_once):
    config = TrainingConfig(seed=0, solver="lbfgs", stopping=Stopping(3))
    for number, head in ((1, "it is one network already"), (2, "in place of 2 starts")):
        found_at_once["starts"] = number
        result = train_automatically(build, *wave(20), config, starts=Starts(compact=True))
        assert head in result.reasons[-1].en
