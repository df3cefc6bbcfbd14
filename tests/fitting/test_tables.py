"""Training on a table: sensible choices, honest measures, the same result every time."""

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_diabetes, load_iris, make_moons
from sklearn.metrics import mean_squared_error, r2_score

import clearprop as cp
from clearprop.data import ClassificationTarget, RegressionTarget
from clearprop.fitting import FitOptions, fit
from clearprop.fitting.plan import network_of
from clearprop.training import divide

QUICK = FitOptions(
    hidden=(10,), solver="lbfgs", early_stopping=True, validation=0.15, test=0.15, seed=0
)


@pytest.fixture(scope="module")
def diabetes():
    return load_diabetes(as_frame=True).frame


@pytest.fixture(scope="module")
def fitted(diabetes):
    return fit(diabetes, "target", QUICK)


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
    fitted = fit(frame, "target", hidden=(), solver="lbfgs", max_epochs=3)
    (measure,) = fitted.measures
    wrong = (fitted.model.predict(frame) != frame.target).to_numpy()
    rows = fitted.result.division.train
    assert measure.train == pytest.approx(wrong[rows].mean())
    assert wrong[rows].any()


def test_two_runs_with_one_seed_agree_bit_for_bit(diabetes, fitted):
    again = fit(diabetes, "target", QUICK)
    assert again.model.parameters == fitted.model.parameters
    other = fit(diabetes, "target", QUICK, seed=1)
    assert other.model.parameters != fitted.model.parameters


def test_it_learns_something_that_the_mean_does_not_know(fitted):
    by_name = {measure.name: measure for measure in fitted.measures}
    assert by_name["r2"].test > 0.25


def test_the_summary_is_json(fitted):
    summary = json.loads(json.dumps(fitted.model.summary, allow_nan=False))
    assert summary == fitted.model.summary
    assert summary["rows"] == {"train": 308, "validation": 67, "test": 67}
    assert summary["stop_reason"]["zh"]


def test_all_rows_train_unless_some_are_held_back():
    xor = {"a": [0, 0, 1, 1], "b": [0, 1, 0, 1], "y": [0, 1, 1, 0]}
    fitted = fit(xor, "y", hidden=(4,), solver="lbfgs")
    assert len(fitted.result.division.train) == 4
    assert fitted.model.predict(xor).tolist() == [0, 1, 1, 0]
    (measure,) = fitted.measures
    assert (measure.train, measure.validation, measure.test) == (0, None, None)


@pytest.mark.parametrize(("validation", "test"), [(0.2, 0.0), (0.0, 0.1), (0.15, 0.15)])
def test_parts_held_back_are_parts_of_all_rows(diabetes, validation, test):
    few = diabetes[:100]
    fitted = fit(few, "target", QUICK, validation=validation, test=test, max_epochs=3)
    division = fitted.result.division
    assert len(division.validation) == round(100 * validation)
    assert len(division.test) == round(100 * test)
    together = np.concatenate([division.train, division.validation, division.test])
    assert np.array_equal(np.sort(together), np.arange(100))


@pytest.mark.parametrize(("validation", "test"), [(-0.1, 0), (1.5, 0), (0.5, 0.5), (0, 1)])
def test_parts_that_are_none_are_refused(diabetes, validation, test):
    with pytest.raises(cp.InputError, match=r"validation|test"):
        fit(diabetes, "target", validation=validation, test=test)


def test_sizes_that_are_found_come_with_an_estimate_from_rows_left_out():
    x = np.linspace(-1, 1, 60)
    table = {"x": x, "y": 2 * x + 0.5 * np.random.default_rng(0).normal(size=60)}
    fitted = fit(table, "y", solver="levenberg_marquardt", max_epochs=10, restarts=1)
    rmse = {measure.name: measure for measure in fitted.measures}["rmse"]
    residual = fitted.result.left_out.outputs - fitted.result.left_out.Y
    assert rmse.left_out == pytest.approx(np.sqrt(np.mean(residual**2)))
    assert 0.35 < rmse.left_out < 0.8
    assert fit(table, "y", QUICK, max_epochs=3).measures[0].left_out is None


