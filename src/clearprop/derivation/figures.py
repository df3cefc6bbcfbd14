"""Numbers as digits: how many are shown, and which cells of a large matrix."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

EXACT = 16
"""From so many digits on, a number is written so that it reads back to the same float64."""
CORNER = 3
"""Rows and columns that a folded matrix shows before its dots; one follows them."""


def figure(value: float, digits: int) -> str:
    """Return a number with so many significant digits.

    Examples
    --------
    >>> figure(0.593269992, 4), figure(-3.0, 4), figure(0.0000123456, 3), figure(0.1, 17)
    ('0.5933', '-3', '1.23e-05', '0.1')
    """
    value = float(value)
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "inf" if value > 0 else "-inf"
    if value == int(value) and abs(value) < 1e7:
        return str(int(value))
    if digits >= EXACT:
        return repr(value)
    if 1e-4 <= abs(value) < 1e7:
        decimals = digits - 1 - math.floor(math.log10(abs(value)))
        return _without_zeros(f"{value:.{max(decimals, 0)}f}")
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    return f"{_without_zeros(mantissa)}e{exponent}"


def _without_zeros(shown: str) -> str:
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def mantissa_and_exponent(shown: str) -> tuple[str, int | None]:
    """Return ``("1.23", -5)`` for ``"1.23e-05"``, and no exponent for a plain number."""
    mantissa, _, exponent = shown.partition("e")
    return mantissa, int(exponent) if exponent and mantissa else None


def shown_positions(size: int, fold: int) -> Sequence[int | None]:
    """Return which rows (or columns) of so many are shown; None stands for dots.

    Examples
    --------
    >>> shown_positions(3, 8), shown_positions(100, 8)
    (range(0, 3), [0, 1, 2, None, 99])
    """
    if not fold or size <= fold:
        return range(size)
    return [*range(CORNER), None, size - 1]


def is_folded(values: Any, fold: int) -> bool:
    """Return whether a matrix is too large to be shown whole."""
    return bool(fold) and max(np.shape(values)) > fold
