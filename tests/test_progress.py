"""What progress says where there is no terminal, line by line."""

from typing import Any

import numpy as np
import pytest
import sklearn.neural_network as theirs

import clearprop as cp
from clearprop._text import Text
from clearprop.progress import TrainingProgress
from clearprop.training import Record
from clearprop.training.stages import Stage

SIZES = Text("comparing sizes", "比较规模")
X = np.random.default_rng(0).normal(size=(60, 3))


def said(capsys: Any, lang: Any, *stages: Stage) -> list[str]:
    with TrainingProgress(10, lang) as progress:
        for stage in stages:
            progress.on_stage(stage)
    return capsys.readouterr().err.splitlines()


def test_stages_have_a_name_and_what_is_known_of_them(capsys):
    whole = Stage(Text("averaging", "求平均"), 2, 5, 61.0)
    assert said(capsys, "en", Stage(SIZES), whole) == [
        "comparing sizes",
        "averaging 2/5, 1:01 left",
    ]
    assert said(capsys, "zh", whole) == ["求平均 2/5, 还需 1:01"]


def test_a_stage_is_not_repeated_for_every_candidate(capsys):
    stages = [Stage(SIZES, done, 100) for done in range(100)]
    assert said(capsys, "en", *stages)[0] == "comparing sizes 0/100"
    assert len(said(capsys, "en", *stages)) < 20


def test_quiet_progress_says_nothing(capsys):
    with TrainingProgress(10, quiet=True) as progress:
        progress.on_stage(Stage(SIZES))
        progress.observe(Record(1, 0.5, None, None, None, 0.1))
    assert capsys.readouterr() == ("", "")


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("more", [{}, {"early_stopping": True}])
@pytest.mark.parametrize(("name", "y"), [
    ("MLPClassifier", X[:, 0] > 0), ("MLPRegressor", X[:, :2]), ("MLPRegressor", X[:, 0]),
])  # fmt: skip
def test_lines_of_estimators_are_scikit_learns(name, y, more, capsys):
    asked = {"hidden_layer_sizes": (4,), "max_iter": 3, "random_state": 0, "activation": "relu",
             "solver": "adam"} | more  # fmt: skip
    getattr(theirs, name)(verbose=True, **asked).fit(X, y)
    expected = capsys.readouterr().out.splitlines()
    getattr(cp, name)(verbose=2, standardize=False, **asked).fit(X, y)
    lines = capsys.readouterr().out.splitlines()
    assert [line.rstrip("0123456789")[:-7] for line in lines] == [
        line.rstrip("0123456789")[:-7] for line in expected
    ]
    numbers, wanted = ([float(line.split()[-1]) for line in each] for each in (lines, expected))
    np.testing.assert_allclose(numbers, wanted, rtol=1e-3, atol=1e-5)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_search_is_announced_before_it_begins(capsys):
    cp.MLPRegressor(verbose=True, max_iter=5, max_seconds=2.0, random_state=0).fit(X, X[:, 0])
    assert capsys.readouterr().out.splitlines()[0] == "choosing the network"
