"""The closed loop: against a loop in plain Python, on both engines, and what a forecast needs."""

import numpy as np
import pytest

import clearprop as cp
from clearprop import InputError, Layer, Network
from clearprop.data import as_table
from clearprop.data.statistics import ColumnStatistics
from clearprop.series import Lags, forecast
from clearprop.series.forecasting import beyond, closed_loop

RANDOM = np.random.default_rng(0)
TWO = Lags(("y", "z"), ("u", "v"), (0, 2), (1, 3))
SERIES = {name: RANDOM.normal(size=40) for name in ("u", "v", "y", "z")}


def network(lags, engine="reference", dtype="float64", hidden="tanh"):
    layers = [Layer(4, hidden), Layer(len(lags.targets))]
    made = Network(len(lags.columns), layers, engine=engine, dtype=dtype)
    return made, made.initialize("normal", seed=1)


def by_hand(net, params, signals, steps):
    """The two targets after `signals`, whose inputs of these steps are known."""
    past = {name: list(signals[name]) for name in "yz"}
    for t in range(len(past["y"]), len(past["y"]) + steps):
        u, v = signals["u"], signals["v"]
        x = [u[t], u[t - 2], v[t], v[t - 2]]
        x += [past["y"][t - 1], past["y"][t - 3], past["z"][t - 1], past["z"][t - 3]]
        y, z = net.forward(params, [x])[0]
        past["y"].append(y)
        past["z"].append(z)
    return np.column_stack([past["y"][-steps:], past["z"][-steps:]])


@pytest.mark.parametrize("engine", ["reference", "compiled"])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("hidden", ["tanh", "softmax"])
def test_a_forecast_is_what_a_plain_loop_gives(engine, dtype, hidden):
    net, params = network(TWO, engine, dtype, hidden)
    past = {name: values[:30] for name, values in SERIES.items()}
    future = {name: SERIES[name][30:] for name in "uv"}
    found = forecast(net, params, TWO, as_table(past), as_table(future))
    known = SERIES | {name: SERIES[name][:30] for name in "yz"}
    wanted = by_hand(net, params, known, 10)
    np.testing.assert_allclose(found.values, wanted, rtol=1e-12 if dtype == "float64" else 1e-4)


def test_rows_in_one_piece_run_from_the_measured_past_before_them():
    net, params = network(TWO)
    signals = np.column_stack(list(SERIES.values()))
    rows = np.array([5, 6, 7, 8, 20, 21])
    found = closed_loop(net, params, TWO, signals, rows)
    for start, steps, part in ((5, 4, slice(0, 4)), (20, 2, slice(4, 6))):
        known = SERIES | {name: SERIES[name][:start] for name in "yz"}
        np.testing.assert_allclose(found[part], by_hand(net, params, known, steps), rtol=1e-12)


def test_inputs_that_come_late_are_needed_for_fewer_steps():
    lags = Lags(("y",), ("u",), (3, 4), (1,))
    net, params = network(lags)
    past = as_table({"u": SERIES["u"][:20], "y": SERIES["y"][:20]})
    assert forecast(net, params, lags, past, steps=3).values.shape == (3, 1)
    one = as_table({"u": SERIES["u"][20:21]})
    whole = forecast(net, params, lags, past, as_table({"u": SERIES["u"][20:24]}))
    assert np.array_equal(forecast(net, params, lags, past, one, 4).values, whole.values)
    with pytest.raises(InputError, match="2 rows of 'u' are needed"):
        forecast(net, params, lags, past, one, 5)


@pytest.mark.parametrize(
    ("past", "future", "steps", "words"),
    [
        ({"u": [1.0], "y": [1.0]}, {"u": [1.0]}, None, "`past`"),
        ({"u": [1.0] * 5, "y": [1.0] * 5}, None, 2, "`future_inputs` (='nothing')"),
        ({"u": [1.0] * 5, "y": [1.0] * 5}, None, None, "`steps`"),
        ({"u": [1.0] * 5, "y": [1.0] * 5}, {"u": [1.0]}, 0, "`steps`"),
        ({"u": [1.0] * 5, "y": [1.0] * 5}, {"u": [1.0, np.nan]}, None, "row 1, column 'u'"),
        ({"u": [1.0] * 5, "y": [1.0] * 4 + [np.nan]}, {"u": [1.0]}, None, "row 4, column 'y'"),
        ({"u": [1.0] * 5}, {"u": [1.0]}, None, "no column 'y'"),
    ],
)
def test_what_cannot_be_forecast_is_refused(past, future, steps, words):
    lags = Lags(("y",), ("u",), (0,), (1, 2))
    net, params = network(lags)
    future = None if future is None else as_table(future)
    with pytest.raises(InputError) as error:
        forecast(net, params, lags, as_table(past), future, steps)
    assert words in str(error.value)
    assert "try: " in str(error.value)


def test_a_loop_that_runs_away_says_where():
    lags = Lags(("y",), output_lags=(1,))
    net = Network(1, [Layer(1)])
    params = net.parameters([2.0, 0.0])  # y(t) = 2 y(t-1)
    known = ColumnStatistics((0.0,), (1.0,), (-1.0,), (1.0,))
    found = forecast(net, params, lags, as_table({"y": [1.0]}), steps=2000, known=known)
    assert found.values[:3, 0].tolist() == [2, 4, 8]
    assert found.values[-1, 0] == np.inf
    (note,) = found.notes
    assert note.en.startswith("From step 2 on y is far beyond")  # 4 > 1 + 2
    assert beyond(lags, np.zeros((5, 1)), known) == ()


def test_a_model_keeps_its_lags(tmp_path):
    net, params = network(TWO)
    encoding = cp.Model(net, params).encoding
    model = cp.Model(net, params, encoding, lags=TWO)
    model.save(tmp_path / "series.clearprop")
    assert cp.load(tmp_path / "series.clearprop").lags == TWO
    with pytest.raises(InputError, match="`lags`"):
        cp.Model(net, params, encoding, lags=Lags(("y",), output_lags=(1,)))
    with pytest.raises(InputError, match="`forecast`"):
        cp.Model(net, params).forecast({"y": [1.0]}, steps=1)