@pytest.mark.parametrize(
    ("target", "loss", "output", "name"),
    [
        (RegressionTarget(("y",)), None, "identity", "half_squared_error"),
        (RegressionTarget(("y",)), "huber(delta=2.0)", "identity", "huber"),
        (RegressionTarget(("y",)), "poisson", "exp", "poisson"),
        (ClassificationTarget(("y",), (0, 1)), None, "sigmoid", "binary_cross_entropy"),
        (ClassificationTarget(("y",), (0, 1, 2)), None, "softmax", "categorical_cross_entropy"),
        (ClassificationTarget(("y",), (0, 1)), "squared_error", "sigmoid", "half_squared_error"),
    ],
)
def test_output_and_loss_follow_the_target(target, loss, output, name):
    network = network_of(target.rule, FitOptions(loss=loss), 4, (3,))
    assert network.layers[-1].activation.name == output
    assert network.loss_rule.name == name
    assert network.outputs == target.outputs


def test_a_constant_column_and_a_large_offset_do_no_harm():
    random = np.random.default_rng(0)
    x = random.normal(size=200)
    table = pd.DataFrame({"x": 1e6 + x, "same": 3.0, "y": 5 * x - 1e4})
    fitted = fit(table, "y", hidden=(), test=0.15)
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
        ({"patience": -1}, "it is negative"),
        ({"weight_decay": -1.0}, "at least 0"),
        ({"weight_decay": float("nan")}, "must be finite"),
        ({"hiden": (3,)}, "try: 'hidden'"),
        ({"batch_size": 0}, "at least one row"),
    ],
)
def test_arguments_that_cannot_be_used_are_refused(diabetes, change, message):
    arguments = {"target": "target", "hidden": (3,), "solver": "lbfgs"} | change
    with pytest.raises(cp.InputError, match=message):
        fit(diabetes, **arguments)


@pytest.mark.parametrize(
    ("changes", "decay"),
    [({}, 1e-4 / 442), ({"weight_decay": 0.01}, 0.01), ({"solver": "bayesian_regularization"}, 0)],
)
def test_the_weight_decay_that_was_used_is_recorded(diabetes, changes, decay):
    options = {"hidden": (3,), "solver": "lbfgs", "max_epochs": 3} | changes
    fitted = fit(diabetes, "target", **options)
    assert fitted.model.summary["penalty"] == pytest.approx(decay)


@pytest.mark.parametrize(
    ("y", "changes", "message"),
    [
        (["b", *"a" * 29], {"test": 0.2}, "`test` .*least populated class"),
        (["b", *"a" * 29], {"validation": 0.2}, "`validation` .*least populated class"),
        ([1.0, 2.5, 4.0], {"test": 0.9}, "`test` .*train set will be empty"),
        ([1.0, 2.5, 4.0], {"validation": 0.5, "test": 0.45}, "`validation` "),
    ],
)
def test_parts_that_cannot_be_drawn_are_refused(y, changes, message):
    table = {"x": range(len(y)), "y": y}
    with pytest.raises(cp.InputError, match=message):
        fit(table, "y", hidden=(2,), solver="lbfgs", max_epochs=2, **changes)


LINE = pd.DataFrame({"x": np.arange(20.0), "y": np.arange(20.0) ** 2})
SMALL = {"hidden": (3,), "solver": "levenberg_marquardt", "max_epochs": 5}


def letters_of(fitted):
    return fitted.result.division.letters(20)


def test_rows_are_held_back_in_blocks_or_in_turn():
    parts = {"validation": 0.2, "test": 0.25}
    block = fit(LINE, "y", **SMALL, **parts, division="block")
    assert letters_of(block) == 11 * "T" + 4 * "V" + 5 * "E"
    interleaved = fit(LINE, "y", **SMALL, **parts, division="interleaved")
    right = divide(20, "interleaved", (0.55, 0.2, 0.25)).letters(20)
    assert letters_of(interleaved) == right
    assert letters_of(fit(LINE, "y", **SMALL, division="block")) == 20 * "T"


