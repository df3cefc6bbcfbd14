"""Numbers as people write them: 1.5, 1,5, 1,200, 1 200, $3, 10 %, and words for a missing one."""

import math
import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from clearprop._text import Text

ALWAYS_MISSING = frozenset(
    {"#N/A", "#N/A N/A", "#NA", "-NaN", "-nan", "<NA>", "N/A", "NULL", "NaN", "n/a", "nan", "null"}
)
"""Words that stand for a missing value wherever they stand."""
PROGRAMS_MISSING_WORDS = ALWAYS_MISSING | {
    "-1.#IND", "-1.#QNAN", "1.#IND", "1.#QNAN", "NA", "None",
}  # fmt: skip
"""Words that programs write for a missing number."""
MISSING_WORDS = PROGRAMS_MISSING_WORDS | {
    "na", "none", "?", "-", "--", ".", "..", "n.a.", "N.A.", "n.d.", "N.D.", "nd", "ND", "n/d",
    "N/D", "missing", "Missing", "unknown", "Unknown", "UNKNOWN", "not available",
    "Not available", "Not Available", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!",
}  # fmt: skip
"""Words that stand for a missing value among numbers."""

ROUNDED = Text(
    "{columns}: whole numbers beyond 2^53 are rounded to 16 digits.",
    "{columns}：超过 2^53 的整数舍入到 16 位有效数字。",
)

NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?|[-+]?(inf|Inf|INF|infinity|Infinity)")
"""A number as programs write it."""
SIGN = r"[-+\u2212]?"
DECIMAL_COMMA = re.compile(SIGN + r"(\d+|\d{1,3}(\.\d{3})+),\d+([eE][-+]?\d+)?")
GROUPED = {
    ",": re.compile(SIGN + r"[1-9]\d{0,2}(,\d{3})+(\.\d+)?"),
    ".": re.compile(SIGN + r"[1-9]\d{0,2}(\.\d{3}){2,}"),
    " ": re.compile(SIGN + r"[1-9]\d{0,2}([ '\u00a0\u202f]\d{3})+([.,]\d+)?"),
}
"""Numbers whose thousands are set apart, by the character between them."""
POINTED = re.compile(SIGN + r"[1-9]\d{0,2}(\.\d{3})+")
"""A whole number with points between thousands, or one with three decimals."""
AFFIX = re.compile(r"^\s*([$€£¥￥])?\s*(.*?)\s*([%％]|[$€£¥￥])?\s*$", re.DOTALL)
"""A number with a unit before or behind it."""
BRACKETS = re.compile(r"\s*\((?=.*\d)(.*)\)\s*")
"""A number below zero, as bookkeepers write it."""
SIGNED_UNIT = re.compile(r"\s*([-+\u2212])\s*([$€£¥￥].*)")
"""A number with its sign before its unit."""


class Numerals(NamedTuple):
    """The numbers of a column of text, and how it writes them."""

    values: npt.NDArray[np.float64]
    """Shape (m,); NaN where the value is missing."""
    percent: bool
    how: Text


def plain(value: Any) -> float:
    """Return a number as programs write it; NaN for anything else, infinity beyond float64.

    Examples
    --------
    >>> plain(" 1e3 "), plain("1,5"), plain("9" * 400)
    (1000.0, nan, inf)
    """
    if isinstance(value, str):
        text = value.strip()
        return float(text) if NUMBER.fullmatch(text) else math.nan
    try:
        return float(value)
    except OverflowError:  # a whole number of more than 308 digits
        return math.inf if value > 0 else -math.inf
    except (TypeError, ValueError):
        return math.nan


def plain_numbers(values: Iterable[Any]) -> npt.NDArray[np.float64]:
    """Return `plain` of each value, shape (m,)."""
    return np.array([plain(value) for value in values], dtype=np.float64)


def is_formatted(text: str) -> bool:
    """Return whether a text is a number that programs do not read: 1,5 or 1,200 or 10 %.

    Examples
    --------
    >>> [is_formatted(text) for text in ("1,5", "$1,200.50", "10 %", "(12.50)", "1.5", "1-2", "a")]
    [True, True, True, True, False, False, False]
    """
    before, body, behind = _parts(text)
    if DECIMAL_COMMA.fullmatch(body) or any(rule.fullmatch(body) for rule in GROUPED.values()):
        return True
    if before and body == "-":
        return True
    return bool((before or behind or BRACKETS.fullmatch(text)) and NUMBER.fullmatch(body))


