"""Three doors, one network: `cp.fit`, ``clearprop train`` and the estimators, bit for bit."""

import sys
import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import ConvergenceWarning

import clearprop as cp
from clearprop.cli import main
from clearprop.losses import LOSSES

RANDOM = np.random.default_rng(0)


X = RANDOM.normal(size=(60, 3))


NUMBERS = X[:, 0] - 2 * X[:, 1] * X[:, 2] + 0.1 * RANDOM.normal(size=60)


TARGETS = {
    "numbers": NUMBERS,
    "counts": np.round(np.exp(0.5 * NUMBERS.clip(-2, 2))),
    "two classes": np.where(NUMBERS > 0, "yes", "no"),
    "three classes": np.array(["a", "b", "c"])[np.digitize(NUMBERS, [-1, 1])],
}


LOSS_TARGETS = {
    "poisson": "counts",
    "binary_cross_entropy": "two classes",
    "categorical_cross_entropy": "three classes",
}


QUICK = {"hidden": (3,), "max_epochs": 8}


def by_table(y, **options):
    frame = pd.DataFrame(X, columns=["u", "v", "w"]).assign(y=y)
    return cp.fit(frame, "y", task=task_of(y), **options).model


def by_estimator(y, **options):
    names = {"hidden": "hidden_layer_sizes", "max_epochs": "max_iter", "validation": None}
    given = {names.get(name, name): value for name, value in options.items()}
    held_back = given.pop(None, None)
    if held_back:
        given |= {"early_stopping": True, "validation_fraction": held_back}
    kind = cp.MLPRegressor if task_of(y) == "regression" else cp.MLPClassifier
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a few epochs are meant
        return kind(random_state=0, **given).fit(X, y).model_


def by_command(y, folder, monkeypatch, **options):
    table, model = folder / "t.csv", folder / "m.clearprop"
    pd.DataFrame(X, columns=["u", "v", "w"]).assign(y=y).to_csv(table, index=False)
    names = {"max_epochs": "max-epochs"}
    words = [str(table), "--target", "y", "--task", task_of(y), "--out", str(model)]
    for name, value in options.items():
        text = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
        words += [f"--{names.get(name, name)}", text]
    monkeypatch.setattr(sys, "argv", ["clearprop", "train", *words, "--no-report", "--quiet"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code
    return cp.load(model)


def task_of(y):
    return "classification" if y.dtype.kind == "U" else "regression"


def assert_one_network(y, folder, monkeypatch, **options):
    first, second = by_table(y, **options), by_estimator(y, **options)
    third = by_command(y, folder, monkeypatch, **options)
    for other in (second, third):
        assert first.network == other.network
        assert np.array_equal(first.parameters.vector, other.parameters.vector)
        table = pd.DataFrame(X, columns=list(other.encoding.features))
        assert np.array_equal(first.predict(X), other.predict(table))


@pytest.mark.parametrize("loss", [*LOSSES, None])
def test_every_loss_gives_one_network(loss, tmp_path, monkeypatch):
    y = TARGETS[LOSS_TARGETS.get(loss, "numbers")]
    options = QUICK if loss is None else QUICK | {"loss": loss}
    assert_one_network(y, tmp_path, monkeypatch, **options)


@pytest.mark.parametrize(
    "options",
    [
        {"solver": "lbfgs"},
        {"solver": "adam"},
        {"solver": "sgd", "validation": 0.2},
        {"solver": "levenberg_marquardt"},
        {"solver": "rprop", "activation": "sigmoid"},
        {"solver": "scaled_conjugate_gradient"},
    ],
    ids=lambda options: options["solver"],
)
def test_every_kind_of_solver_gives_one_network(options, tmp_path, monkeypatch):
    assert_one_network(TARGETS["three classes"], tmp_path, monkeypatch, **QUICK | options)


def test_everything_left_open_gives_one_network(tmp_path, monkeypatch):
    assert_one_network(TARGETS["numbers"], tmp_path, monkeypatch, max_epochs=5)
