"""What scikit-learn's users asked for: each feature does what it says."""

from copy import deepcopy
from typing import Any

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import clearprop as cp
from clearprop import InputError, MLPClassifier, MLPRegressor
from clearprop.search import blending, candidates, searching
from clearprop.training import Checkpoint

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

RANDOM = np.random.default_rng(1)
X = RANDOM.normal(size=(160, 3))
Y = np.sin(X[:, 0]) + X[:, 1] ** 2
SMALL: dict[str, Any] = {"hidden_layer_sizes": (8,), "max_iter": 40, "random_state": 0}


def test_each_layer_has_its_activation_and_the_output_its_own() -> None:
    sizes = {"hidden_layer_sizes": (5, 4), "activation": ("tanh", "leaky_relu(slope=0.1)")}
    model = MLPRegressor(solver="adam", output_activation="softplus", **(SMALL | sizes))
    model.fit(X, np.abs(Y))
    names = [layer.activation.name for layer in model.network_.layers]
    assert names == ["tanh", "leaky_relu", "softplus"]
    assert (model.predict(X) > 0).all()


@pytest.mark.parametrize("loss", ["absolute_error", "huber(delta=0.5)", "squared_error"])
def test_losses_are_minimised(loss: str) -> None:
    model = MLPRegressor(loss, solver="adam", learning_rate_init=0.02, **SMALL).fit(X, Y)
    assert model.loss_curve_[-1] < 0.7 * model.loss_curve_[0]


def test_a_persons_own_loss_trains() -> None:
    class Cubic(cp.LOSSES["half_squared_error"]):
        name = "mine"

        def value(self, a: Any, y: Any) -> Any:
            return (np.abs(a - y) ** 3).sum(axis=-1)

        def derivative(self, a: Any, y: Any) -> Any:
            return 3 * (a - y) * np.abs(a - y)

        def __getattribute__(self, name: str) -> Any:
            if name.startswith("kernel"):
                raise AttributeError(name)
            return super().__getattribute__(name)

    model = MLPRegressor(Cubic(), solver="rprop", **SMALL).fit(X, Y)
    assert model.loss_curve_[-1] < 0.5 * model.loss_curve_[0]


def test_own_validation_rows_decide_and_the_best_weights_are_kept() -> None:
    settings = {"solver": "adam", "early_stopping": True, "scoring": "loss", "max_iter": 300}
    model = MLPRegressor(**(SMALL | settings), learning_rate_init=0.05)
    model.fit(X[:100], Y[:100], X_val=X[100:], y_val=Y[100:])
    curve = model.validation_loss_curve_
    assert len(curve) == model.n_iter_
    assert model.best_validation_score_ == -min(curve)
    error = model.predict(X[100:]) - Y[100:]
    assert 0.5 * np.mean(error**2) / Y[:100].var() == pytest.approx(min(curve))
    assert list(model.division_.validation) == list(range(100, 160))


def test_early_stopping_watches_a_chosen_metric() -> None:
    settings = {"solver": "adam", "early_stopping": True, "scoring": "neg_mean_absolute_error"}
    model = MLPRegressor(**(SMALL | settings)).fit(X, Y)
    rows = model.division_.validation
    kept = -np.abs(model.predict(X[rows]) - Y[rows]).mean()
    assert kept == pytest.approx(model.best_validation_score_)
    assert max(model.validation_scores_) == model.best_validation_score_


def test_callbacks_see_the_model_of_the_epoch_and_may_stop() -> None:
    seen = []

    def watch(model: MLPRegressor, record: Any) -> bool:
        seen.append((record.epoch, np.mean((model.predict(X) - Y) ** 2)))
        return record.epoch == 7

    model = MLPRegressor(solver="adam", callbacks=watch, **SMALL).fit(X, Y)
    assert [epoch for epoch, _ in seen] == [1, 2, 3, 4, 5, 6, 7]
    assert "callback" in model.stop_reason_
    assert seen[-1][1] == pytest.approx(np.mean((model.predict(X) - Y) ** 2))


def test_dropout_and_clipping_change_training_and_need_mini_batches() -> None:
    plain = MLPRegressor(solver="adam", **SMALL).fit(X, Y)
    for change in ({"dropout": 0.3}, {"clip_norm": 0.01}):
        model = MLPRegressor(solver="adam", **SMALL, **change).fit(X, Y)
        assert not np.allclose(model.coefs_[0], plain.coefs_[0])
        with pytest.raises(InputError, match="takes all rows in a step"):
            MLPRegressor(solver="lbfgs", **SMALL, **change).fit(X, Y)
        assert MLPRegressor(**SMALL, **change).fit(X, Y).solver_.name == "adam"


