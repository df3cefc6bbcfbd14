"""Lags: the columns of a time series some rows back, as the inputs of a network.

A row of the laid-out table holds u(t), u(t−1) … and y(t−1), y(t−2) …, and the target y(t).
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from clearprop._errors import InputError, invalid_argument
from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.backprop.closed_loop import Taps
from clearprop.data import Table
from clearprop.data.values import numbers_or_missing

MAX_LAG = 100_000
"""Steps further back are taken for a mistake."""


@dataclass(frozen=True)
class Laid:
    """A time series as rows for a network.

    Attributes
    ----------
    table : Table
        A row for each row of the series whose past is known.
    rows : array of int
        The number in the series of each of these rows, ascending.
    signals : array of shape (rows of the series, signals)
        The series itself: inputs, then targets; NaN for what is missing.
    """

    table: Table
    rows: npt.NDArray[np.intp]
    signals: FloatArray


@dataclass(frozen=True)
class Lags:
    """Which columns of a time series feed a network, and how many rows back.

    Parameters
    ----------
    targets : tuple of str
        The columns y that are predicted.
    inputs : tuple of str
        The columns u that are known from outside; none for a series that follows from itself.
    input_lags : tuple of int
        Rows back of every input; 0 is the same row.
    output_lags : tuple of int
        Rows back of every target, from 1.

    Raises
    ------
    InputError
        If a lag is no whole number in its range, or there is none.
    """

    targets: tuple[str, ...]
    inputs: tuple[str, ...] = ()
    input_lags: tuple[int, ...] = ()
    output_lags: tuple[int, ...] = ()
    _taps: tuple[tuple[int, int], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.targets:
            raise invalid_argument("target", self.targets, "nothing is predicted.", "a column.")
        for name in self.inputs:
            if name in self.targets:
                why = "it is the target, whose past is in output_lags."
                raise invalid_argument("inputs", name, why, "another column.")
        for name, least in (("input_lags", 0), ("output_lags", 1)):
            object.__setattr__(self, name, _checked(name, getattr(self, name), least))
        if not self.inputs:
            object.__setattr__(self, "input_lags", ())
        elif not self.input_lags:
            object.__setattr__(self, "inputs", ())
        if not (self.inputs or self.output_lags):
            why = "the network would have no input."
            raise invalid_argument("output_lags", self.output_lags, why, "output_lags=(1, 2).")
        count = len(self.inputs)
        taps = [(signal, lag) for signal in range(count) for lag in self.input_lags]
        last = range(count, count + len(self.targets))
        taps += [(signal, lag) for signal in last for lag in self.output_lags]
        object.__setattr__(self, "_taps", tuple(taps))

    @property
    def signals(self) -> tuple[str, ...]:
        """The columns of the series: inputs, then targets."""
        return (*self.inputs, *self.targets)

    @property
    def deepest(self) -> int:
        """The number of rows that a prediction looks back."""
        return max(lag for _, lag in self._taps)

    @property
    def feeds_back(self) -> bool:
        """Whether the past of a target is an input."""
        return bool(self.output_lags)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the laid-out inputs: ``u(t)``, ``u(t-1)`` …, ``y(t-1)`` …."""
        names = self.signals
        return tuple(f"{names[signal]}({_time(lag)})" for signal, lag in self._taps)

    @property
    def taps(self) -> Taps:
        """The same by the numbers of signals, for the closed loop."""
        signals, delays = np.array(self._taps, dtype=np.int64).T
        first = len(self.inputs)
        outputs = np.arange(first, first + len(self.targets), dtype=np.int64)
        return Taps(np.ascontiguousarray(signals), np.ascontiguousarray(delays), outputs)

    def is_laid_out(self, table: Table) -> bool:
        """Return whether a table has the laid-out columns already."""
        return set(self.columns) <= set(table.names)

    def values(self, table: Table, *, targets: bool = True) -> FloatArray:
        """Return the signals of a series, shape (m, signals), NaN for missing values.

        Without `targets` their columns need not be there, and are NaN.

        Raises
        ------
        InputError
            If a column is not there, or a value is no number; it names row and column.
        """
        found = [numbers_or_missing(table, name) for name in self.inputs]
        for name in self.targets:
            here = targets or name in table.names
            found.append(numbers_or_missing(table, name) if here else np.full(len(table), np.nan))
        return np.column_stack(found)

    def lay_out(self, table: Table) -> Laid:
        """Return the rows of a series whose past is known, as a table for a network.

        The target of such a row may be missing. Errors in the table name rows of the series.

        Raises
        ------
        InputError
            If a column is not there, a value is no number, or no row has its past.
        """
        import pandas

        signals = self.values(table, targets=self.feeds_back)
        m, deepest = len(signals), self.deepest
        if m <= deepest:
            why = f"{table.source} has {m} rows, and a prediction looks {deepest} rows back."
            raise InputError(f"{why} try: a longer series, or smaller lags.")
        own = np.arange(deepest, m)
        past = np.column_stack([signals[own - lag, signal] for signal, lag in self._taps])
        known = np.flatnonzero(np.isfinite(past).all(axis=1))
        if not len(known):
            why = f"in {table.source} no row has {deepest} rows without a gap before it."
            raise InputError(f"{why} try: a series with fewer gaps, or smaller lags.")
        rows = own[known]
        frame = dict(zip(self.columns, past[known].T, strict=True))
        targets = signals[rows, len(self.inputs) :]
        frame |= dict(zip(self.targets, targets.T, strict=True))
        place, numbers = table.place, rows.tolist()
        laid = replace(
            table,
            frame=pandas.DataFrame(frame),
            place=lambda row: place(numbers[row]),
            percent=frozenset(),
        )
        return Laid(laid, rows, signals)

    def gaps(self, laid: Laid) -> Text | None:
        """Return how many rows have no full past because values are missing; None if all have."""
        count = len(laid.signals) - self.deepest - len(laid.rows)
        if not count:
            return None
        return Text(
            f"Values are missing in the series: {count} rows have no full past and are left out.",
            f"序列中有缺失值：{count} 行没有完整的历史，已略去。",
        )

    def record(self) -> dict[str, Any]:
        """Return what JSON can keep of the lags."""
        names = ("targets", "inputs", "input_lags", "output_lags")
        return {name: list(getattr(self, name)) for name in names}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "Lags":
        """Return the lags that `record` described.

        Raises
        ------
        KeyError, TypeError, ValueError
            If it is no such description.
        """
        names = [tuple(record[key]) for key in ("targets", "inputs")]
        lags = [tuple(record[key]) for key in ("input_lags", "output_lags")]
        if not all(isinstance(name, str) for part in names for name in part):
            raise TypeError("a column's name is text")
        return cls(*names, *lags)


def _time(lag: int) -> str:
    return f"t-{lag}" if lag else "t"


def _checked(name: str, lags: Iterable[Any], least: int) -> tuple[int, ...]:
    """Return lags in ascending order."""
    given = [lags] if isinstance(lags, int | np.integer) else list(lags)
    for lag in given:
        whole = isinstance(lag, int | np.integer) and not isinstance(lag, bool | np.bool_)
        if not whole or not least <= lag <= MAX_LAG:
            why = f"a lag is a whole number of rows from {least} on."
            raise invalid_argument(name, lag, why, f"{name}=({least}, {least + 1}).")
    return tuple(sorted({int(lag) for lag in given}))


def one_piece(rows: Sequence[int] | npt.NDArray[np.intp]) -> Iterator[slice]:
    """Yield the slices of ascending row numbers within which they follow each other."""
    numbers = np.asarray(rows)
    cuts = [0, *(np.flatnonzero(np.diff(numbers) != 1) + 1).tolist(), len(numbers)]
    for start, end in itertools.pairwise(cuts):
        if end > start:
            yield slice(start, end)
