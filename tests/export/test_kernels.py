"""Kernels are read as they compute, or refused."""

import math
from math import exp
from math import exp as e_to_the

import mpmath
import numpy as np
import pytest

import clearprop as cp
from cases import ALL_ACTIVATIONS
from clearprop.export.kernels import (
    Call,
    Choice,
    Constant,
    Expression,
    Formula,
    Negative,
    Operation,
    Variable,
    formula_of,
)
from clearprop.export.special import KERNELS
from clearprop.export.spelling import Spelling, digits
from refusals import refused

HALF = 0.5
RULES = [rule for name in ALL_ACTIVATIONS if (rule := cp.ACTIVATIONS.make(name)).elementwise]


def evaluate(expression: Expression, known: dict[str, float]) -> float:
    """Compute a tree by its meaning."""
    match expression:
        case Constant(value):
            return value
        case Variable(name):
            return known[name]
        case Negative(operand):
            return -evaluate(operand, known)
        case Operation(sign, left, right):
            a, b = evaluate(left, known), evaluate(right, known)
            return {"+": a + b, "-": a - b, "*": a * b, "/": a / b if b else math.nan}[sign]
        case Call(function, arguments):
            built_in = {"abs": abs, "min": min, "max": max}
            called = built_in.get(function) or getattr(math, function)
            return called(*(evaluate(each, known) for each in arguments))
        case Choice(left, comparison, right, then, otherwise):
            a, b = evaluate(left, known), evaluate(right, known)
            test = {">": a > b, ">=": a >= b, "<": a < b, "<=": a <= b, "==": a == b}[comparison]
            return evaluate(then if test else otherwise, known)


def value(formula: Formula, z: float) -> float:
    known = {"z": z, "x": z}
    for name, line in formula.lines:
        known[name] = evaluate(line, known)
    return evaluate(formula.result, known)


@pytest.mark.parametrize("rule", RULES, ids=repr)
def test_the_tree_of_every_rule_computes_what_the_rule_does(rule):
    formula = formula_of(rule.kernel, s=rule.kernel_setting("float64"))
    assert set(formula.arguments) <= {"z"}
    for z in np.concatenate([np.linspace(-40, 40, 81), [1e-9, -1e-9, 300.5, -300.5]]):
        assert value(formula, float(z)) == rule.kernel(float(z), rule.kernel_setting("float64"))


def power(z, s):
    a, b = z**2, 2 * z**3
    return a + b - (z - (a - b)) / (1 / -z)


def in_steps(z, s):
    """Return something by statements."""
    if z > 2 and not z >= 5:
        return math.exp(-z) * HALF
    elif -1 < z <= 0 or z == 1:  # noqa: RET505
        return max(z, s, -z)
    c: float = e_to_the(z) if z < 0 else math.pi
    return float(c) + float(z > 3)


def numpys(z, s):
    return np.maximum(np.tanh(z), np.exp(-z * z))


@pytest.mark.parametrize("kernel", [power, in_steps, numpys])
def test_what_people_may_write_is_read(kernel):
    formula = formula_of(kernel, s=0.25)
    for z in (-7.5, -1.0, -0.5, 1e-3, 1.0, 2.5, 5.0, 6.25):
        assert value(formula, z) == pytest.approx(kernel(z, 0.25), rel=1e-15)


def test_lines_and_arguments_without_use_are_left_out():
    def kernel(z, s):
        unused = exp(z)  # noqa: F841
        return 1.0

    assert formula_of(kernel, s=0.0) == Formula((), (), Constant(1.0))


def loop(z, s):
    for _ in range(3):
        z = z * z
    return z


def twice(z, s):
    a = z
    a = a + 1
    return a  # noqa: RET504


def other_function(z, s):
    return math.gamma(z)


def item(z, s):
    return [z][0]


def falls_off(z, s):  # noqa: RET503
    if z > 0:
        return z


def keyword(z, s):
    return max(z, s, key=abs)


def truth(z, s):
    return z if z else s


@pytest.mark.parametrize("kernel", [loop, twice, other_function, item, falls_off, keyword, truth])
def test_what_only_python_can_do_is_refused(kernel):
    with refused("activation", kernel.__name__):
        formula_of(kernel, s=0.0)


@pytest.mark.parametrize("kernel", [lambda z, s: z, math.exp, 3])
def test_what_has_no_source_is_refused(kernel):
    with refused("activation", "source"):
        formula_of(kernel, s=0.0)


@pytest.mark.parametrize("name", KERNELS)
def test_functions_that_languages_lack_are_right_to_the_last_digits(name):
    x = np.concatenate([np.linspace(-9, 9, 401), np.logspace(-300, 1.4, 200)])
    x = np.concatenate([x, -np.logspace(-300, 0.7 if name != "log1p" else -0.01, 200)])
    if name == "log1p":
        x = x[x > -1]
    for each in x.tolist():
        with mpmath.workdps(40):
            wanted = float(getattr(mpmath, name)(mpmath.mpf(each)))
        assert KERNELS[name](each) == pytest.approx(wanted, rel=2e-15, abs=1e-300), each


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_digits_read_back_to_the_same_bits(dtype):
    random = np.random.default_rng(0)
    size = 2000
    bits = random.integers(0, 2**64 if dtype == "float64" else 2**32, size, dtype=np.uint64)
    numbers = bits.astype(np.uint64 if dtype == "float64" else np.uint32).view(dtype)
    numbers = numbers[np.isfinite(numbers)]
    back = np.array([float(digits(float(v), dtype)) for v in numbers]).astype(dtype)
    np.testing.assert_array_equal(back.view(f"u{back.itemsize}"), numbers.view(f"u{back.itemsize}"))


def test_parentheses_stand_where_they_are_needed():
    def kernel(z, s):
        return -(z + 1.0) * (z - (1.0 - z)) / (z * (z / -2.0)) - (-z) + abs(-z)

    spelled = Spelling("float64", {}).write(formula_of(kernel).result)
    assert spelled == ("-(z + 1.0) * (z - (1.0 - z)) / (z * (z / -2.0)) - -z + abs(-z)")
    for z in (0.3, -2.0):
        assert eval(spelled) == kernel(z, 0.0)
