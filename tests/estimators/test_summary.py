"""The words in which an estimator tells its training."""

import re
from types import SimpleNamespace

import numpy as np

from clearprop import MLPRegressor
from clearprop._text import Text

X = np.linspace(-1, 1, 40)[:, None]


def test_every_line_says_what_was_trained():
    model = MLPRegressor(
        hidden_layer_sizes=(3,), activation="tanh", solver="lbfgs", random_state=0, tol=1e-2,
        test_fraction=0.25,
    ).fit(X, X[:, 0])  # fmt: skip
    lines = model.summary().splitlines()
    assert lines[:2] == [
        "network  1 → 3 tanh → 1 identity (10 parameters, 30 equations)",
        f"loss     half_squared_error = {model.loss_:.6g}",
    ]
    assert lines[2].startswith("solver   lbfgs")
    assert lines[3:5] == ["rows     30 train, 0 validate, 10 test", f"epochs   {model.n_iter_}"]
    assert lines[5].startswith("stopped  ")
    assert re.fullmatch(r"time     \d+\.\d\d s", lines[6])
    assert model.summary("zh").splitlines()[0].startswith("网络      1 → 3 tanh")


def test_findings_come_with_what_to_try():
    model = MLPRegressor(hidden_layer_sizes=(), solver="lbfgs", random_state=0).fit(X, X[:, 0])
    sentence, advice = Text("It is so.", "如此。"), Text("another way.", "另一种。")
    model.findings_ = [SimpleNamespace(sentence=sentence, advice=advice)]
    assert model.summary().splitlines()[-2:] == ["found    It is so.", "try      another way."]
    assert model.summary("zh").splitlines()[-1] == "建议      另一种。"
