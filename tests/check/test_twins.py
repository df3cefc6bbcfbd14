"""Two functions of a script that compute one loss: the gradients of both are to be the same."""

import pytest

from clearprop.check.script import check_file

TWINS = """
import numpy as np

def svm_loss_naive(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    dW, loss = np.zeros_like(W), 0.0
    for i in range(N):
        scores = X[i].dot(W)
        for j in range(C):
            margin = scores[j] - scores[y[i]] + 1
            if j != y[i] and margin > 0:
                loss += margin
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    loss = loss / N + reg * np.sum(W * W)
    dW = dW / N + 2 * reg * W
    return loss, dW

def svm_loss_vectorized(W, X, y, reg):
    N = X.shape[0]
    rows = np.arange(N)
    scores = X.dot(W)
    margins = np.maximum(0, scores - scores[rows, y][:, None] + 1)
    margins[rows, y] = 0
    on = (margins > 0).astype(float)
    on[rows, y] = -on.sum(axis=1)
    dW = X.T.dot(on) / N + 2 * reg * W
    loss = margins.sum() / N + reg * np.sum(W * W)
    return loss, dW
"""
COUNT = ("-on.sum(axis=1)", "-1")


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        (("", ""), "right"),
        (COUNT, "wrong"),
        (("dW[:, y[i]] -= X[i]", "dW[:, y[i]] = -X[i]"), "wrong"),
    ],
)
def test_a_function_beside_one_with_the_same_loss_is_judged_by_it(change, outcome, tmp_path):
    path = tmp_path / "svm.py"
    path.write_text(TWINS.replace(*change))
    report = check_file(path, seed=7)
    assert report.outcome == outcome, report


def test_another_loss_says_nothing_of_it(tmp_path):
    """Ten times as wide a margin, and a gradient that goes with no loss that is computed."""
    path = tmp_path / "svm.py"
    path.write_text(TWINS.replace(*COUNT).replace("[:, None] + 1)", "[:, None] + 10)"))
    assert check_file(path, seed=7).outcome != "wrong"
