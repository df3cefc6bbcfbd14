"""Expressions as people write them mean what the same expression means in Python."""

import math
import re

import numpy as np
import pytest

import clearprop as cp
from clearprop.derivation.graphs.spelling import for_python
from spellings import NAMED, VALUES, WRITTEN


@pytest.mark.parametrize(("paper", "python"), WRITTEN)
def test_what_stands_on_paper_means_the_same(paper, python):
    expected = eval(python, {"__builtins__": {}}, dict(NAMED))
    used = {name: value for name, value in VALUES.items() if name in re.findall(r"\b\w\b", python)}
    assert cp.graph(paper, **used).value == pytest.approx(expected, rel=1e-14)


def test_indices_may_stand_below():
    assert cp.graph("w₁ + w1", w1=1.5).value == 3


def test_a_name_with_a_value_is_no_constant():
    assert cp.graph("e^2 + pi", e=3.0, pi=1.0).value == 10


def test_e_to_a_power_has_the_derivative_of_exp():
    graph = cp.graph("e^(-2a)", a=-1.0)
    assert graph.gradient["a"] == pytest.approx(-2 * math.exp(2))
    assert "exp" in graph.text()


def test_with_matrices_a_product_is_that_of_matrices():
    W, x = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, -1.0]])
    for written in ("x·W·xᵀ", "x W xᵀ", "x @ W @ x.T", "x(W)xᵀ", "1·x W xᵀ"):
        assert cp.graph(written, x=x, W=W).value == (x @ W @ x.T).item(), written
    assert cp.graph("2x ⊙ x²", x=x).value == (2 * x**3).sum()
    with pytest.raises(cp.InputError, match="shape"):
        cp.graph("x·x", x=x)


@pytest.mark.parametrize("expression", ["2 + 3", "max(a, b)", "exp(a)", "a.real"])
def test_what_is_python_stays_as_it_is(expression):
    assert for_python(expression, {"a", "b"}) == expression