def is_number(text: str) -> bool:
    """Return whether a text is a number, as programs or as people write it."""
    return is_formatted(text) or NUMBER.fullmatch(text.strip()) is not None


def holds_decimal_commas(texts: Sequence[str]) -> bool:
    """Return whether some number has a comma that cannot set thousands apart."""
    bodies = [_parts(text)[1] for text in texts]
    return any(DECIMAL_COMMA.fullmatch(b) and not GROUPED[","].fullmatch(b) for b in bodies)


def holds_grouping_commas(texts: Sequence[str]) -> bool:
    """Return whether some number has commas that can only set thousands apart."""
    bodies = [body for _, body, _ in map(_parts, texts) if GROUPED[","].fullmatch(body)]
    return any("." in body or body.count(",") > 1 for body in bodies)


def points_set_thousands_apart(texts: Sequence[str]) -> bool:
    """Return whether whole numbers have a point from a thousand on, beside smaller ones without.

    Examples
    --------
    >>> points_set_thousands_apart(["1.250", "980"]), points_set_thousands_apart(["1.250", "0.980"])
    (True, False)
    """
    pointed = sum(POINTED.fullmatch(text) is not None for text in texts)
    small = sum(re.fullmatch(SIGN + r"\d{1,3}", text) is not None for text in texts)
    return pointed > 0 and small > 0 and pointed + small == len(texts)


def read_numerals(texts: Sequence[str | None], *, decimal: str) -> Numerals | None:
    """Return the numbers of a column that writes them in one consistent way of its own.

    Parameters
    ----------
    texts : sequence of str or None
        None where the value is missing.
    decimal : {".", ","}
        The decimal mark of the file.

    Returns
    -------
    Numerals or None
        None if a text is no number, the units differ, or every number is plain.
    """
    present = [text for text in texts if text is not None]
    parts = [_parts(text) for text in present]
    signs = {(before, behind) for before, _, behind in parts if before or behind}
    if not present or len(signs) > 1 or all(map(BRACKETS.fullmatch, present)):
        return None
    percent = bool(signs) and signs.pop()[1] in ("%", "％")
    if percent and any(not sign for _, _, sign in parts):
        return None  # 10 % beside 10: of what unit is the second?
    numbers = [0.0 if body == "-" else _number(body, decimal) for _, body, _ in parts]
    if any(number is None for number in numbers):
        return None
    values = np.full(len(texts), np.nan)
    values[[n for n, text in enumerate(texts) if text is not None]] = numbers
    pointed = (text for text in present if decimal == "," and POINTED.fullmatch(text))
    example = next(filter(is_formatted, present), None) or next(pointed, None)
    if example is None:
        return None
    number = f"{_number(_parts(example)[1], decimal):.15g}"
    how = Text(f"{example.strip()} is {number}", f"{example.strip()} 即 {number}")
    return Numerals(values, percent, how)


def _parts(text: str) -> tuple[str, str, str]:
    """Return the sign of a unit before a number, the number, and the sign behind it."""
    if inner := BRACKETS.fullmatch(text):
        text = f"-{inner[1]}"
    if signed := SIGNED_UNIT.fullmatch(text):
        before, body, behind = _parts(signed[2])
        return before, signed[1] + body, behind
    found = AFFIX.match(text)
    if found is None:
        return "", text.strip(), ""
    before, body, behind = (part or "" for part in found.groups())
    return before, body, behind


def _number(body: str, decimal: str) -> float | None:
    """Return a number with this decimal mark, None if it is none."""
    body = body.replace("\u2212", "-")
    if GROUPED[" "].fullmatch(body):
        body = re.sub(r"[ '\u00a0\u202f]", "", body)
    if decimal == ",":
        if DECIMAL_COMMA.fullmatch(body) or POINTED.fullmatch(body):
            return float(body.replace(".", "").replace(",", "."))
        return float(body) if re.fullmatch(r"[-+]?\d+", body) else None
    if GROUPED[","].fullmatch(body):
        return float(body.replace(",", ""))
    return float(body) if NUMBER.fullmatch(body) else None
