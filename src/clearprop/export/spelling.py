"""Expressions as text of an infix language: numbers, calls, conditions, and few parentheses."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from clearprop.export.kernels import (
    Call,
    Choice,
    Constant,
    Expression,
    Negative,
    Operation,
    Variable,
)

SUM, PRODUCT, SIGN, ATOM = 1, 2, 3, 4
"""How tightly an expression holds together."""


def digits(value: float, dtype: str) -> str:
    """Return the digits of a number, which read back to the same bits of its type.

    Examples
    --------
    >>> digits(0.1, "float64"), digits(0.1, "float32"), digits(2.0, "float32")
    ('0.1', '0.100000001', '2.0')
    >>> digits(1 / 3, "float64"), digits(1 / 3, "float32")
    ('0.3333333333333333', '0.333333343')
    """
    if dtype == "float64":
        return repr(float(value))
    text = f"{np.float32(value):.9g}"
    return text if any(mark in text for mark in ".en") else f"{text}.0"


@dataclass(frozen=True)
class Spelling:
    """How a language writes expressions.

    Attributes
    ----------
    dtype : {"float64", "float32"}
        The type of numbers.
    suffix : str
        What ends a number.
    infinity : str
    calls : mapping of str to str
        The names of functions, or templates with ``{0}``, ``{1}`` for their arguments.
    condition : str
        A template with ``{test}``, ``{then}`` and ``{otherwise}``.
    signs : mapping of str to str
        Signs of operations and comparisons that are not Python's.
    """

    dtype: str
    calls: Mapping[str, str]
    condition: str = "({test} ? {then} : {otherwise})"
    suffix: str = ""
    infinity: str = "Infinity"
    signs: Mapping[str, str] = field(default_factory=dict)

    def number(self, value: float) -> str:
        """Return a number as text."""
        if math.isinf(value):
            return self.infinity if value > 0 else f"-{self.infinity}"
        return digits(value, self.dtype) + self.suffix

    def numbers(self, values: Sequence[float] | np.ndarray, separator: str = ", ") -> str:
        """Return several numbers as text."""
        return separator.join(map(self.number, np.asarray(values).tolist()))

    def triangle(self, matrix: np.ndarray) -> str:
        """Return a lower triangle as a list of lists, a line a row."""
        rows = ",\n    ".join(f"[{self.numbers(row[: n + 1])}]" for n, row in enumerate(matrix))
        return f"[\n    {rows},\n  ]"

    def write(self, expression: Expression, least: int = 0) -> str:
        """Return an expression as text, in parentheses if it holds together less than `least`."""
        text, tightness = self._written(expression)
        return f"({text})" if tightness < least else text

    def _written(self, expression: Expression) -> tuple[str, int]:
        match expression:
            case Constant(value):
                return self.number(value), ATOM if value >= 0 else SIGN
            case Variable(name):
                return name, ATOM
            case Negative(operand):
                return f"-{self.write(operand, ATOM)}", SIGN
            case Operation(sign, left, right):
                level = PRODUCT if sign in "*/" else SUM
                sides = self.write(left, level), self.write(right, level + 1)
                return f" {self.signs.get(sign, sign)} ".join(sides), level
            case Call(function, arguments):
                return self._call(function, [self.write(each) for each in arguments]), ATOM
            case Choice(left, comparison, right, then, otherwise):
                sides = self.write(left, SUM), self.write(right, SUM)
                return self.condition.format(
                    test=f" {self.signs.get(comparison, comparison)} ".join(sides),
                    then=self.write(then),
                    otherwise=self.write(otherwise),
                ), ATOM

    def _call(self, function: str, arguments: list[str]) -> str:
        name = self.calls.get(function, function)
        if "{" in name:
            return name.format(*arguments)
        return f"{name}({', '.join(arguments)})"
