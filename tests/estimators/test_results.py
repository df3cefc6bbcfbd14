"""What a training leaves behind: curves that go on, and what is refused because it diverged."""

import warnings
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

from clearprop import InputError, MLPClassifier, MLPRegressor
from clearprop.estimators import results
from clearprop.estimators.results import _diagnosis, _refuse_diverged, _score, _warn
from clearprop.fitting.pipeline import Trained
from clearprop.training import Record, StopReason

X = np.random.default_rng(0).normal(size=(60, 2))
y = np.sin(X[:, 0]) + X[:, 1]

pytestmark = pytest.mark.filterwarnings("ignore:Maximum iterations")


def test_epochs_are_counted_on_where_training_goes_on():
    model = MLPRegressor(
        hidden_layer_sizes=(4,), solver="adam", max_iter=3, warm_start=True, random_state=0
    )
    model.fit(X, y).fit(X, y).fit(X, y)
    assert [record.epoch for record in model._records] == list(range(1, 10))
    assert len(model.loss_curve_) == 9
    assert model.n_iter_ == 3
    assert model.t_ == 9 * 60


def test_the_best_loss_of_a_stream_is_the_lowest_of_its_curve():
    model = MLPRegressor(
        hidden_layer_sizes=(4,), solver="sgd", learning_rate_init=0.2, random_state=0
    )
    for part in range(6):  # so fast that the loss rises in between
        rows = slice(10 * part, 10 * part + 10)
        model.partial_fit(X[rows], y[rows])
        assert model.best_loss_ == min(model.loss_curve_)
        assert model.loss_ == model.loss_curve_[-1]
    assert len(model.loss_curve_) == 6
    assert model.loss_curve_ != sorted(model.loss_curve_, reverse=True)


@pytest.mark.parametrize("estimator", [MLPRegressor, MLPClassifier])
@pytest.mark.parametrize("outputs", [1, 2])
def test_lines_of_progress_show_the_loss_curve(capsys, estimator, outputs):
    targets = np.column_stack([y, -2 * y])[:, :outputs]
    if estimator is MLPClassifier:
        targets = (targets > 0).astype(int)
    targets = targets[:, 0] if outputs == 1 else targets
    model = estimator(hidden_layer_sizes=(4,), solver="adam", max_iter=4, verbose=2, random_state=0)
    model.fit(X, targets)
    lines = capsys.readouterr().out.splitlines()
    shown = [float(line.split("loss = ")[1]) for line in lines if line.startswith("Iteration")]
    assert shown == pytest.approx(model.loss_curve_, abs=1e-8)


def diverged(solver, *, early_stopping=False, best_epoch=2, first_loss=1.0):
    """Return an estimator and a training of it that ended because it diverged."""
    model = MLPRegressor(hidden_layer_sizes=(3,), solver=solver, max_iter=3, random_state=0).fit(
        X, y
    )
    result, options = model._result, replace(options_of(model), early_stopping=early_stopping)
    records = [replace(record, loss=first_loss) for record in list(result.history)[:1]]
    result = replace(
        result,
        history=records,
        best_epoch=best_epoch,
        stop_reason=StopReason.of("divergence.loss", epoch=3),
    )
    return model, Trained(result, result.parameters, result.division, options)


def options_of(model):
    from clearprop.estimators.options import options_of

    return options_of(model)


