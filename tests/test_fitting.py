"""Training on a table: sensible choices, honest measures, the same result every time."""

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_diabetes, load_iris
from sklearn.metrics import mean_squared_error, r2_score

import clearprop as cp
from clearprop.data import ClassificationTarget, RegressionTarget
from clearprop.fitting import build_network, divide_table, fit, initializer_for
from clearprop.training import Stopping


@pytest.fixture(scope="module")
def diabetes():
    return load_diabetes(as_frame=True).frame


@pytest.fixture(scope="module")
def fitted(diabetes):
    return fit(diabetes, "target")


def test_measures_of_regression_agree_with_scikit_learn(diabetes, fitted):
    predicted, true = fitted.model.predict(diabetes), diabetes.target.to_numpy()
    by_name = {measure.name: measure for measure in fitted.measures}
    for part in ("train", "validation", "test"):
        rows = getattr(fitted.result.division, part)
        error = mean_squared_error(true[rows], predicted[rows]) ** 0.5
        assert getattr(by_name["rmse"], part) == pytest.approx(error, rel=1e-12)
        determination = r2_score(true[rows], predicted[rows])
        assert getattr(by_name["r2"], part) == pytest.approx(determination, rel=1e-12)


def test_the_error_rate_counts_wrong_classes():
    frame = load_iris(as_frame=True).frame
    fitted = fit(frame, "target", hidden=(), stopping=Stopping(max_epochs=3))
    (measure,) = fitted.measures
    wrong = (fitted.model.predict(frame) != frame.target).to_numpy()
    rows = fitted.result.division.train
    assert measure.train == pytest.approx(wrong[rows].mean())
    assert wrong[rows].any()


def test_two_runs_with_one_seed_agree_bit_for_bit(diabetes, fitted):
    again = fit(diabetes, "target")
    assert again.model.parameters == fitted.model.parameters
    other = fit(diabetes, "target", seed=1)
    assert other.model.parameters != fitted.model.parameters


def test_it_learns_something_that_the_mean_does_not_know(fitted):
    by_name = {measure.name: measure for measure in fitted.measures}
    assert by_name["r2"].test > 0.25


def test_the_summary_is_json(fitted):
    summary = json.loads(json.dumps(fitted.model.summary, allow_nan=False))
    assert summary == fitted.model.summary
    assert summary["rows"] == {"train": 310, "validation": 66, "test": 66}
    assert summary["stop_reason"]["zh"]


def test_small_tables_train_on_all_rows():
    xor = {"a": [0, 0, 1, 1], "b": [0, 1, 0, 1], "y": [0, 1, 1, 0]}
    fitted = fit(xor, "y", hidden=(4,))
    assert len(fitted.result.division.train) == 4
    assert fitted.model.predict(xor).tolist() == [0, 1, 1, 0]
    (measure,) = fitted.measures
    assert (measure.train, measure.validation, measure.test) == (0, None, None)


def test_parts_held_back_can_be_chosen():
    division = divide_table(100, 0.2, 0.0, seed=0)
    assert (len(division.train), len(division.validation), len(division.test)) == (80, 20, 0)
    assert len(divide_table(19, None, None, seed=0).train) == 19
    for validation, test in ((-0.1, 0), (1.5, 0), (0.5, 0.5), (0, 1)):
        with pytest.raises(cp.InputError):
            divide_table(100, validation, test, seed=0)


@pytest.mark.parametrize(
    ("target", "loss", "output", "name"),
    [
        (RegressionTarget(("y",)), None, "identity", "half_squared_error"),
        (RegressionTarget(("y",)), "huber(delta=2.0)", "identity", "huber"),
        (RegressionTarget(("y",)), "poisson", "exp", "poisson"),
        (ClassificationTarget(("y",), (0, 1)), None, "sigmoid", "binary_cross_entropy"),
        (ClassificationTarget(("y",), (0, 1, 2)), None, "softmax", "categorical_cross_entropy"),
        (ClassificationTarget(("y",), (0, 1)), "squared_error", "sigmoid", "squared_error"),
    ],
)
def test_output_and_loss_follow_the_target(target, loss, output, name):
    network = build_network(4, target, (3,), "relu", loss)
    assert network.layers[-1].activation.name == output
    assert network.loss_rule.name == name
    assert network.outputs == target.outputs


def test_the_first_weights_follow_the_activation():
    assert {name: initializer_for(name) for name in ("tanh", "sigmoid", "relu", "gelu")} == {
        "tanh": "xavier",
        "sigmoid": "xavier",
        "relu": "he",
        "gelu": "he",
    }


def test_a_constant_column_and_a_large_offset_do_no_harm():
    random = np.random.default_rng(0)
    x = random.normal(size=200)
    table = pd.DataFrame({"x": 1e6 + x, "same": 3.0, "y": 5 * x - 1e4})
    fitted = fit(table, "y", hidden=())
    assert {m.name: m.test for m in fitted.measures}["r2"] > 0.999


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"target": "targte"}, "no column 'targte'. try: 'target'"),
        ({"ignore": ["agee"]}, "no column 'agee'. try: 'age'"),
        ({"categorical": ["agee"]}, "no column 'agee'. try: 'age'"),
        ({"hidden": (10, 0)}, "`units`"),
        ({"activation": "tanhh"}, "try: 'tanh'"),
        ({"solver": "adm"}, "try: 'adam'"),
        ({"loss": "hubre"}, "try: 'huber'"),
        ({"loss": "binary_cross_entropy"}, "binary_cross_entropy needs targets between 0 and 1"),
        ({"seed": -1}, "it is negative"),
        ({"penalty": -1.0}, "at least 0"),
        ({"penalty": float("nan")}, "must be finite"),
        ({"batch_size": 0}, "at least one row"),
    ],
)
def test_arguments_that_cannot_be_used_are_refused(diabetes, change, message):
    arguments = {"target": "target"} | change
    with pytest.raises(cp.InputError, match=message):
        fit(diabetes, **arguments)
