"""What a training leaves behind: curves that go on, and what is refused because it diverged."""

from dataclasses import replace

import numpy as np
import pytest

from clearprop import InputError, MLPClassifier, MLPRegressor
from clearprop.estimators.results import _refuse_diverged
from clearprop.fitting.pipeline import Trained
from clearprop.training import StopReason

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