REFUSED = {
    "mini-batches that nothing judged": ("adam", {}),
    "mini-batches that never began": ("adam", {"early_stopping": True, "best_epoch": 0,
                                               "first_loss": np.inf}),
    "a batch solver that never began": ("lbfgs", {"best_epoch": 0, "first_loss": np.nan}),
}  # fmt: skip
KEPT = {
    "mini-batches with a best epoch": ("adam", {"early_stopping": True}),
    "a batch solver that has come down": ("lbfgs", {}),
    "a batch solver at its first point": ("lbfgs", {"best_epoch": 0}),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_nobody_could_use_is_refused(name):
    solver, settings = REFUSED[name]
    with pytest.raises(InputError, match=r"diverged|non-finite"):
        _refuse_diverged(*diverged(solver, **settings))


@pytest.mark.parametrize("name", KEPT)
def test_good_parameters_before_a_divergence_are_kept(name):
    solver, settings = KEPT[name]
    _refuse_diverged(*diverged(solver, **settings))


@pytest.mark.parametrize(
    ("rows", "columns", "widest", "looked_at"),
    [
        (900, 2, 16, 900), (3000, 2, 16, 1000), (2000, 2, 32, 500), (3000, 2, 100, 300),
        (199, 10_000, 16, 199), (3, 2_000_000, 16, 1),
    ],
)  # fmt: skip
def test_a_diagnosis_looks_at_rows_that_are_quickly_passed(
    rows, columns, widest, looked_at, monkeypatch
):
    """At most 1000, 16,000 activations of a layer but 300 rows, and a million inputs."""
    seen = []
    monkeypatch.setattr(results, "diagnose_training", seen.append)
    numbers = np.broadcast_to(0.0, (rows, columns))
    result = SimpleNamespace(
        network=SimpleNamespace(sizes=(2, widest, 1)), parameters=None, equations=None
    )
    trained = SimpleNamespace(division=SimpleNamespace(train=np.arange(rows)), result=result)
    data = SimpleNamespace(X=numbers, Y=numbers[:, :1])
    _diagnosis(SimpleNamespace(_records=[], standardize=True), trained, data)
    assert len(seen[0].X) == len(seen[0].Y) == looked_at


def test_the_quality_of_an_epoch_is_its_score_else_the_negative_loss():
    plain = Record(1, 0.5, 0.25, None, None, 0.0)
    assert _score(plain) == -0.25
    assert _score(replace(plain, validation_score=0.75)) == 0.75
    assert np.isnan(_score(replace(plain, validation_loss=None)))


@pytest.mark.parametrize(
    ("name", "epoch", "words"),
    [
        ("epochs", 7, r"Maximum iterations \(7\) reached"), ("epochs", 6, None),
        ("evaluations", 3, "a larger max_fun"), ("divergence", 3, "It is so."),
        ("converged", 3, None), ("time", 3, None), ("time", 0, "Nothing is trained"),
    ],
)  # fmt: skip
def test_a_training_that_was_not_done_is_warned_of(name, epoch, words):
    reason = SimpleNamespace(name=name, sentence=SimpleNamespace(en="It is so."))
    history = [SimpleNamespace(epoch=number) for number in (1, 2, epoch)]
    trained = SimpleNamespace(result=SimpleNamespace(stop_reason=reason, history=history))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        if words is None:
            _warn(SimpleNamespace(max_iter=7), trained)
            return
        with pytest.raises(ConvergenceWarning, match=words):
            _warn(SimpleNamespace(max_iter=7), trained)


def test_what_was_seen_of_each_epoch_is_kept():
    settings = {"hidden_layer_sizes": (4,), "solver": "adam", "max_iter": 4, "random_state": 0}
    watched = MLPRegressor(early_stopping=True, validation_fraction=0.25, **settings).fit(X, y)
    assert watched.t_ == watched.n_iter_ * 45
    assert watched.n_layers_ == 3
    assert watched.best_loss_ is None
    assert watched.best_validation_score_ == max(watched.validation_scores_)
    assert len(watched.validation_loss_curve_) == len(watched.loss_curve_) == 4
    plain = MLPRegressor(**settings).fit(X, y)
    assert plain.best_loss_ == min(plain.loss_curve_)
    assert plain.validation_scores_ is plain.validation_loss_curve_ is None
    assert plain.out_activation_ == "identity"
    by_rows = MLPRegressor(**settings | {"solver": "lbfgs"}).fit(X, y)
    assert len(by_rows.loss_curve_) == by_rows.n_iter_  # the start is no epoch
    assert list(by_rows.history_.index) == list(range(by_rows.n_iter_ + 1))
    assert MLPClassifier(**settings).fit(X, y > 0).out_activation_ == "logistic"


def test_a_rate_that_was_too_high_is_answered_with_a_tenth_of_it():
    with pytest.raises(InputError, match=r"`learning_rate_init` .*try: 0\.0001, or clip_norm=1"):
        _refuse_diverged(*diverged("adam"))
    with pytest.raises(InputError, match=r"`standardize`"):
        _refuse_diverged(*diverged("lbfgs", best_epoch=0, first_loss=np.nan))


def test_training_goes_on_from_the_wide_networks_that_small_ones_were_joined_with():
    """Their average is what the next training begins with."""
    wide, small = (
        MLPRegressor(hidden_layer_sizes=hidden, solver="adam", max_iter=2, random_state=seed)
        for hidden, seed in (((4, 3), 1), ((2,), 0))
    )
    first, second = wide.fit(X, y)._result, wide.set_params(random_state=2).fit(X, y)._result
    small.fit(X, y)
    before = small.network_
    small._result = replace(small._result, members=(small._result,) * 2)
    small._leave_joined()
    assert small.network_ is before  # all of one kind: nothing was joined
    small._result = replace(small._result, members=(small._result, first, second))
    small._leave_joined()
    assert small.network_.sizes == (2, 8, 6, 1)
    means = [each.network.forward(each.parameters, X) for each in (first, second)]
    np.testing.assert_allclose(small.predict(X), np.mean(means, axis=0)[:, 0])
    assert small._result.members == (first, second)
    assert small._result.history is first.history
    assert small._stream is None
