"""A whole search: what it finds, and which reasons it gives."""

from dataclasses import replace

import numpy as np
import pytest

from clearprop import Layer, Network
from clearprop._interruption import OutOfTimeError
from clearprop._text import Text
from clearprop.search import searching, train_automatically, wide
from clearprop.search.candidates import Candidate
from clearprop.search.deadline import Deadline
from clearprop.search.decays import Held
from clearprop.search.priors import Choice
from clearprop.search.searching import Search
from clearprop.training import Stopping, TrainingConfig
from clearprop.training.rows import TrainingData
from clearprop.training.solvers import make_solver
from clearprop.training.solvers.bayesian_regularization import BayesianRegularization
from search_cases import QUICK, said


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


def search_of(solver, rows, inputs=4, **more):
    """Return a search on so many rows of noise."""
    random = np.random.default_rng(0)
    asked = {"weight_decay": None, "stopping": Stopping(200)} | more.pop("config", {})

    def build(hidden):
        return Network(inputs, [*(Layer(units, "tanh") for units in hidden), Layer(1)])

    data = TrainingData(random.normal(size=(rows, inputs)), random.normal(size=(rows, 1)))
    config = TrainingConfig(solver=make_solver(solver), **asked)
    given = {"deadline": Deadline(0.0, np.inf), "random": random} | more
    return Search(build, build, data, config, **given)


@pytest.fixture
def compared(monkeypatch):
    """Note what is compared, and let the second candidate be the best."""
    seen = {}

    def evaluate(build, steps, data, config, *, n_jobs, so_far, begun, few):
        seen.update(steps=steps, config=config, data=data, begun=begun, few=few)
        return [Candidate(step, said(error)) for step, error in zip(steps, (3, 1, 2), strict=False)]

    monkeypatch.setattr(searching, "evaluate", evaluate)
    for name in ("choose_prior", "choose_beginning"):

        def choose(network, data, config, n_jobs, so_far, known=(), name=name):
            seen[name] = network.sizes
            rule = replace(config.solver, groups="inputs")
            return Choice(rule, Text(name, name), (*known, name))

        monkeypatch.setattr(searching, name, choose)
    return seen


def test_what_is_compared_lies_where_the_training_will():
    assert search_of("lbfgs", 100, config={"device": "cuda"}).config.device == "cuda"


def test_mini_batches_take_the_usual_units():
    search = search_of("adam", 1200)
    assert search.run().hidden == (100,)
    assert [each.en for each in search.reasons] == [
        "Hidden units: 100, the usual number for 1,200 rows."
    ]


def test_first_order_solvers_compare_decays_by_row(compared):
    search = search_of("lbfgs", 50)
    found = search.run()
    assert [step.hidden for step in compared["steps"]] == [(100,)] * 4
    penalties = [step.penalty for step in compared["steps"]]
    assert penalties == pytest.approx([0.2, 0.02, 0.002, 0.0002])
    assert found.config.weight_decay == pytest.approx(0.02)
    assert found.left_out is not None
    assert compared["config"].stopping.max_epochs == 200
    assert [each.en for each in search.reasons] == [
        "Hidden units: 100, the usual number for 50 rows.",
        "Weight decay: 1, with the lowest root mean square error to expect of averaged starts on "
        "rows that were left out (10: 3, 1: 1, 0.1: 2).",
    ]
    one = search_of("lbfgs", 1).run()
    assert (one.config.weight_decay, one.left_out) == (10, None)


def test_a_decay_that_was_given_is_kept(compared):
    found = search_of("lbfgs", 50, config={"weight_decay": 0.3}).run()
    assert {step.penalty for step in compared["steps"]} == {0.3}
    assert found.config.weight_decay == 0.3
    assert found.hidden == (4,)


@pytest.mark.parametrize(("given", "taken"), [(200, 60), (30, 30)])
def test_candidates_of_second_order_take_few_iterations(given, taken, compared):
    config = {"stopping": Stopping(given), "batch_size": 7, "scale_inputs": "minmax"}
    found = search_of("levenberg_marquardt", 300, config=config).run()
    assert compared["config"].stopping.max_epochs == taken
    assert (compared["config"].batch_size, compared["config"].scale_inputs) == (7, "minmax")
    assert found.config.stopping.max_epochs == given
    assert "choose_prior" not in compared


@pytest.mark.parametrize(
    ("rows", "inputs", "judge", "asked"),
    [
        (300, 4, (4, 8, 1), {"choose_prior", "choose_beginning"}),
        (30, 4, (4, 4, 1), {"choose_prior", "choose_beginning"}),
        (300, 3, (3, 8, 1), {"choose_prior"}),
        (300, 1, (1, 8, 1), set()),
    ],
)
def test_priors_are_chosen_by_a_small_network(rows, inputs, judge, asked, compared):
    search = search_of("bayesian_regularization", rows, inputs)
    found = search.run()
    assert {"choose_prior", "choose_beginning"} & set(compared) == asked
    assert {compared[name] for name in asked} <= {judge}
    assert compared["config"].solver.groups == ("inputs" if asked else "weights")
    assert compared["config"].solver.beginning == ("best" if inputs > 3 else "spread")
    starts = tuple(name for name in ("choose_beginning", "choose_prior") if name in asked)
    assert compared["begun"] == {judge[1:-1]: starts}  # they are not trained again
    assert found.config.solver == compared["config"].solver
    assert search.reasons[-1].en == (
        "Hidden units: 4, with the lowest root mean square error to expect of averaged starts on "
        "rows that were left out " + ("(0: 3, 4: 1)." if rows == 30 else "(0: 3, 4: 1, 8: 2).")
    )


