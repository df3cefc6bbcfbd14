"""The division of rows: some train, some decide when to stop, some only test the result."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clearprop._errors import invalid_argument, unknown_name
from clearprop._random import Seed, random_source

LETTERS = ("T", "V", "E")
"""The letter of a row of the training, validation or test part."""
Rows = npt.NDArray[np.intp]
ALSO_CALLED = {
    "dividerand": "random",
    "divideblock": "block",
    "divideint": "interleaved",
    "divideind": "index",
}
"""MATLAB's names of the methods."""


@dataclass(frozen=True)
class Division:
    """Row numbers of three parts, each ascending.

    Of rows that streamed from disk nobody keeps the numbers: each part is a `range` then, which
    has their count.

    Attributes
    ----------
    train : array of int
    validation, test : array of int
        May be empty.
    """

    train: Rows
    validation: Rows
    test: Rows

    def letters(self, m: int) -> str:
        """Return one letter for each of `m` rows: T trains, V validates, E tests, - does nothing.

        Examples
        --------
        >>> divide(10, "block", (0.6, 0.2, 0.2)).letters(10)
        'TTTTTTVVEE'
        """
        letters = np.full(m, "-")
        letters[self.train], letters[self.validation], letters[self.test] = LETTERS
        return "".join(letters.tolist())

    def among(self, rows: Rows, m: int) -> "Division":
        """Return the division of a table of which only some of the `m` rows are left.

        Its numbers are places in `rows`, the numbers that those rows had before.

        Raises
        ------
        InputError
            If a row is named that is none of the `m`, or none is left to train.

        Examples
        --------
        >>> divide(6, "block", (0.5, 0.0, 0.5)).among(np.array([0, 2, 5]), 6).letters(3)
        'TTE'
        """
        every = np.concatenate([self.train, self.validation, self.test])
        if every.size and not 0 <= every.min() <= every.max() < m:
            why = f"it names row {every.max()}, and the rows are 0 to {m - 1}."
            raise invalid_argument("division", f"{every.size} rows", why, f"divide({m}).")
        place = np.full(m, -1)
        place[rows] = np.arange(len(rows))
        parts = (place[part] for part in (self.train, self.validation, self.test))
        left = Division(*(part[part >= 0] for part in parts))
        if not len(left.train):
            why = "none of the rows that train is left."
            raise invalid_argument("division", f"{every.size} rows", why, "another division.")
        return left

    @staticmethod
    def from_letters(letters: str) -> "Division":
        """Return the division that `letters` wrote."""
        rows = np.array(list(letters), dtype="U1")
        return Division(*(np.flatnonzero(rows == letter) for letter in LETTERS))

    @staticmethod
    def all_for_training(m: int) -> "Division":
        """Return the division in which every one of `m` rows trains."""
        nobody = np.arange(0)
        return Division(np.arange(m), nobody, nobody)


def divide(
    m: int,
    method: str = "random",
    fractions: tuple[float, float, float] = (0.7, 0.15, 0.15),
    seed: Seed = None,
    rows: tuple[Sequence[int], Sequence[int], Sequence[int]] | None = None,
) -> Division:
    """Return a division of `m` rows into training, validation and test.

    Parameters
    ----------
    m : int
        Number of rows.
    method : {"random", "block", "interleaved", "index"}
        Drawn at random; the first, middle and last rows; every so many rows in turn; or `rows`.
        MATLAB's names for them, dividerand, divideblock, divideint and divideind, do as well.
    fractions : three floats
        Parts of the rows, which add up to 1. The training part takes what rounding leaves.
    seed : int, None or Generator
        For ``"random"``.
    rows : three sequences of int
        For ``"index"``: the row numbers of each part.

    Raises
    ------
    InputError
        If the fractions do not add up to 1, a row is outside or named twice, or nothing trains.

    Examples
    --------
    >>> divide(10, "block", (0.6, 0.2, 0.2)).validation
    array([6, 7])
    """
    method = ALSO_CALLED.get(method, method)
    if method == "index":
        return _by_index(m, rows)
    if min(fractions) < 0 or abs(sum(fractions) - 1) > 1e-9:
        why = "three parts of at least 0 must add up to 1."
        raise invalid_argument("fractions", fractions, why, "(0.7, 0.15, 0.15).")
    validation, test = round(m * fractions[1]), round(m * fractions[2])
    training = m - validation - test
    if training < 1:
        raise invalid_argument(
            "fractions", fractions, f"of {m} rows none would train.", "(1, 0, 0)."
        )
    order = _order(m, method, (training, validation, test), seed)
    cuts = np.cumsum([training, validation])
    return Division(*(np.sort(part) for part in np.split(order, cuts)))


def _order(m: int, method: str, counts: tuple[int, int, int], seed: Seed) -> Rows:
    """Return all rows, those of each part together."""
    if method == "random":
        return random_source(seed).permutation(m)
    if method == "block":
        return np.arange(m)
    if method == "interleaved":
        # row n goes to the part that lags furthest behind its fraction
        turns = [(np.arange(count) + 0.5) / max(count, 1) for count in counts]
        ranks = np.argsort(np.argsort(np.concatenate(turns), kind="stable"), kind="stable")
        return ranks.astype(np.intp)
    raise unknown_name("method", method, ("random", "block", "interleaved", "index"))


def _by_index(m: int, rows: tuple[Sequence[int], Sequence[int], Sequence[int]] | None) -> Division:
    if rows is None:
        raise invalid_argument(
            "rows", rows, "division by index needs them.", "rows=(train, val, test)."
        )
    parts = [np.asarray(part, dtype=np.intp).reshape(-1) for part in rows]
    named = np.concatenate(parts)
    if named.size and (named.min() < 0 or named.max() >= m):
        wrong = int(named[(named < 0) | (named >= m)][0])
        raise invalid_argument("rows", wrong, f"the rows are 0 to {m - 1}.", f"at most {m - 1}.")
    if len(np.unique(named)) < len(named):
        raise invalid_argument("rows", rows, "a row is named twice.", "each row in one part only.")
    if not len(parts[0]):
        raise invalid_argument("rows", rows, "none would train.", "name rows for training.")
    return Division(*(np.sort(part) for part in parts))
