"""The history of a training: a record of every epoch."""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from clearprop._extras import require
from clearprop._html import result, shown, table
from clearprop._typing import FloatArray

if TYPE_CHECKING:
    import pandas

MAX_EPOCHS = 1000
"""Epochs that a record keeps; of longer trainings every so many."""
_FIELDS = ("epoch", "loss", "validation_loss", "test_loss", "gradient_norm", "seconds")


@dataclass(frozen=True)
class Record:
    """One epoch; losses are without penalty and in the unit in which the network was trained.

    Attributes
    ----------
    epoch : int
        Counted from 1; epoch 0 is the state before training, where a solver evaluates it.
    loss : float
        Loss of the training rows; descent by mini-batches takes each batch before its own update.
    validation_loss, test_loss : float, optional
        Loss of the rows that are held back.
    gradient_norm : float, optional
        Euclidean norm of the objective's gradient, where the solver computes it.
    seconds : float
        Since the training began.
    details : dict of str to float
        The solver's own state, by the field's names for it: damping, step length …
    penalty : float
        ½ Σ λ θ², which the objective adds to the loss.
    validation_score : float, optional
        Quality on the validation rows, higher is better, where a score was asked for.
    """

    epoch: int
    loss: float
    validation_loss: float | None
    test_loss: float | None
    gradient_norm: float | None
    seconds: float
    details: dict[str, float] = field(default_factory=dict)
    penalty: float = 0.0
    validation_score: float | None = None

    @property
    def objective(self) -> float:
        """E: the loss with its penalty."""
        return self.loss + self.penalty


@dataclass(frozen=True)
class Stretch:
    """Epochs in a row of which only the loss is known: their records are made when asked for.

    Attributes
    ----------
    first : int
        The number of the first epoch.
    losses : array of shape (epochs,)
    began, ended : float
        Seconds since the training began; the epochs are taken to be equally long.
    """

    first: int
    losses: FloatArray
    began: float
    ended: float

    def records(self) -> list[Record]:
        """Return the record of each epoch."""
        seconds = np.linspace(self.began, self.ended, len(self.losses) + 1)[1:]
        return [
            Record(self.first + i, loss, None, None, None, at)
            for i, (loss, at) in enumerate(zip(self.losses.tolist(), seconds.tolist(), strict=True))
        ]


SHOWN_EPOCHS = 12
"""About so many epochs of a history are shown in a notebook."""


class History(Sequence[Record]):
    """The records of all epochs, in order."""

    def __init__(self, records: Iterable[Record] = ()) -> None:
        self._records = list(records)
        self._newer: list[Record | Stretch] = []
        self._length = len(self._records)

    @property
    def records(self) -> list[Record]:
        """The records of all epochs."""
        for part in self._newer:
            self._records += part.records() if isinstance(part, Stretch) else [part]
        self._newer.clear()
        return self._records

    def add(self, part: Record | Stretch) -> None:
        """Append an epoch, or many at once."""
        self._newer.append(part)
        self._length += len(part.losses) if isinstance(part, Stretch) else 1

    def drop_last(self) -> None:
        """Take the last epoch off."""
        self.records.pop()
        self._length -= 1

    @overload
    def __getitem__(self, index: int) -> Record: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Record]: ...
    def __getitem__(self, index: int | slice) -> Record | Sequence[Record]:
        return self.records[index]

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Record]:
        return iter(self.records)

    def __repr__(self) -> str:
        if not len(self):
            return "<History of no epoch>"
        first, last = self[0], self[-1]
        return f"<History to epoch {last.epoch}: loss {first.loss:.4g} to {last.loss:.4g}>"

    def _repr_html_(self) -> str:
        every = max(len(self) // SHOWN_EPOCHS, 1)
        records = [self[at] for at in range(0, len(self), every)]
        if len(self) and records[-1] is not self[-1]:
            records.append(self[-1])
        quantities = [one.name for one in fields(Record) if one.name != "details"]
        names = [
            name
            for name in quantities
            if any(getattr(record, name) is not None for record in records)
        ]
        rows = ([shown(getattr(record, name)) for name in names] for record in records)
        return result(f"History of {len(self)} epochs", table(names, rows))

    def column(self, name: str) -> list[float | None]:
        """Return one quantity of every epoch: a field of `Record`, or one of its details."""
        return [
            getattr(record, name) if hasattr(record, name) else record.details.get(name)
            for record in self.records
        ]

    def record(self, always: Collection[int] = ()) -> dict[str, list[float | None]]:
        """Return the columns as JSON can keep them: six digits, about `MAX_EPOCHS` epochs at most.

        The first and last epoch are kept, and those numbered in `always`. What is not finite is
        None.
        """
        stride = -(-len(self.records) // MAX_EPOCHS) or 1
        last = len(self.records) - 1
        records = [
            record
            for number, record in enumerate(self.records)
            if number % stride == 0 or number == last or record.epoch in always
        ]
        details = dict.fromkeys(name for record in records for name in record.details)
        columns = History(records)
        return {name: list(map(_short, columns.column(name))) for name in (*_FIELDS, *details)}

    @classmethod
    def from_record(cls, record: Mapping[str, Sequence[Any]]) -> "History":
        """Return the history that `record` described; a loss that was not finite is NaN.

        Raises
        ------
        KeyError, TypeError, ValueError
            If it describes none.
        """
        names = list(record)
        rows = [
            dict(zip(names, values, strict=True)) for values in zip(*record.values(), strict=True)
        ]
        return cls([_record_from(row) for row in rows])

    def to_frame(self) -> "pandas.DataFrame":
        """Return the table: one row an epoch, details as columns of their own."""
        require("a table", "pandas")
        import pandas

        rows = []
        for record in self.records:
            row = {name: value for name, value in vars(record).items() if name != "details"}
            rows.append(row | record.details)
        return pandas.DataFrame(rows).set_index("epoch")


def _short(value: float | None) -> float | None:
    if value is None or not math.isfinite(value):
        return None
    return value if isinstance(value, int) else float(f"{value:.6g}")


def _record_from(row: dict[str, Any]) -> Record:
    numbers = {name: None if value is None else float(value) for name, value in row.items()}
    loss, seconds = numbers["loss"], numbers["seconds"]
    details = {name: value for name, value in numbers.items() if name not in _FIELDS}
    return Record(
        int(row["epoch"]),
        math.nan if loss is None else loss,
        numbers["validation_loss"],
        numbers["test_loss"],
        numbers["gradient_norm"],
        math.nan if seconds is None else seconds,
        {name: value for name, value in details.items() if value is not None},
    )