def test_rows_are_held_back_as_they_are_named():
    division = divide(20, "index", rows=([0, 1, 2, 3, 9], [4, 5], [19]))
    fitted = fit(LINE, "y", **SMALL, division=division)
    assert letters_of(fitted) == "TTTTVV---T---------E"
    assert fitted.result.history[0].validation_loss is not None
    (measure, _) = fitted.measures
    assert measure.test == pytest.approx(abs(fitted.model.predict(LINE)[19] - 361))


def test_a_column_says_which_rows_are_held_back():
    words = ["Train", "training", "T", "val", "验证", "test", "E", "训练", *12 * ["train"]]
    fitted = fit(LINE.assign(part=words), "y", **SMALL, part="part")
    assert letters_of(fitted) == "TTTVVEE" + 13 * "T"
    assert fitted.model.encoding.features == ("x",)
    assert fitted.model.predict(LINE).shape == (20,)


def test_rows_without_a_target_are_in_no_part():
    gaps = LINE.assign(z=LINE.x * 2)
    gaps.loc[[0, 6], "y"] = np.nan
    gaps.loc[3, "z"] = np.nan
    division = divide(20, "block", (0.5, 0.25, 0.25))
    fitted = fit(gaps, "y", **SMALL, division=division)
    assert fitted.result.division.letters(18) == 8 * "T" + 5 * "V" + 5 * "E"
    whole = fit(
        gaps.drop([0, 6]),
        "y",
        **SMALL,
        division=division.among(np.delete(np.arange(20), [0, 6]), 20),
    )
    assert whole.model.parameters == fitted.model.parameters


def test_columns_can_be_scaled_onto_minus_1_to_1():
    fitted = fit(LINE, "y", **SMALL, scale="minmax")
    np.testing.assert_allclose(
        fitted.result.inputs.apply(LINE[["x"]].to_numpy())[[0, -1], 0], [-1, 1]
    )
    assert fitted.model.parameters != fit(LINE, "y", **SMALL).model.parameters
    plain = fit(LINE, "y", **SMALL, scale="minmax", standardize=False)
    assert plain.result.inputs.is_identity


BAD_DIVISIONS = {
    "unknown": ("division", {"division": "by hand"}),
    "scale": ("scale", {"scale": "mapminmax"}),
    "twice": ("division", {"division": divide(20, seed=0), "test": 0.2}),
    "another table": ("division", {"division": divide(30, seed=0)}),
}


@pytest.mark.parametrize("name", BAD_DIVISIONS)
def test_a_division_that_cannot_be_made_is_refused(name):
    argument, options = BAD_DIVISIONS[name]
    with pytest.raises(cp.InputError, match=rf"`{argument}` \(=.*try:"):
        fit(LINE, "y", **SMALL, **options)


def test_a_column_that_names_no_parts_is_refused():
    with pytest.raises(cp.InputError, match=r"row 4, column 'part'.*train, validation or test"):
        fit(LINE.assign(part=[*4 * ["train"], "tray", *15 * ["test"]]), "y", **SMALL, part="part")
    with pytest.raises(cp.InputError, match="none would train"):
        fit(LINE.assign(part="test"), "y", **SMALL, part="part")
    with pytest.raises(cp.InputError, match=r"`part`.*one of them"):
        fit(LINE.assign(part="train"), "y", **SMALL, part="part", test=0.2)
    with pytest.raises(cp.InputError, match="no column 'parts'"):
        fit(LINE.assign(part="train"), "y", **SMALL, part="parts")


def test_the_reason_for_a_solver_is_told_only_where_it_trained():
    X, y = make_moons(80, noise=0.2, random_state=0)
    table = pd.DataFrame({"a": X[:, 0], "b": X[:, 1], "moon": np.where(y, "upper", "lower")})
    fitted = fit(table, "moon", seed=0)
    assert fitted.result.solver.name == "lbfgs"
    assert not any(reason.en.startswith("Solver: Bayes") for reason in fitted.result.reasons)
    numbers = fit(table[["a", "b"]], "b", seed=0)
    assert numbers.result.reasons[0].en.startswith("Solver: Bayes")
