"""What happened in every epoch of a training."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True)
class Record:
    """One epoch; losses are without penalty and in the unit in which the network was trained."""

    epoch: int
    """Counted from 1; epoch 0 is the state before training, where a solver evaluates it."""
    loss: float
    """Loss of the training rows; descent by mini-batches takes each batch before its own update."""
    validation_loss: float | None
    test_loss: float | None
    gradient_norm: float | None
    """Euclidean norm of the objective's gradient, where the solver computes it."""
    seconds: float
    """Since the training began."""
    details: dict[str, float] = field(default_factory=dict)
    """The solver's own state, by the names of its field: damping, step length …"""


@dataclass
class History(Sequence[Record]):
    """The records of all epochs, in order."""

    records: list[Record] = field(default_factory=list)

    @overload
    def __getitem__(self, index: int) -> Record: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Record]: ...
    def __getitem__(self, index: int | slice) -> Record | Sequence[Record]:
        return self.records[index]

    def __len__(self) -> int:
        return len(self.records)

    def __iter__(self) -> Iterator[Record]:
        return iter(self.records)

    def column(self, name: str) -> list[float | None]:
        """Return one quantity of every epoch: a field of `Record`, or one of its details."""
        return [
            getattr(record, name) if hasattr(record, name) else record.details.get(name)
            for record in self.records
        ]

    def to_frame(self) -> "pandas.DataFrame":
        """Return the table: one row an epoch, details as columns of their own."""
        import pandas

        rows = []
        for record in self.records:
            row = {name: value for name, value in vars(record).items() if name != "details"}
            rows.append(row | record.details)
        return pandas.DataFrame(rows).set_index("epoch")
