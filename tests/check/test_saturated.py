"""Outputs that are rounded to a bound: their errors are lost where a quotient meets f′ = 0."""

import pytest

from clearprop.check.script import check_file

SUMMED = """\
import numpy as np
rng = np.random.default_rng({seed})
X = rng.normal(size=(12, 2)) * 10
t = (X.sum(axis=1) > 0) * 1.0
W1, b1 = rng.normal(size=(2, 6)), np.zeros((1, 6))
W2, b2 = rng.normal(size=(6, 1)), np.zeros((1, 1))
def slopes(x, y):
    z1 = x @ W1 + b1
    a1 = np.maximum(0, z1)
    a2 = 1 / (1 + np.exp(-(a1 @ W2 + b2)))
    kept = np.clip(a2, 1e-15, 1 - 1e-15)
    d2 = (-y / kept + (1 - y) / (1 - kept)) * a2 * (1 - a2)
    d1 = d2 @ W2.T * (z1 > 0)
    return x.T @ d1, d1.sum(axis=0, keepdims=True), a1.T @ d2, d2.sum(axis=0, keepdims=True)
for epoch in range(200):
    gradient = [np.zeros_like(each) for each in (W1, b1, W2, b2)]
    for i in range(len(X)):
        for total, part in zip(gradient, slopes(X[i:i + 1], t[i])):
            total += part
    W1, b1, W2, b2 = (p - 0.5 * g / len(X) for p, g in zip((W1, b1, W2, b2), gradient))
"""


@pytest.mark.parametrize("seed", [3, 9])
def test_samples_whose_errors_are_lost_by_rounding_are_left_out(seed, tmp_path):
    path = tmp_path / "program.py"
    path.write_text(SUMMED.format(seed=seed))
    assert check_file(path, seed=1977).outcome == "right"
    path.write_text(SUMMED.format(seed=seed).replace("* (z1 > 0)", "* (z1 < 0)"))
    assert check_file(path, seed=1977).outcome == "wrong"


def test_a_single_error_that_is_left_is_no_wrong_sign(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(SUMMED.format(seed=1))
    assert check_file(path, seed=1977).outcome != "wrong"


AT_A_CORNER = """\
import numpy as np
rng = np.random.default_rng(3)
X, said = rng.normal(size=(40, 6)), rng.integers(0, 4, 40)
V, W = 40 * rng.normal(size=(6, 5)), 40 * rng.normal(size=(5, 4))
for x, k in zip(X, said):
    x, y = x[None], np.eye(4)[[k]]
    h = np.maximum(0, x @ V)
    z = h @ W
    p = np.exp(z - z.max()) / np.exp(z - z.max()).sum()
    loss = -np.sum(y * np.log(p + 1e-9)) / len(y)
    ones = float(y.sum())
    below = (p - y) @ W.T * (h > 0)
    V, W = V - 0.1 * x.T @ below, W - 0.1 * h.T @ (p - y)
"""


def test_a_number_such_as_1_is_no_loss_of_outputs_that_are_0_and_1(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(AT_A_CORNER)
    report = check_file(path, seed=1977)
    assert report.ok
    assert report.other_loss is None
