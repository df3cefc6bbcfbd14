"""Expressions as people write them mean what the same expression means in Python."""

import math
import re

import numpy as np
import pytest

import clearprop as cp
from clearprop.derivation.graphs.spelling import CONSTANTS, for_python

VALUES = {"a": 0.75, "b": 2.0, "w1": 1.5}
FUNCTIONS = {"sqrt": math.sqrt, "tanh": math.tanh, "ln": math.log, "max": max, "abs": abs}
WRITTEN = [
    ("a·b + a×b + a∙b + a⋅b", "4 * a * b"),
    ("−a – b", "-a - b"),
    ("a ÷ b ∕ 2", "a / b / 2"),
    ("a² + b⁻¹ + a^2 + a¹⁰", "a**2 + b**-1 + a**2 + a**10"),
    ("2a + 2(a+b) + (a+b)(a−b)", "2*a + 2*(a+b) + (a+b)*(a-b)"),
    ("a b + 2 a(b + 1)b", "a*b + 2*a*(b+1)*b"),
    ("3 tanh(a) + 2ln(b)", "3*tanh(a) + 2*ln(b)"),
    ("|a − b| + |a|", "abs(a - b) + abs(a)"),
    ("√a + √(a + b) + √2", "sqrt(a) + sqrt(a + b) + sqrt(2)"),
    ("σ(a b)", "1 / (1 + e**(-a*b))"),
    ("1/(1 + e^(−a)) + e^b", "1/(1 + e**-a) + e**b"),
    ("2π a + pi", "2*pi*a + pi"),
    ("（ａ＋ｂ）＊２", "(a+b)*2"),
    ("max（a，b）", "max(a, b)"),
    ("½a + 2½ + ¾", "a/2 + 2.5 + 0.75"),
    ("w₁ + w1", "2*w1"),
    ("1e-3a + 2e5 + .5b + 1_000", "1e-3*a + 2e5 + .5*b + 1000"),
]


@pytest.mark.parametrize(("paper", "python"), WRITTEN)
def test_what_stands_on_paper_means_the_same(paper, python):
    expected = eval(python, {"__builtins__": {}}, VALUES | dict(CONSTANTS) | FUNCTIONS)
    used = {name: value for name, value in VALUES.items() if re.search(name, python)}
    assert cp.graph(paper, **used).value == pytest.approx(expected, rel=1e-14)


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