def test_classes_can_be_weighted() -> None:
    rare = np.quantile(Y, 0.9) < Y
    for class_weight in ("balanced", {False: 1, True: 20}):
        plain = MLPClassifier(solver="lbfgs", **SMALL | {"max_iter": 5}).fit(X, rare)
        weighted = clone(plain).set_params(class_weight=class_weight).fit(X, rare)
        assert weighted.predict(X).sum() > plain.predict(X).sum()


def test_starts_are_averaged_into_one_network_or_the_best_is_kept() -> None:
    settings = SMALL | {"hidden_layer_sizes": (3,), "solver": "levenberg_marquardt"}
    average = MLPRegressor(restarts=3, **settings).fit(X, Y)
    assert average.coefs_[0].shape == (3, 9)
    best = MLPRegressor(restarts=3, combine="best", n_jobs=1, **settings).fit(X, Y)
    assert best.coefs_[0].shape == (3, 3)


def test_standard_deviations_cover_new_observations() -> None:
    noisy = Y + RANDOM.normal(scale=0.3, size=len(Y))
    model = MLPRegressor(**SMALL).fit(X[:120], noisy[:120])
    predicted, std = model.predict(X[120:], return_std=True)
    assert std.shape == predicted.shape
    assert 0.2 < np.median(std) < 0.6
    assert np.mean(np.abs(predicted - noisy[120:]) < 2 * std) > 0.8
    with pytest.raises(InputError, match="lbfgs does not estimate it"):
        MLPRegressor(solver="lbfgs", **SMALL).fit(X, Y).predict(X, return_std=True)


def test_history_summary_and_division_tell_the_course() -> None:
    settings = {"solver": "sgd", "learning_rate": "cosine", "test_fraction": 0.2}
    model = MLPRegressor(early_stopping=True, **(SMALL | settings)).fit(X, Y)
    history = model.history_
    assert isinstance(history, pd.DataFrame)
    assert {"loss", "validation_loss", "test_loss", "seconds", "learning_rate"} <= set(history)
    assert history["learning_rate"].is_monotonic_decreasing
    parts = [model.division_.train, model.division_.validation, model.division_.test]
    assert sorted(np.concatenate(parts)) == list(range(160))
    assert len(model.division_.test) == 32
    for language, word in (("en", "stopped"), ("zh", "停止原因")):
        assert word in model.summary(language)


@pytest.mark.parametrize("verbose", [0, 1, 2])
def test_progress_is_lines_where_there_is_no_terminal(verbose: int, capsys: Any) -> None:
    MLPRegressor(solver="adam", verbose=verbose, **SMALL).fit(X, Y)
    out = capsys.readouterr().out.splitlines()
    assert len(out) == {0: 0, 1: 6, 2: 40}[verbose]
    assert all(line.startswith("Iteration") for line in out)


def test_a_killed_fit_goes_on(tmp_path: Any) -> None:
    def die(model: Any, record: Any) -> None:
        if record.epoch == 6:
            raise SystemExit

    path = tmp_path / "fit.checkpoint"
    settings = {"solver": "adam", "early_stopping": True, "checkpoint": path} | SMALL
    whole = MLPRegressor(**settings).fit(X, Y)
    settings["checkpoint"] = Checkpoint(path, every=0)
    with pytest.raises(SystemExit):
        MLPRegressor(callbacks=die, **settings).fit(X, Y)
    assert path.exists()
    again = MLPRegressor(**settings).fit(X, Y)
    np.testing.assert_array_equal(again.parameters_.vector, whole.parameters_.vector)
    assert not path.exists()


def test_frames_pipelines_searches_and_joblib(tmp_path: Any) -> None:
    frame = pd.DataFrame(X, columns=["a", "b", "c"])
    model = MLPRegressor(solver="lbfgs", **SMALL).fit(frame, pd.Series(Y))
    assert list(model.feature_names_in_) == ["a", "b", "c"]
    np.testing.assert_array_equal(model.predict(pl.DataFrame(frame)), model.predict(frame))
    with pytest.raises(ValueError, match="feature names"):
        model.predict(frame.rename(columns={"a": "z"}))
    joblib.dump(model, tmp_path / "model")
    np.testing.assert_array_equal(joblib.load(tmp_path / "model").predict(frame),
                                  model.predict(frame))  # fmt: skip
    pipeline = make_pipeline(StandardScaler().set_output(transform="pandas"), clone(model))
    assert cross_val_score(pipeline, frame, Y, cv=3).shape == (3,)
    search = GridSearchCV(clone(model), {"alpha": [1e-4, 10.0]}, cv=2).fit(X, Y)
    assert search.best_params_ == {"alpha": 1e-4}


