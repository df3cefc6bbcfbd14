"""A model keeps what the rows that trained it held."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import clearprop as cp
from clearprop.data.statistics import ColumnStatistics, TrainingStatistics
from clearprop.fitting import fit
from clearprop.model import Model

# the squares of smaller numbers than these are 0 in NumPy's standard deviation
NUMBERS = st.floats(1e-140, 1e150) | st.floats(-1e150, -1e-140) | st.just(0.0)
MATRICES = arrays(float, st.tuples(st.integers(1, 9), st.integers(1, 4)), elements=NUMBERS)


@given(MATRICES)
def test_they_are_those_of_numpy(X):
    found = ColumnStatistics.of(X)
    np.testing.assert_array_equal(found.low, X.min(axis=0))
    np.testing.assert_array_equal(found.high, X.max(axis=0))
    size = np.abs(X).max(axis=0)
    np.testing.assert_allclose(found.mean, X.mean(axis=0), rtol=0, atol=1e-15 * size.max())
    tolerance = 1e-7 * size.max()  # of equal numbers the spread is rounding
    np.testing.assert_allclose(found.spread, X.std(axis=0), rtol=1e-9, atol=tolerance)


@given(MATRICES)
def test_they_come_back_from_json_to_the_bit(X):
    known = TrainingStatistics.of(X, X[:, :1])
    read = json.loads(json.dumps(known.record()))
    assert TrainingStatistics.from_record(read, X.shape[1], 1) == known


@pytest.mark.parametrize(
    "change",
    [
        {"rows": 0}, {"rows": True}, {"rows": 1.5}, {"inputs": {}}, {"targets": None},
        {"inputs": {"mean": [1.0], "spread": [1.0], "low": [0.0], "high": [float("nan")]}},
        {"inputs": {"mean": [1.0, 2.0], "spread": [1.0], "low": [0.0], "high": [1.0]}},
        {"inputs": {"mean": ["a"], "spread": [1.0], "low": [0.0], "high": [1.0]}},
    ],
)  # fmt: skip
def test_a_nonsensical_description_is_refused(change):
    record = TrainingStatistics.of(np.ones((2, 1)), np.ones((2, 1))).record() | change
    with pytest.raises((KeyError, TypeError, ValueError)):
        TrainingStatistics.from_record(record, 1, 1)


def test_a_fit_keeps_those_of_its_training_rows(tmp_path):
    table = pd.DataFrame({"x": np.arange(40.0), "city": ["Oslo", "Rome"] * 20})
    table["y"] = table.x**2
    fitted = fit(table, "y", hidden=(2,), solver="lbfgs", test=0.25)
    rows = fitted.result.division.train
    known = fitted.model.statistics
    assert known.rows == len(rows) == 30
    x, oslo = known.inputs, (table.city[rows] == "Oslo").mean()
    assert (x.low[0], x.high[0]) == (table.x[rows].min(), table.x[rows].max())
    assert (x.mean[0], x.mean[1]) == pytest.approx((table.x[rows].mean(), oslo))
    assert known.targets.high == (table.y[rows].max(),)
    fitted.model.save(tmp_path / "m.clearprop")
    assert Model.load(tmp_path / "m.clearprop").statistics == known


def test_a_file_without_them_is_read(tmp_path):
    network = cp.Network(1, [cp.Layer(1)])
    cp.save(cp.Model(network, network.initialize(seed=0)), tmp_path / "m.clearprop")
    assert cp.load(tmp_path / "m.clearprop").statistics is None
