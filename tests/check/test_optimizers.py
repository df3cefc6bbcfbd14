"""Steps that an optimizer made: which way they go, and by which factor each array is too large."""

import pytest

from clearprop.check.script import check_file
from clearprop.check.script.watched.factors import differ_at_the_step

ADAM = """\
import numpy as np
rng = np.random.default_rng(5)
X, Y = rng.normal(size=(12, 3)), rng.normal(size=(12, 2))
W1, b1 = rng.normal(size=(3, 4)), 0.1 * rng.normal(size=4)
W2, b2 = rng.normal(size=(4, 2)), 0.1 * rng.normal(size=2)
means, squares = [0, 0, 0, 0], [0, 0, 0, 0]
for t in range(1, 30):
    A1 = np.tanh(X @ W1 + b1)
    d2 = (A1 @ W2 + b2 - Y) / 12
    d1 = d2 @ W2.T * (1 - A1 ** 2)
    gradients = [X.T @ d1, d1.sum(axis=0), A1.T @ d2, d2.sum(axis=0)]
    for k, (theta, g) in enumerate(zip((W1, b1, W2, b2), gradients)):
        means[k] = 0.9 * means[k] + 0.1 * g
        squares[k] = 0.99 * squares[k] + 0.01 * g ** 2
        mean, square = means[k] / (1 - 0.9 ** t), squares[k] / (1 - 0.99 ** t)
        theta -= 0.01 * mean / (np.sqrt(square) + 1e-8)
"""
WRONG = {
    "all of it goes up": ("A1 @ W2 + b2 - Y", "Y - A1 @ W2 - b2"),
    "one array goes up": ("gradients = [X.T @ d1,", "gradients = [-X.T @ d1,"),
}
DECAY = """\
import numpy as np
rng = np.random.default_rng(6)
X, Y = rng.normal(size=(12, 3)), rng.normal(size=(12, 4))
W1, b1 = rng.normal(size=(3, 5)), 0.1 * rng.normal(size=5)
W2, b2 = rng.normal(size=(5, 4)), 0.1 * rng.normal(size=4)
for t in range(30):
    A1 = np.tanh(X @ W1 + b1)
    d2 = (A1 @ W2 + b2 - Y) / 12
    d1 = d2 @ W2.T * (1 - A1 ** 2)
    W1 -= 0.1 * (X.T @ d1 + 0.02 * W1)
    b1 -= 0.1 * d1.sum(axis=0)
    W2 -= 0.1 * (A1.T @ d2 + 0.02 * W2)
    b2 -= 0.1 * d2.sum(axis=0)
"""


def checked(text, tmp_path):
    path = tmp_path / "program.py"
    path.write_text(text)
    return check_file(path, seed=1977)


def test_adam_over_right_gradients_is_right(tmp_path):
    assert checked(ADAM, tmp_path).outcome == "right"


@pytest.mark.parametrize("slip", WRONG)
def test_a_wrong_sign_behind_adam_is_named(slip, tmp_path):
    text = ADAM.replace(*WRONG[slip])
    assert text != ADAM
    assert checked(text, tmp_path).mistake == "sign"


def test_a_db_of_zeros_beside_weight_decay_is_no_right_one(tmp_path):
    assert checked(DECAY, tmp_path).outcome == "right"
    slip = DECAY.replace("b1 -= 0.1 * d1.sum(axis=0)", "b1 -= 0.1 * 0 * d1.sum(axis=0)")
    assert checked(slip, tmp_path).mistake == "left_at_zero"


def test_factors_at_the_step_differ_where_none_is_found_behind_the_other():
    assert differ_at_the_step([[0.1, 1.0], [0.2, 2.0, 1.0]])
    assert not differ_at_the_step([[1.0], [0.1, 1.0]])  # what was cut leaves no multiple
    assert not differ_at_the_step([[0.1, 1.0], [0.10001, 1.0]])  # a rate that falls meanwhile
