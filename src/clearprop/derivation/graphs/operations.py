"""The operations of a scalar graph's nodes, and their local derivatives.

Index letters: u and v are the first and the second input of an operation, w its result.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from clearprop.activations import ACTIVATIONS, Activation
from clearprop.derivation.rules import function_name

Values = Sequence[float]


@dataclass(frozen=True)
class Operation:
    """A function of numbers, its derivative by each of them, and how both are written.

    Attributes
    ----------
    sign : str
        The sign that stands in the node: ``"×"``, ``"exp"``.
    written : str
        The formula, with {u} and {v} for the inputs.
    value : callable
        From the inputs to the result.
    slopes : callable
        From the inputs and the result to the derivative by each input.
    slopes_written : tuple of str
        The derivatives as formulas, with {u}, {v} and {w}, the result.
    """

    sign: str
    written: str
    value: Callable[..., float]
    slopes: Callable[..., Values]
    slopes_written: tuple[str, ...]


def power_slopes(u: float, v: float, w: float) -> Values:
    """Return ∂uᵛ/∂u and ∂uᵛ/∂v; where u ≤ 0 the second does not exist."""
    by_base = 0.0 if v == 0 else v * u ** (v - 1)
    return by_base, w * math.log(u) if u > 0 else math.nan


BINARY: Mapping[str, Operation] = {
    "+": Operation("+", "{u} + {v}", lambda u, v: u + v, lambda u, v, w: (1.0, 1.0), ("1", "1")),
    "-": Operation("−", "{u} − {v}", lambda u, v: u - v, lambda u, v, w: (1.0, -1.0), ("1", "-1")),
    "*": Operation("×", "{u} · {v}", lambda u, v: u * v, lambda u, v, w: (v, u), ("{v}", "{u}")),
    "/": Operation(
        "÷",
        "{u} / {v}",
        lambda u, v: u / v,
        lambda u, v, w: (1 / v, -u / v**2),
        ("1 / {v}", "−{u} / {v}²"),
    ),
    "**": Operation(
        "^",
        "{u} ^ {v}",
        lambda u, v: u**v,
        power_slopes,
        ("{v} · {u} ^ ({v} − 1)", "{w} · ln {u}"),
    ),
    "max": Operation(
        "max",
        "max({u}, {v})",
        max,
        lambda u, v, w: (float(u >= v), float(u < v)),
        ("1 if {u} ≥ {v}, else 0", "1 if {v} > {u}, else 0"),
    ),
    "min": Operation(
        "min",
        "min({u}, {v})",
        min,
        lambda u, v, w: (float(u <= v), float(u > v)),
        ("1 if {u} ≤ {v}, else 0", "1 if {v} < {u}, else 0"),
    ),
}


def _unary(sign: str, value: Callable[[float], float], slope, written: str) -> Operation:
    return Operation(sign, sign + "({u})", value, lambda u, w: (slope(u, w),), (written,))


UNARY: Mapping[str, Operation] = {
    "negative": Operation("−", "−{u}", lambda u: -u, lambda u, w: (-1.0,), ("-1",)),
    "exp": _unary("exp", math.exp, lambda u, w: w, "{w}"),
    "ln": _unary("ln", math.log, lambda u, w: 1 / u, "1 / {u}"),
    "sqrt": _unary("sqrt", math.sqrt, lambda u, w: 0.5 / w, "1 / (2 · {w})"),
    "sin": _unary("sin", math.sin, lambda u, w: math.cos(u), "cos {u}"),
    "cos": _unary("cos", math.cos, lambda u, w: -math.sin(u), "−sin {u}"),
    "tan": _unary("tan", math.tan, lambda u, w: 1 + w * w, "1 + {w}²"),
    "abs": _unary("abs", abs, lambda u, w: float(np.sign(u)), "sign {u}"),
}
ALIASES = {"log": "ln", "sigma": "sigmoid"}


def function_named(name: str) -> Operation | None:
    """Return the function of one number that an expression calls by this name, if there is one."""
    name = ALIASES.get(name, name)
    if name in UNARY:
        return UNARY[name]
    rule = elementwise(name)
    return None if rule is None else activation(rule)


def function_names() -> list[str]:
    """Return every name that an expression may call."""
    rules = (name for name, rule in ACTIVATIONS.items() if rule.elementwise)
    return sorted({*UNARY, *ALIASES, *rules, "max", "min"} - {"negative"})


def elementwise(name: str) -> Activation | None:
    """Return the activation that goes by this name, ReLU or swish, if it takes single numbers."""
    called = [rule for rule in ACTIVATIONS.called(name) if rule.elementwise]
    return called[0]() if len(called) == 1 else None


def activation(rule: Activation) -> Operation:
    """Return an activation function as an operation on one number."""

    def value(u: float) -> float:
        return float(rule.value(np.array([u]))[0])

    def slopes(u: float, w: float) -> Values:
        return (float(rule.derivative(np.array([u]), np.array([w]))[0]),)

    symbol = {"sigma": "σ"}.get(function_name(rule), function_name(rule))
    formula = rule.short_derivative.replace("{a}", "{w}") or symbol + "′({u})"
    return Operation(symbol, symbol + "({u})", value, slopes, (formula,))
