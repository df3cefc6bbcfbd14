"""An estimator is a model: it is saved, loaded, reported on, explained and checked as one."""

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_iris

import clearprop as cp
from clearprop.check.trained import check_model
from clearprop.data import as_table

X, y = load_iris(return_X_y=True, as_frame=True)
QUICK = {"hidden_layer_sizes": (4,), "solver": "lbfgs", "random_state": 0}
TABLE = X.assign(y=y)


@pytest.fixture(scope="module")
def classifier():
    return cp.MLPClassifier(**QUICK).fit(X, y)


def test_what_is_saved_predicts_as_the_estimator_does(classifier, tmp_path):
    cp.save(classifier, tmp_path / "iris.clearprop")
    loaded = cp.load(tmp_path / "iris.clearprop")
    assert np.array_equal(loaded.predict(X), classifier.predict(X))
    assert np.array_equal(loaded.predict_proba(X), classifier.predict_proba(X))
    assert loaded.target.classes == (0, 1, 2)
    assert list(loaded.encoding.features) == list(X.columns)


def test_many_labels_and_many_quantities_are_kept(tmp_path):
    labels = np.column_stack([y == 0, y == 2]).astype(int)
    several = cp.MLPClassifier(**QUICK).fit(X, labels)
    numbers = cp.MLPRegressor(**QUICK).fit(X.to_numpy(), X.to_numpy()[:, :2])
    for each, rows in ((several, X), (numbers, X.to_numpy())):
        cp.save(each, tmp_path / "model")
        assert np.array_equal(cp.load(tmp_path / "model").predict(rows), each.predict(rows))


def test_a_derivation_of_an_estimator_is_that_of_its_network(classifier):
    derivation = cp.explain(classifier, X[:2], y[:2], wrt="W1")
    model = classifier.model_
    _, gradient = model.network.gradient(model.parameters, X[:2], np.eye(3)[y[:2]])
    np.testing.assert_allclose(derivation.value, gradient["W1"])
    assert str(derivation) == str(cp.explain(model, X[:2], y[:2], wrt="W1"))


def test_its_gradient_is_checked_and_its_report_written(classifier, tmp_path):
    assert check_model(classifier, as_table(TABLE)).ok
    cp.write_report(classifier, TABLE, tmp_path / "iris.html")
    assert "<svg" in (tmp_path / "iris.html").read_text(encoding="utf-8")


def test_standard_deviations_come_along(tmp_path):
    x = np.linspace(-1, 1, 40)[:, None]
    fitted = cp.MLPRegressor(
        hidden_layer_sizes=(3,), solver="bayesian_regularization", random_state=0
    )
    fitted.fit(x, np.sin(3 * x[:, 0]) + 0.1 * np.random.default_rng(0).normal(size=40))
    cp.save(fitted, tmp_path / "sine")
    _, expected = fitted.predict(x, return_std=True)
    np.testing.assert_allclose(cp.load(tmp_path / "sine").predict_std(x), expected)


@pytest.mark.parametrize("other", [None, "model", pd.DataFrame(), cp.MLPRegressor])
def test_what_is_no_model_is_refused(other, tmp_path):
    with pytest.raises(cp.InputError, match="no model and no fitted estimator"):
        cp.save(other, tmp_path / "model")


def test_the_record_says_the_seed_if_it_was_a_number():
    rows, target = X.to_numpy()[:9], X.to_numpy()[:9, 0]
    asked = {"hidden_layer_sizes": (), "solver": "lbfgs"}
    for seed, said in ((3, 3), (np.random.RandomState(0), None), (None, None)):
        summary = cp.MLPRegressor(random_state=seed, **asked).fit(rows, target).model_.summary
        assert summary["seed"] == said
        assert summary["command"] is None
    assert cp.MLPRegressor(**asked).fit(rows, target).model_.encoding.features == (
        "x1", "x2", "x3", "x4",
    )  # fmt: skip
