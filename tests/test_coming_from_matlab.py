"""Every line of the table from MATLAB to clearprop runs, and its names are understood."""

import re
from pathlib import Path

import matplotlib
import numpy as np
import pytest

import clearprop as cp
import clearprop.search
import clearprop.training
from clearprop import ACTIVATIONS, LOSSES, plots
from clearprop.training.solvers import SOLVERS, make_solver
from clearprop.updates import UPDATES

matplotlib.use("agg")

PAGE = Path(__file__).parents[1] / "docs" / "coming-from-matlab.md"
ROWS = [
    tuple(cell.strip() for cell in line.strip("|\n").split("|"))
    for line in PAGE.read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| MATLAB")
]
CODE = re.compile(r"`([^`]+)`")
WORDS = {"division", "clearprop.training.RATES"}
"""What stands in the right column and is named, not run."""


@pytest.fixture(scope="module")
def names():
    """Return what the page calls x, t, net, tr and model, on a smaller scale."""
    x = np.linspace(-1, 1, 40)[:, None]
    t = np.sin(3 * x)
    net = cp.Network(1, [cp.Layer(3, "tansig"), cp.Layer(1)], loss="mse")
    division = cp.divide(40, seed=0)
    quick = cp.Stopping(max_epochs=3)
    trainlm = cp.TrainingConfig("trainlm", seed=0, division=division, stopping=quick)
    tr = cp.train(net, x, t, trainlm)
    model = cp.MLPRegressor(hidden_layer_sizes=(3,), solver="trainlm", max_iter=3, random_state=0)
    table = {"u": x[:, 0], "y": t[:, 0]}
    narx = cp.lags(table, "y", output_lags=[1]).fit(hidden=(2,), solver="trainlm", max_epochs=3)
    labels = np.where(t[:, 0] > 0, "up", "down")
    return {
        "np": np,
        "cp": cp,
        "clearprop": clearprop,
        "plots": plots,
        "x": x,
        "t": t,
        "y": net.forward(tr.parameters, x),
        "net": net,
        "tr": tr,
        "trainlm": trainlm,
        "division": division,
        "trainInd": division.train + 1,
        "valInd": division.validation + 1,
        "testInd": division.test + 1,
        "model": model.fit(x, t[:, 0]),
        "table": table,
        "narx": narx.model,
        "past": table,
        "future_inputs": {"u": [0.5, 0.25]},
        "labels": labels,
        "predicted": labels[::-1],
        "chance": np.abs(t[:, 0]),
    }


def codes_of(row):
    return [code for code in CODE.findall(row[1]) if code not in WORDS]


def test_the_table_is_found():
    assert len(ROWS) > 40
    assert all(len(row) == 2 for row in ROWS)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("row", ROWS, ids=[row[0][:40] for row in ROWS])
def test_every_line_runs(row, names, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert codes_of(row)
    for code in codes_of(row):
        eval(code, dict(names))
    from matplotlib import pyplot

    pyplot.close("all")


def test_names_of_rules_on_the_left_are_understood_or_answered():
    left = {name for row in ROWS for name in re.findall(r"\b[a-z]+\b", row[0])}
    understood = {"trainlm", "trainbr", "trainscg", "trainrp", "trainbfg", "tansig", "logsig",
                  "purelin", "poslin", "softmax", "radbas", "elliotsig", "satlin", "satlins",
                  "mse", "mae", "crossentropy"}  # fmt: skip
    answered = {"trainoss", "traincgf", "traincgb", "traincgp", "traingd", "traingdm", "traingda",
                "traingdx", "sse", "sae"}  # fmt: skip
    assert understood | answered <= left
    for name in understood:
        assert any(registry.called(name) for registry in (ACTIVATIONS, LOSSES, SOLVERS, UPDATES))
    for name in answered:
        with pytest.raises(cp.InputError, match=r"there is no (loss|solver) of this name"):
            (make_solver if name.startswith("train") else LOSSES.make)(name)


def test_ours_on_the_right_are_theirs_on_the_left():
    theirs = [name for row in ROWS for name in CODE.findall(row[0])]
    pairs = {"tansig": "tanh", "poslin": "relu", "radbas": "gaussian", "satlins": "hard_tanh"}
    for name, ours in pairs.items():
        assert name in theirs
        assert cp.Layer(3, name) == cp.Layer(3, ours)
