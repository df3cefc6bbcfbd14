"""One small network in the place of an average, and what that is said to cost."""

import re

import numpy as np
import pytest

import clearprop as cp
from clearprop.search import compact, train_automatically
from clearprop.search.auto import Starts
from clearprop.search.compact import Compaction, _why, _with_noise_of
from clearprop.training import Stopping, TrainingConfig
from clearprop.training.posterior import Posterior, Start
from clearprop.training.rows import TrainingData
from clearprop.training.scaling import Scaling
from search_cases import ended

RANDOM = np.random.default_rng(0)
X = RANDOM.uniform(-1, 1, size=(80, 2))
Y = np.sin(3 * X[:, :1]) * X[:, 1:] + 0.1 * RANDOM.normal(size=(80, 1))
NET = cp.Network(2, [cp.Layer(5, "tanh"), cp.Layer(1)])


def compaction(**settings):
    config = TrainingConfig(
        solver="lbfgs", seed=np.random.default_rng(0), stopping=Stopping(25), **settings
    )
    return Compaction(NET, TrainingData(X, Y), config, restarts=3, n_jobs=1)


def test_it_is_the_better_of_the_best_start_and_the_one_that_imitates():
    result, why = compaction().run()
    assert result.network.sizes == NET.sizes
    assert result.members == ()
    least, average, best, student = map(
        float, re.search(r"is ([\d.e-]+), .*average's ([\d.e-]+) \(best start ([\d.e-]+), "
                         r"imitating ([\d.e-]+)\)", why.en).groups()
    )  # fmt: skip
    assert least == min(best, student)
    assert ("imitates" in why.en) == (student < best)
    assert ("no more" in why.en) == (least <= average)
    assert why.zh != why.en


@pytest.mark.parametrize(("student", "best"), [(0.1, 0.2), (0.3, 0.2)])
def test_left_out_rows_decide(student, best, monkeypatch):
    losses = iter((0.15, best, student))
    monkeypatch.setattr(Compaction, "_loss", lambda *_: next(losses))
    made = compaction()
    taught = []
    imitating = Compaction._imitating
    monkeypatch.setattr(
        Compaction, "_imitating", lambda *given: taught.append(1) or imitating(*given)
    )
    made.run()
    assert len(taught) == (2 if student < best else 1)


def test_one_that_imitates_knows_the_noise_of_the_targets():
    config = TrainingConfig(
        solver="bayesian_regularization", seed=np.random.default_rng(0), stopping=Stopping(60)
    )
    made = Compaction(NET, TrainingData(X, Y), config, restarts=2, n_jobs=1)
    division = cp.divide(len(X), fractions=(1, 0, 0))
    several = made._several(division)
    best, student = several.members[0], made._imitating(several, division)
    deviation, usual = student.posterior.std(X), best.posterior.std(X)
    assert np.median(deviation) == pytest.approx(np.median(usual), rel=0.2)
    assert student.history is best.history
    outputs = student.network.forward(student.parameters, X)
    assert student.posterior.mean(X) == pytest.approx(outputs, abs=1e-8)
    average = several.network.forward(several.parameters, X)
    alone = best.network.forward(best.parameters, X)
    assert np.mean((outputs - average) ** 2) <= np.mean((alone - average) ** 2)


@pytest.mark.parametrize(
    ("average", "best", "student", "words"),
    [
        (0.2, 0.25, 0.3, ("the best of them alone", "is 0.25, 25.0% more than the average's 0.2")),
        (0.2, 0.3, 0.25, ("imitates their average", "is 0.25, 25.0% more than")),
        (0.2, 0.1, 0.1, ("the best of them alone", "is 0.1, no more than")),
        (0.0, 0.1, 0.2, ("the best of them alone", "is 0.1, no more than")),
    ],
)
def test_what_it_costs_is_said(average, best, student, words):
    said = _why(3, average, best, student).en
    assert "in place of 3 starts" in said
    assert all(each in said for each in words)


def test_noise_is_taken_over_in_the_unit_of_the_other_targets():
    def posterior(noise, spread):
        targets = Scaling(np.zeros(2), 1 / np.array(spread))
        return Posterior((Start(NET, np.zeros(NET.parameter_count), noise, targets, targets),))

    found = _with_noise_of(posterior(0.5, [2.0, 4.0]), posterior(7.0, [1.0, 1.0]))
    assert found.members[0].noise == 0.5 * (4 + 16) / 2
    found = _with_noise_of(posterior(0.5, [2.0, 2.0]), posterior(7.0, [4.0, 4.0]))
    assert found.members[0].noise == 0.5 / 4
    assert _with_noise_of(None, posterior(7.0, [1.0, 1.0])) is None
    assert _with_noise_of(posterior(7.0, [1.0, 1.0]), None) is None


@pytest.mark.parametrize(("rows", "compared"), [(10, False), (11, True)])
def test_a_fifth_of_the_rows_is_left_out_to_compare(rows, compared, monkeypatch):
    parts = []
    several = Compaction._several

    def noting(made, division):
        parts.append(len(division.train))
        return several(made, division)

    monkeypatch.setattr(Compaction, "_several", noting)
    made = Compaction(NET, TrainingData(X[:rows], Y[:rows]), compaction().config, 2, 1)
    made.run()
    assert parts == ([9, 11] if compared else [10])


def test_what_was_cut_short_imitates_nothing(monkeypatch):
    several = Compaction._several
    monkeypatch.setattr(Compaction, "_imitating", lambda *_: pytest.fail("no time for it"))
    monkeypatch.setattr(Compaction, "_several", lambda *given: ended(several(*given)))
    result, why = compaction().run()
    assert result.stop_reason.name == "time"
    assert result.network.sizes == NET.sizes
    assert "no time" in why.en


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_losses_are_compared_by_row(reduction):
    network = cp.Network(2, [cp.Layer(1)], reduction=reduction)
    made = Compaction(network, TrainingData(X, Y), compaction().config, 2)
    result = type("Result", (), {"network": network, "parameters": network.initialize(seed=0)})
    rows = np.arange(7)
    outputs = network.forward(result.parameters, X[rows])
    assert made._loss(result, rows) == pytest.approx(np.mean((outputs - Y[rows]) ** 2) / 2)


def test_too_few_rows_keep_the_best_start():
    few = Compaction(
        NET, TrainingData(X[:6], Y[:6]),
        TrainingConfig(solver="lbfgs", seed=np.random.default_rng(0), stopping=Stopping(5)),
        restarts=2,
    )  # fmt: skip
    result, why = few.run()
    assert result.network.sizes == NET.sizes
    assert "the best start alone" in why.en


def test_one_network_alone_is_compact_already():
    result = train_automatically(
        lambda hidden, smooth: NET,
        X,
        Y,
        TrainingConfig(solver="lbfgs", seed=0, stopping=Stopping(5)),
        hidden=(5,),
        starts=Starts(compact=True),
    )
    assert result.reasons == (compact.NOTHING_TO_DO,)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_estimators_say_what_it_costs():
    model = cp.MLPRegressor(compact=True, random_state=0, max_iter=25).fit(X, Y[:, 0])
    assert len(model.coefs_[0][0]) in (4, 8, 16)
    assert "Compact: in place of" in model.summary()
    assert "紧凑" in model.summary("zh")