def test_a_rule_with_settings_of_its_own_keeps_them(compared):
    rule = BayesianRegularization(groups="layers")
    assert search_of(rule, 300).run().config.solver is rule
    assert "choose_prior" not in compared


def test_after_its_time_a_search_takes_what_it_has(monkeypatch, compared):
    search = search_of("bayesian_regularization", 300, deadline=Deadline(0.0, 1e-9))
    assert search.run().config.solver.groups == "weights"  # the choice of a prior was cut short

    def late(*given, **more):
        raise OutOfTimeError(1.0)

    monkeypatch.setattr(searching, "evaluate", late)
    for rows, hidden in ((300, (8,)), (30, (4,))):
        search = search_of("levenberg_marquardt", rows)
        found = search.run()
        assert (found.hidden, found.left_out) == (hidden, None)
        assert search.reasons[-1].en.startswith("Time: too little of it")
    assert search_of("lbfgs", 50).run().config.weight_decay == 0.2


@pytest.mark.parametrize(
    ("rows", "more", "blends"),
    [
        (501, {}, True), (500, {}, False), (700, {"blends": False}, False),
        (700, {"allow_wide": False}, False), (700, {}, True),
    ],
)  # fmt: skip
def test_wide_networks_are_tried_where_rows_are_dense(rows, more, blends, monkeypatch, compared):
    asked = []

    def pairs_after(training, data, small, epochs):
        asked.append((training, epochs))
        return [said(0.1)], [epochs[0]]

    monkeypatch.setattr(wide, "pairs_after", pairs_after)
    search = search_of("levenberg_marquardt", rows, **({"allow_wide": True} | more))
    found = search.run()
    assert compared["few"] == (not blends)
    deep = [step.hidden for step in compared["steps"] if len(step.hidden) > 1]
    assert deep == ([(20, 10)] if more else [])
    if not blends:
        assert found.blend is None
        return
    ((training, epochs),) = asked
    assert training.network.sizes == (4, 50, 50, 1)
    assert (training.config.solver.name, training.config.batch_size) == ("adam", 32)
    assert training.config.stopping.max_epochs == epochs[-1] == 600
    assert found.blend.share == 1
    assert search.reasons[-1].en == (
        f"Wide networks: 50 + 50 units, {epochs[0]} epochs of mini-batches, in place of the "
        "others, for the lowest loss on rows that were left out (0.01; 1 without)."
    )


def test_deep_candidates_beside_wide_networks_need_five_targets_a_parameter():
    def bears(rows, hidden, allow_wide=True):
        return search_of("levenberg_marquardt", rows, allow_wide=allow_wide)._bears(hidden)

    parameters = 4 * 20 + 20 + 20 * 10 + 10 + 10 + 1
    assert bears(5 * parameters, (20, 10))
    assert not bears(5 * parameters - 1, (20, 10))
    assert bears(5 * parameters - 1, (20, 10), allow_wide=False)
    assert bears(1, (32,))


@pytest.mark.parametrize(("rows", "weights"), [(11, None), (12, np.arange(12) % 2 + 1.0)])
def test_classes_get_the_decay_between_those_that_do_best(rows, weights, monkeypatch):
    losses = {0.1: 0.5, 1.0: 0.4, 10.0: 0.4}
    held = [Held((), 1.0, said(2.0))]
    held += [Held((50,), alpha, said(loss**0.5)) for alpha, loss in losses.items()]
    monkeypatch.setattr(searching, "evaluate_decays", lambda *_: held)
    search = search_of("bayesian_regularization", rows, inputs=2, allow_wide=True)

    def build(hidden):
        layers = [*(Layer(units, "relu") for units in hidden), Layer(1, "sigmoid")]
        return Network(2, layers, "binary_cross_entropy")

    search.build = build
    search.data = replace(search.data, weights=weights)
    found = search.run()
    assert (found.hidden, found.smooth, found.starts) == ((50,), False, 1)
    samples = rows if weights is None else weights.sum()
    assert found.config.weight_decay == pytest.approx(10**0.5 / samples)
    assert found.config.solver.name == "lbfgs"
    assert (found.config.stopping.plateau, found.config.stopping.tolerance) == (10, 1e-5)
    assert found.config.stopping.max_epochs == 200
    assert "weight decay of 3.16, about" in search.reasons[-1].en
    assert "loss; 0 — 1: 4; 50 — 0.1: 0.5, 1: 0.4, 10: 0.4)" in search.reasons[-1].en


def test_ten_rows_of_classes_are_too_few_to_compare_decays(monkeypatch, compared):
    monkeypatch.setattr(searching, "evaluate_decays", lambda *_: pytest.fail("ten rows"))
    search = search_of("bayesian_regularization", 10, allow_wide=True)
    search.build = lambda hidden: Network(
        4, [*(Layer(units, "tanh") for units in hidden), Layer(1, "sigmoid")],
        "binary_cross_entropy",
    )  # fmt: skip
    assert search.run().starts is None


def test_whoever_watches_is_told_what_is_compared_and_for_how_long(compared):
    stages = []
    search_of("bayesian_regularization", 300, config={"on_stage": stages.append}).run()
    assert [stage.name.en for stage in stages] == [
        "comparing first steps", "comparing weight decays of inputs", "comparing hidden units",
    ]  # fmt: skip
    assert {stage.seconds_left for stage in stages} == {None}
    late = Deadline(0.0, 1e-9)
    search_of("lbfgs", 50, deadline=late, config={"on_stage": stages.append}).run()
    assert stages[-1].seconds_left == 0


def test_a_single_row_gets_no_hidden_units(compared):
    search = search_of("levenberg_marquardt", 1)
    assert search.run().hidden == ()
    assert search.reasons[-1].en == "Hidden units: 0, the usual number for 1 rows."
