"""Exercises of courses whose blanks are not filled in, and programs that fail of None otherwise."""

import pytest

from clearprop.check.script import check_file

EXERCISE = """\
import numpy as np
def initialize_parameters(n_x, n_h, n_y):
    ### START CODE HERE ### (≈ 4 lines of code)
    W1 = None
    b1 = None
    W2 = None
    b2 = None
    ### END CODE HERE ###
    assert W1.shape == (n_h, n_x)
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}

def backward_propagation(parameters, cache, X, Y):
    ### START CODE HERE ###
    dZ2 = None
    dW2 = None
    ### END CODE HERE ###
    return {"dW2": dW2 / X.shape[1]}

parameters = initialize_parameters(2, 4, 1)
print(parameters["W1"])
"""


@pytest.mark.parametrize(
    ("old", "new", "outcome"),
    [("", "", "not_read"), ("CODE HERE", "part", "wrong"), ("None", "lost()", "wrong")],
)
def test_an_exercise_with_its_blanks_is_not_wrong(old, new, outcome, tmp_path):
    path = tmp_path / "exercise.py"
    path.write_text(EXERCISE.replace(old, new).replace("(≈ 4 lines of code)" if old else "", ""))
    report = check_file(path, seed=1977)
    assert report.outcome == outcome
    if outcome == "not_read":
        assert "line 4: W1 = None" in report.unread.en
