"""Numbers as they stand in print: rounded, so that each stands for an interval."""

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray

MOST_DIGITS = 6
"""Numbers of more digits were not copied from a printout."""
COARSEST = 0.1
"""Of the largest entry: numbers that were rounded to a larger unit tell nothing."""
HALF = 0.5000001
TINY = 1e-14
"""Of the largest number: what two right computations of a number that vanishes may leave."""


class Printed(NamedTuple):
    """How numbers were rounded.

    Examples
    --------
    >>> bool(Printed(4).half_unit(np.array([12.3457])) > 0.00005)
    True
    >>> bool(Printed(4, significant=True).half_unit(np.array([12.35, 0.001234])) > 0.005)
    True
    """

    digits: int
    significant: bool = False
    """True if digits are counted from a number's first, False if behind the decimal point."""

    def half_unit(self, array: FloatArray) -> float:
        """Return half a unit of the last digit, of the largest number where they differ."""
        largest = float(np.abs(array).max(initial=0.0))
        if not self.significant:
            return HALF * 10.0**-self.digits
        before = math.floor(math.log10(largest)) + 1 if 0 < largest < math.inf else 0
        return HALF * 10.0 ** (before - self.digits)

    def holds(self, array: FloatArray) -> bool:
        """Return whether all numbers are rounded so."""
        if not np.isfinite(array).all():
            return False
        form = f".{self.digits}{'g' if self.significant else 'f'}"
        with np.errstate(over="ignore"):
            exact = np.float32 if np.array_equal(array, np.float32(array)) else float
        return all(exact(format(number, form)) == number for number in array.ravel().tolist())

    def accounts_for(self, given: FloatArray, right: FloatArray) -> bool:
        """Return whether each number is the right one, rounded to its own digits.

        `half_unit` is that of the largest; beside it a small number of an array could be anything.
        """
        if not self.significant or given.shape != right.shape:
            return True
        slack = TINY * np.abs(right).max(initial=0.0)
        before = np.floor(np.log10(np.maximum(np.abs(given), slack or TINY))) + 1
        half = HALF * 10.0 ** (before - self.digits) + slack
        single = np.finfo(np.float32).eps * np.abs(given)  # numbers of float32 are off by this
        return bool((np.abs(given - right) <= half + single).all())

    def said(self) -> Text:
        """Say that numbers were taken as rounded."""
        kind = (
            Text("significant digits", "位有效数字")
            if self.significant
            else Text("decimals", "位小数")
        )
        return Text(
            f"Your numbers have {self.digits} {kind.en} at most: each is taken as rounded.",
            f"您的数至多有 {self.digits} {kind.zh}：每个数按四舍五入的结果看待。",
        )


def told_by(given: Iterable[FloatArray], right: Iterable[FloatArray]) -> Printed | None:
    """Return how the given numbers were rounded; None if they were not.

    Numbers of few digits were rounded only if the right ones have more.

    Examples
    --------
    >>> right = [np.array([1.23456, 0.5])]
    >>> told_by([np.array([1.235, 0.5])], right)
    Printed(digits=3, significant=False)
    >>> told_by(right, right) is None
    True
    """
    theirs, ours = list(given), list(right)
    if not any(array.any() for array in theirs):
        return None
    largest = max(float(np.abs(array).max(initial=0.0)) for array in ours)
    for digits in range(1, MOST_DIGITS + 1):
        for printed in (Printed(digits), Printed(digits, significant=True)):
            if all(map(printed.holds, theirs)):
                tells = printed.half_unit(np.array(largest)) <= COARSEST * largest
                return printed if tells and not all(map(printed.holds, ours)) else None
    return None
