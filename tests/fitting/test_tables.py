"""Training on a table: honest measures, the same result every time."""

import json

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.metrics import mean_squared_error, r2_score

from clearprop.fitting import fit
from clearprop.training import divide
from fitting_cases import LINE, QUICK, SMALL


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
