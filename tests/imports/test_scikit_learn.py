"""Networks and pipelines of scikit-learn become models that give the same answers."""

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA
from sklearn.exceptions import ConvergenceWarning
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import (
    MaxAbsScaler,
    MinMaxScaler,
    OneHotEncoder,
    PolynomialFeatures,
    RobustScaler,
    StandardScaler,
)

import clearprop as cp
from refusals import refused

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(120, 4)) * [1, 10, 0.1, 1] + [0, 100, 5, 0]
NUMBER = X[:, 0] * X[:, 3]
CLASSES = np.where(NUMBER > 0.5, "a", np.where(NUMBER < -0.5, "b", "c"))
TABLE = pd.DataFrame(X, columns=["width", "height", "depth", "weight"]).assign(
    city=RANDOM.choice(["Oslo", "Rome", "北京"], 120),
    rooms=RANDOM.integers(1, 4, 120),
    new=RANDOM.random(120) < 0.5,
)
TABLE.loc[::9, "width"] = np.nan


def fitted(model, X, y):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(X, y)


def classifier(**settings):
    return MLPClassifier(hidden_layer_sizes=(5, 3), max_iter=15, random_state=0, **settings)


def regressor(**settings):
    return MLPRegressor(hidden_layer_sizes=(5,), max_iter=15, random_state=0, **settings)


SCALERS = [
    StandardScaler(),
    StandardScaler(with_mean=False),
    StandardScaler(with_std=False),
    MinMaxScaler((-1, 2)),
    MaxAbsScaler(),
    RobustScaler(),
    RobustScaler(with_centering=False),
    PCA(3),
    PCA(2, whiten=True),
    make_pipeline(StandardScaler(), PCA(3)),
    "passthrough",
]


@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu"])
def test_a_network_alone(activation):
    source = fitted(classifier(activation=activation), X, CLASSES)
    model = cp.load(source)
    assert model.summary["import"]["difference"] <= 1e-12
    np.testing.assert_array_equal(model.predict(X), source.predict(X))
    np.testing.assert_allclose(model.predict_proba(X), source.predict_proba(X), rtol=1e-9)


@pytest.mark.parametrize("y", [NUMBER > 0, np.where(NUMBER > 0, 3, 7)])
def test_two_classes_keep_their_values(y):
    source = fitted(classifier(), X, y)
    model = cp.load(source)
    assert model.predict(X).dtype == source.predict(X).dtype
    np.testing.assert_array_equal(model.predict(X), source.predict(X))


@pytest.mark.parametrize("y", [NUMBER, np.column_stack([NUMBER, X[:, 0]])])
def test_numbers(y):
    source = fitted(regressor(), X, y)
    np.testing.assert_allclose(cp.load(source).predict(X), source.predict(X), rtol=1e-12)


def test_labels_by_themselves():
    source = fitted(classifier(), X, np.column_stack([NUMBER > 0, NUMBER > 1]).astype(int))
    np.testing.assert_array_equal(cp.load(source).predict(X), source.predict(X))


def test_single_precision_stays():
    source = fitted(regressor(), X.astype("f4"), NUMBER.astype("f4"))
    model = cp.load(source)
    assert model.network.dtype == "float32"
    np.testing.assert_array_equal(model.parameters["W1"], source.coefs_[0])


@pytest.mark.parametrize("scaler", SCALERS, ids=repr)
def test_a_scaler_before_the_network_is_folded_into_it(scaler):
    source = fitted(Pipeline([("scaler", scaler), ("mlp", regressor())]), X, NUMBER)
    model = cp.load(source)
    assert model.network.sizes == (4, 5, 1)
    np.testing.assert_allclose(model.predict(X), source.predict(X), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("drop", [None, "first", "if_binary"])
def test_a_whole_table_comes_in(drop):
    columns = ColumnTransformer(
        [
            ("numbers", make_pipeline(SimpleImputer(), StandardScaler()), ["width", "height"]),
            ("texts", OneHotEncoder(drop=drop), ["city", "rooms", "new"]),
            ("nothing", "drop", ["weight"]),
        ],
        remainder="passthrough",
    )
    source = fitted(Pipeline([("columns", columns), ("mlp", classifier())]), TABLE, CLASSES)
    model = cp.load(source, target=["kind"])
    assert model.target.names == ("kind",)
    assert {column.name for column in model.encoding.columns} == set(TABLE) - {"weight"}
    np.testing.assert_array_equal(model.predict(TABLE), source.predict(TABLE))
    np.testing.assert_allclose(model.predict_proba(TABLE), source.predict_proba(TABLE), rtol=1e-9)


def test_columns_by_number():
    columns = ColumnTransformer(
        [("a", StandardScaler(), [2, 0]), ("b", MinMaxScaler(), slice(1, 2))]
    )
    source = fitted(make_pipeline(columns, regressor()), X, NUMBER)
    model = cp.load(source)
    assert [column.name for column in model.encoding.columns] == ["x1", "x3", "x2"]
    named = pd.DataFrame(X, columns=["x1", "x2", "x3", "x4"])
    np.testing.assert_allclose(model.predict(named), source.predict(X), rtol=1e-9)


def test_an_imported_network_is_a_model_like_any_other(tmp_path):
    source = fitted(make_pipeline(StandardScaler(), regressor(activation="tanh")), X, NUMBER)
    model = cp.load(source)
    model.save(tmp_path / "m.clearprop")
    assert cp.load(tmp_path / "m.clearprop").parameters == model.parameters
    model.export(tmp_path / "m.h", to="c")
    derivation = cp.explain(model.network, model.parameters, X[:1], NUMBER[:1, None], wrt="W1[0,0]")
    assert "∂L" in str(derivation)
    config = cp.TrainingConfig(solver="lbfgs", stopping=cp.Stopping(max_epochs=20))
    before = model.network.loss(model.parameters, X, NUMBER[:, None])
    result = cp.train(model.network, X, NUMBER[:, None], config, start=model.parameters)
    assert result.history[-1].loss < before


def behind(step):
    return fitted(make_pipeline(step, regressor()), X, NUMBER)


@pytest.mark.parametrize(
    ("source", "word"),
    [
        (lambda: behind(PolynomialFeatures()), "PolynomialFeatures"),
        (lambda: fitted(LogisticRegression(), X, CLASSES), "LogisticRegression"),
        (lambda: MLPRegressor(), "MLPRegressor"),
        (lambda: behind(MinMaxScaler(clip=True)), "MinMaxScaler"),
    ],
)
def test_what_is_no_chain_is_refused_by_its_name(source, word):
    with refused("source", word):
        cp.load(source())
