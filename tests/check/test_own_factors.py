"""Lines fitted by single numbers: a factor that one of the two has alone is no optimizer's."""

import pytest

from clearprop.check.script import check_file

LINE = """
import numpy as np
X = np.array([1.0, 2.0, 3.0, 4.5, 5.0, 6.5])
Y = np.array([2.1, 3.9, 6.2, 8.8, 10.1, 13.2])
m = {m}
c = {c}
rate = 0.01
n = float(len(X))
for turn in range(100):
    guess = m * X + c
    by_m = (-2 / n) * sum(X * (Y - guess))
    by_c = (-2 / n) * sum(Y - guess)
    m = m - rate * by_m
    c = c - rate * by_c
"""
RMSPROP = """
    mean_m, mean_c = 0.9 * mean_m + 0.1 * by_m ** 2, 0.9 * mean_c + 0.1 * by_c ** 2
    m = m - rate * by_m / np.sqrt(mean_m)
    c = c - rate * by_c / np.sqrt(mean_c)
"""


@pytest.fixture
def check(tmp_path):
    """Return a function that gives the report on a program."""

    def check(text):
        path = tmp_path / "line.py"
        path.write_text(text)
        return check_file(path, seed=1977)

    return check


@pytest.mark.parametrize(("m", "c"), [(0, 0), (1.5, 1.5), (1.5, 0.5)])
def test_a_2_forgotten_in_one_of_two_numbers_is_named(m, c, check):
    right = LINE.format(m=m, c=c)
    assert check(right).outcome == "right"
    report = check(right.replace("(-2 / n) * sum(Y", "(-1 / n) * sum(Y"))
    assert report.mistake == "factor_two"
    assert "by_c" in report.line


def test_a_mean_forgotten_in_one_of_two_numbers_is_found(check):
    report = check(LINE.format(m=0, c=0).replace("(-2 / n) * sum(Y", "-2 * sum(Y"))
    assert report.outcome == "wrong", report


@pytest.mark.parametrize(
    "change",
    [("c - rate", each) for each in ("c - 0.1", "c - 10 * rate", "c - 0.005", "c - 2 * rate")],
)
def test_learning_rates_of_their_own_are_none(change, check):
    assert check(LINE.format(m=1.5, c=0.5).replace(*change)).outcome != "wrong"


def test_an_optimizer_is_none(check):
    begun = LINE.format(m=1.5, c=0.5).replace("n = ", "mean_m = mean_c = 0.0\nn = ")
    plain = begun[begun.index("    m = m -") :]
    assert check(begun.replace(plain, RMSPROP.lstrip("\n"))).outcome != "wrong"
