"""From rows to a trained network: scaling, weight decay, measures, reasons."""

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import make_moons

from clearprop.fitting import fit
from fitting_cases import LINE, QUICK, SMALL


def test_sizes_that_are_found_come_with_an_estimate_from_rows_left_out():
    x = np.linspace(-1, 1, 60)
    table = {"x": x, "y": 2 * x + 0.5 * np.random.default_rng(0).normal(size=60)}
    fitted = fit(table, "y", solver="levenberg_marquardt", max_epochs=10, restarts=1)
    rmse = {measure.name: measure for measure in fitted.measures}["rmse"]
    residual = fitted.result.left_out.outputs - fitted.result.left_out.Y
    assert rmse.left_out == pytest.approx(np.sqrt(np.mean(residual**2)))
    assert 0.35 < rmse.left_out < 0.8
    assert fit(table, "y", QUICK, max_epochs=3).measures[0].left_out is None


def test_a_constant_column_and_a_large_offset_do_no_harm():
    random = np.random.default_rng(0)
    x = random.normal(size=200)
    table = pd.DataFrame({"x": 1e6 + x, "same": 3.0, "y": 5 * x - 1e4})
    fitted = fit(table, "y", hidden=(), test=0.15)
    assert {m.name: m.test for m in fitted.measures}["r2"] > 0.999


@pytest.mark.parametrize(
    ("changes", "decay"),
    [({}, 1e-4 / 442), ({"weight_decay": 0.01}, 0.01), ({"solver": "bayesian_regularization"}, 0)],
)
def test_the_weight_decay_that_was_used_is_recorded(diabetes, changes, decay):
    options = {"hidden": (3,), "solver": "lbfgs", "max_epochs": 3} | changes
    fitted = fit(diabetes, "target", **options)
    assert fitted.model.summary["penalty"] == pytest.approx(decay)


def test_columns_can_be_scaled_onto_minus_1_to_1():
    fitted = fit(LINE, "y", **SMALL, scale="minmax")
    np.testing.assert_allclose(
        fitted.result.inputs.apply(LINE[["x"]].to_numpy())[[0, -1], 0], [-1, 1]
    )
    assert fitted.model.parameters != fit(LINE, "y", **SMALL).model.parameters
    plain = fit(LINE, "y", **SMALL, scale="minmax", standardize=False)
    assert plain.result.inputs.is_identity


def test_the_reason_for_a_solver_is_told_only_where_it_trained():
    X, y = make_moons(80, noise=0.2, random_state=0)
    table = pd.DataFrame({"a": X[:, 0], "b": X[:, 1], "moon": np.where(y, "upper", "lower")})
    fitted = fit(table, "moon", seed=0)
    assert fitted.result.solver.name == "lbfgs"
    assert not any(reason.en.startswith("Solver: Bayes") for reason in fitted.result.reasons)
    numbers = fit(table[["a", "b"]], "b", seed=0, max_epochs=5)
    assert numbers.result.reasons[0].en.startswith("Solver: Bayes")
