"""Small questions are answered without scikit-learn's checks, and as with them."""

import pickle
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import NotFittedError

import clearprop as cp
from clearprop.estimators import base, prediction

pytestmark = [
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
    pytest.mark.filterwarnings("ignore:invalid value encountered in reduce"),  # by scikit-learn
]

X = np.random.default_rng(0).normal(size=(90, 4))
Y = X[:, 0] * X[:, 1]
QUICK: dict[str, Any] = {"hidden_layer_sizes": (5,), "solver": "lbfgs", "max_iter": 9}
ANSWERS = {
    "one": (cp.MLPRegressor, Y),
    "two": (cp.MLPRegressor, np.column_stack([Y, X[:, 2]])),
    "binary": (cp.MLPClassifier, Y > 0),
    "words": (cp.MLPClassifier, np.array(["a", "b", "c"])[np.digitize(Y, [-0.3, 0.3])]),
    "labels": (cp.MLPClassifier, np.column_stack([Y > 0, X[:, 3] > 0]).astype(int)),
}


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("rows", [slice(0, 1), slice(0, 20), slice(60, 0, -7), slice(None)])
def test_the_answers_are_those_of_the_checked_way(name, dtype, rows, monkeypatch) -> None:
    kind, y = ANSWERS[name]
    model = kind(random_state=0, **QUICK).fit(X.astype(dtype), y)
    asked = X.astype(dtype)[rows]
    assert prediction.outputs_of_few(model, asked) is not None
    methods = [name for name in ("predict", "predict_proba") if hasattr(model, name)]
    quick = [getattr(model, method)(asked) for method in methods]
    monkeypatch.setattr(base, "outputs_of_few", lambda estimator, X: None)
    for method, answer in zip(methods, quick, strict=True):
        checked = getattr(model, method)(asked)
        assert answer.dtype == checked.dtype
        np.testing.assert_array_equal(answer, checked)


def test_parameters_that_somebody_changes_count_at_once() -> None:
    model = cp.MLPRegressor(random_state=0, **QUICK).fit(X, Y)
    for each in (model, pickle.loads(pickle.dumps(model))):
        before = each.predict(X[:1])
        each.intercepts_[-1] += 3
        np.testing.assert_allclose(each.predict(X[:1]), before + 3)
        each.intercepts_ = [b + 1.0 * (b is each.intercepts_[-1]) for b in each.intercepts_]
        np.testing.assert_allclose(each.predict(X[:1]), before + 4)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (X[:1] * np.nan, "NaN"),
        (np.array([[np.inf, -np.inf, 0, 0]]), "infinity"),
        (X[:1, :3], "features"),
        (X[0], "2D"),
        (X[:0], "0 sample"),
    ],
)
def test_what_cannot_be_answered_is_refused_as_before(asked, words) -> None:
    model = cp.MLPRegressor(random_state=0, **QUICK).fit(X, Y)
    with pytest.raises(ValueError, match=words):
        model.predict(asked)
    assert np.isfinite(model.predict([[1e200, 1e200, 0, 0]])).all()


def test_names_of_columns_are_still_missed() -> None:
    frame = pd.DataFrame(X, columns=list("abcd"))
    model = cp.MLPRegressor(random_state=0, **QUICK).fit(frame, Y)
    with pytest.warns(UserWarning, match="feature names"):
        model.predict(X[:1])
    with pytest.raises(NotFittedError):
        cp.MLPClassifier().predict(X[:1])


def test_what_is_not_plain_takes_the_checked_way(monkeypatch) -> None:
    model, asked = cp.MLPRegressor(random_state=0, **QUICK).fit(X, Y), X[:3]
    few = prediction.outputs_of_few
    assert few(model, asked) is not None
    for other in (X[:3].tolist(), X[0], X[:3, :3], X[:3].astype("f4"), X[:0], X[:3] * np.inf):
        assert few(model, other) is None
    assert few(cp.MLPRegressor(), asked) is None
    model.n_features_in_ = 3
    assert few(model, asked) is None
    model.n_features_in_ = 4
    for attribute in ("coefs_", "intercepts_"):
        parts = getattr(model, attribute)
        setattr(model, attribute, [part.astype("f4") for part in parts])
        assert few(model, asked) is None
        setattr(model, attribute, parts)
    monkeypatch.setattr(prediction, "FEW", asked.size + 1)
    assert few(model, asked) is not None
    monkeypatch.setattr(prediction, "FEW", asked.size)
    assert few(model, asked) is None


def test_many_products_are_left_to_compiled_code(monkeypatch) -> None:
    model, count = cp.MLPRegressor(random_state=0, **QUICK).fit(X, Y), 4 * 5 + 5 + 5 + 1
    monkeypatch.setattr(prediction, "COMPILE_FROM", 3 * count)
    assert prediction.outputs_of_few(model, X[:2]) is not None
    assert prediction.outputs_of_few(model, X[:3]) is None
