"""An average over the samples in some arrays only: the printed loss says which of them is right."""

import pytest

from clearprop.check.script import check_file

pytestmark = pytest.mark.long

MODEL = """\
import numpy as np
rng = np.random.default_rng(5)
X, Y = rng.normal(size=(3, 40)), rng.integers(0, 2, size=(1, 40)) * 1.0
V, c, W, b = (rng.normal(size=s) for s in [(5, 3), (5, 1), (1, 5), (1, 1)])
def go(X):
    H = np.tanh(V @ X + c)
    return H, 1 / (1 + np.exp(-(W @ H + b)))
def cost(P):
    return -np.mean(Y * np.log(P) + (1 - Y) * np.log(1 - P))
m = X.shape[1]
for turn in range(30):
    H, P = go(X)
    print(cost(P))
    d2 = P - Y
    d1 = W.T @ d2 * (1 - H ** 2)
    W, b = W - 0.1 * (d2 @ H.T / m), b - 0.1 * d2.sum(1, keepdims=True)
    V, c = V - 0.1 * (d1 @ X.T / m), c - 0.1 * d1.sum(1, keepdims=True)
"""


@pytest.mark.parametrize("printed", ["print(cost(P))", "pass"])
def test_biases_that_are_not_averaged_are_wrong_beside_weights_that_are(printed, tmp_path):
    path = tmp_path / "model.py"
    path.write_text(MODEL.replace("print(cost(P))", printed))
    report = check_file(path, seed=1977)
    assert report.mistake == "bias_not_averaged", report


def test_where_the_loss_is_a_sum_the_average_is_too_much(tmp_path):
    path = tmp_path / "model.py"
    path.write_text(MODEL.replace("-np.mean(", "-np.sum("))
    report = check_file(path, seed=1977)
    assert report.mistake == "average_twice", report


FUNCTIONS = """\
import numpy as np
def forward_propagation(X, parameters):
    A1 = np.tanh(parameters["W1"] @ X + parameters["b1"])
    A2 = 1 / (1 + np.exp(-(parameters["W2"] @ A1 + parameters["b2"])))
    return A2, (A1, A2)
def compute_cost(A2, Y):
    return np.sum(-Y * np.log(A2) - (1 - Y) * np.log(1 - A2))  # of a batch: / m after all of them
def backward_propagation(X, Y, parameters, cache):
    A1, A2 = cache
    dZ2 = (A2 - Y) / X.shape[1]
    dZ1 = parameters["W2"].T @ dZ2 * (1 - A1 ** 2)
    return {"dW1": dZ1 @ X.T, "db1": dZ1.sum(axis=1, keepdims=True),
            "dW2": dZ2 @ A1.T, "db2": dZ2.sum(axis=1, keepdims=True)}
"""


def test_a_loss_that_is_added_up_over_batches_goes_with_an_average(tmp_path):
    path = tmp_path / "model.py"
    path.write_text(FUNCTIONS)
    report = check_file(path, seed=7)
    assert report.outcome == "right", report
    assert "added up over the samples, and its gradient averaged" in str(report)


def test_one_array_of_such_an_average_may_lack_it(tmp_path):
    path = tmp_path / "model.py"
    path.write_text(FUNCTIONS.replace("dZ1 @ X.T,", "dZ1 @ X.T * X.shape[1],"))
    report = check_file(path, seed=7)
    assert report.mistake == "average_missing", report
    assert [array.name for array in report.diagnosis.arrays if not array.right] == ["dW1"]


def test_another_factor_than_the_average_is_still_wrong(tmp_path):
    path = tmp_path / "model.py"
    path.write_text(FUNCTIONS.replace("(A2 - Y) / X.shape[1]", "2 * (A2 - Y) / X.shape[1]"))
    assert check_file(path, seed=7).outcome == "wrong"


def test_one_array_alone_is_divided_by_the_number_of_other_samples(tmp_path):
    path = tmp_path / "model.py"
    text = MODEL.replace("(d1 @ X.T / m)", "(d1 @ X.T / 15000)")
    path.write_text(text.replace("d2.sum(1, keepdims=True)", "d2.sum(1, keepdims=True) / m"))
    report = check_file(path, seed=1977)
    assert report.mistake == "bias_not_averaged", report
    path.write_text(path.read_text().replace("d1.sum(1, keepdims=True)", "d1.mean(1)[:, None]"))
    report = check_file(path, seed=1977)
    assert report.mistake == "wrong_count", report
    assert report.diagnosis.findings[0].settings == {"count": 15000.0}


def test_the_line_of_a_bias_that_is_one_number_is_that_of_its_sum(tmp_path):
    path = tmp_path / "model.py"
    text = MODEL.replace("    V, c = V", "    dc = np.sum(d1) / m\n    V, c = V")
    path.write_text(
        text.replace("d2.sum(1, keepdims=True)", "d2.mean()").replace(
            "0.1 * d1.sum(1, keepdims=True)", "0.1 * dc"
        )
    )
    report = check_file(path, seed=1977)
    assert report.mistake == "bias_axis", report
    assert report.line.endswith("dc = np.sum(d1) / m")


RATE_FIRST = """
import numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(20, 3))
y = (X[:, :1] > 0).astype(float)
W1, b1 = rng.normal(size=(3, 4)), np.zeros((1, 4))
W2, b2 = rng.normal(size=(4, 1)), np.zeros((1, 1))
squash = lambda z: 1 / (1 + np.exp(-z))
for turn in range(100):
    h = squash(X @ W1 + b1)
    p = squash(h @ W2 + b2)
    loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    d2 = (p - y) / len(X)
    db2 = d2.sum(0, keepdims=True)
    d1 = d2 @ W2.T * h * (1 - h)
    W1 -= 0.5 * X.T @ d1
    b1 -= 0.5 * d1.sum(0, keepdims=True)
    W2 -= 0.5 * h.T @ d2
    b2 -= 0.5 * db2
"""


def test_a_rate_is_known_where_it_stands_before_the_first_factor_of_a_product(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(RATE_FIRST.replace("b2 -= 0.5", "b2 -= 1.5"))
    assert check_file(path, seed=1977).outcome == "right"


def test_two_numbers_that_multiply_everything_are_no_two_mistakes(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(RATE_FIRST.replace("db2 = d2", "db2 = 3 * d2"))
    report = check_file(path, seed=1977)
    assert report.outcome == "wrong"
    assert [each.name for each in report.diagnosis.arrays if not each.right] == ["db2"]
    assert report.mistake == "unexplained"