def test_float32_stays_float32() -> None:
    for solver in ("adam", "lbfgs", "levenberg_marquardt"):
        model = MLPRegressor(solver=solver, **SMALL).fit(X.astype("f4"), Y.astype("f4"))
        assert {part.dtype.name for part in model.coefs_ + model.intercepts_} == {"float32"}
        assert model.predict(X.astype("f4")).dtype == "float32"


@pytest.fixture
def few_rows_get_wide_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "ROWS_IF_WIDE", 1)
    monkeypatch.setattr(candidates, "SIZES_OF_FEW_INPUTS", ((), (2,)))
    monkeypatch.setattr(blending, "STARTS", 3)


@pytest.mark.usefixtures("few_rows_get_wide_networks")
def test_training_goes_on_from_the_wide_networks_or_from_what_warm_start_left() -> None:
    inputs = np.random.default_rng(0).uniform(-1, 1, size=(120, 2))
    y = np.sin(6 * inputs[:, 0]) * np.cos(5 * inputs[:, 1])
    settings: dict[str, Any] = {"random_state": 0, "max_iter": 30}
    joined = MLPRegressor(**settings).fit(inputs, y)
    assert "Wide networks: 50 + 50" in joined.summary()
    assert joined.predict(inputs, return_std=True)[1].min() > 0
    again, wide = deepcopy(joined), joined.score(inputs, y)
    assert joined.partial_fit(inputs, y).network_.sizes == (2, 150, 150, 1)
    assert joined.score(inputs, y) > wide - 0.1
    assert again.set_params(warm_start=True).fit(inputs, y).network_.sizes == (2, 150, 150, 1)
    bent = np.sin(3 * inputs[:, 0])  # by two units
    model = MLPRegressor(warm_start=True, **settings).fit(inputs, bent)
    before, sizes = model.score(inputs, bent), model.network_.sizes
    model.fit(inputs, bent)
    assert model.network_.sizes == sizes
    assert model.network_.layers[0].activation.name == "tanh"
    assert model.score(inputs, bent) > before - 0.01


def test_training_goes_on_behind_an_output_with_bounds() -> None:
    inputs = np.random.default_rng(0).uniform(-1, 1, size=(60, 1))
    y = 10 * np.sin(3 * inputs[:, 0])
    settings: dict[str, Any] = {"hidden_layer_sizes": (6,), "output_activation": "tanh"}
    model = MLPRegressor(solver="lbfgs", max_iter=8, warm_start=True, random_state=0, **settings)
    losses = [model.fit(inputs, y).loss_ for _ in range(4)]
    assert model.network_.sizes == (1, 6, 1, 1)
    assert losses == sorted(losses, reverse=True)
    assert model.score(inputs, y) > 0.9
    stream = MLPRegressor(solver="sgd", max_iter=20, random_state=0, **settings)
    before = stream.fit(inputs, y).score(inputs, y)
    for _ in range(200):
        stream.partial_fit(inputs, y)
    assert before < stream.score(inputs, y)
    with pytest.raises(InputError, match="hidden layers of"):
        model.set_params(hidden_layer_sizes=(5,)).fit(inputs, y)


@pytest.mark.usefixtures("few_rows_get_wide_networks")
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_what_joined_is_one_network_in_either_precision(dtype: str) -> None:
    random = np.random.default_rng(1)
    inputs = random.uniform(-2, 2, size=(80, 2)).astype(dtype)
    y = 1000 + 100 * np.sin(3 * inputs[:, 0]) * inputs[:, 1] + random.normal(size=80)
    model = MLPRegressor(random_state=0, max_iter=40).fit(inputs, y.astype(dtype))
    mean = vars(model)["_result"].posterior.mean(inputs.astype(float))[:, 0]
    assert model.predict(inputs).dtype == dtype
    exact = 1e-3 if dtype == "float32" else 1e-8
    assert np.abs(model.predict(inputs) - mean).max() < exact * np.std(y)
