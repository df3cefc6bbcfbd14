"""Checkpoints: files from which a training that was killed continues, to the same bits.

They hold the state of the solver, the history, and what was drawn or measured before the first
step. All else, such as the validation checks that have failed, follows from the history.
"""

import hashlib
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, TypeVar

import numpy as np
import numpy.typing as npt

from clearprop._errors import InputError, invalid_argument
from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.files import check_writable, read_container, write_container
from clearprop.training.flatten import Parts
from clearprop.training.history import Record
from clearprop.training.monitor import Monitor
from clearprop.training.scaling import Scaling
from clearprop.training.solvers.evidence import Hyperparameters
from clearprop.training.split import Division
from clearprop.training.stopping import StopReason

EVERY = 1.0
"""Seconds between two savings."""
SHARE = 0.05
"""The part of the training time that saving may take."""
NUMBERS = ("epoch", "loss", "validation_loss", "test_loss", "gradient_norm", "seconds", "penalty",
           "validation_score")  # fmt: skip
"""The fields of a record that are single numbers; NaN stands for None."""
CUT_SHORT = ("interrupted", "time")
"""Reasons to stop that are no end: the training may go on."""
S = TypeVar("S")


@dataclass(frozen=True)
class Terms:
    """The part of a training that is drawn or measured before the first step.

    Attributes
    ----------
    division : Division
    inputs, targets : Scaling
    penalty : array of shape (P,)
        λ of every parameter.
    """

    division: Division
    inputs: Scaling
    targets: Scaling
    penalty: FloatArray


@dataclass
class Checkpoint:
    """A file for a training, and how often it is written.

    Parameters
    ----------
    path : path-like
        The file of the state; it is removed when training ends.
    every : float, default=1
        Seconds between two savings, at least; large networks are saved less often.
    """

    path: str | os.PathLike[str]
    every: float = EVERY
    keeps_end: ClassVar[bool] = False
    """Whether the file stays when training ends, with its end; see `KeptTraining`."""
    _identity: str = field(default="", repr=False)
    _next: float = field(default=0.0, repr=False)

    def open(self, identity: str) -> "Saved | None":
        """Return the content of the file; None without a file.

        `identity` is that of the training, as `identity_of` returns it.

        Raises
        ------
        InputError
            If the file cannot be written, is damaged, or belongs to another training.
        """
        check_writable(self.path)
        self._identity, self._next = identity, time.monotonic() + self.every
        if not os.path.exists(self.path):
            return None
        arrays, notes = read_container(self.path)
        if notes.get("checkpoint") != identity:
            raise self.foreign()
        return Saved(arrays, notes["parts"])

    @property
    def is_due(self) -> bool:
        """Whether it is time to save."""
        return time.monotonic() >= self._next

    def save(self, monitor: Monitor, terms: Terms, state: object) -> None:
        """Write everything that is needed to continue from `state`; whole or not at all."""
        began = time.monotonic()
        parts = Parts()
        parts.add("state", state)
        parts.add("terms", terms)
        parts.add("best_hyperparameters", monitor.best_hyperparameters)
        parts.add("best_theta", monitor.best_theta)
        parts.add("lowest_theta", monitor.lowest_theta)
        parts.add("lowest_epoch", monitor.lowest_epoch)
        parts.add("reason", monitor.reason)
        arrays = parts.arrays | _history_to_arrays(monitor)
        write_container(self.path, arrays, {"checkpoint": self._identity, "parts": parts.notes})
        ended = time.monotonic()
        self._next = ended + max(self.every, (ended - began) / SHARE)

    def foreign(self) -> InputError:
        """Return the error for a file of another training."""
        why = "it belongs to another training: data, network or parameters differ."
        return invalid_argument(
            "checkpoint", os.fspath(self.path), why, "another file, or delete it."
        )

    def remove(self) -> None:
        """Remove the file, because the training has ended."""
        if os.path.exists(self.path):
            os.unlink(self.path)


@dataclass(frozen=True)
class Saved:
    """The content of a checkpoint.

    Attributes
    ----------
    arrays : mapping of str to array
    notes : mapping
    """

    arrays: Mapping[str, npt.NDArray[Any]]
    notes: Mapping[str, Any]

    @property
    def terms(self) -> Terms:
        """Return the part that was drawn or measured before the first step."""
        return self.part("terms", Terms)

    def part(self, name: str, kind: Any) -> Any:
        """Return the value that was saved under this name, of the type `kind`."""
        return Parts(dict(self.arrays), dict(self.notes)).get(name, kind)

    def restore(self, monitor: Monitor) -> None:
        """Bring the monitor to where it was."""
        monitor.replay(_history_from_arrays(self.arrays))
        monitor.best_theta = self.part("best_theta", FloatArray)
        monitor.best_hyperparameters = self.part("best_hyperparameters", Hyperparameters)
        monitor.lowest_theta = self.part("lowest_theta", FloatArray)
        monitor.lowest_epoch = self.part("lowest_epoch", int)
        reason = self.part("reason", StopReason)
        monitor.reason = reason and replace(reason, sentence=Text(*reason.sentence))


@dataclass(frozen=True)
class Saver:
    """Saves a running training when it is time, and returns the state that an earlier run saved.

    Attributes
    ----------
    checkpoint : Checkpoint
    monitor : Monitor
    terms : Terms
    saved : Saved, optional
        The content of an earlier run's checkpoint.
    """

    checkpoint: Checkpoint
    monitor: Monitor
    terms: Terms
    saved: Saved | None = None

    def restore(self, kind: type[S]) -> S | None:
        """Bring the monitor to where an earlier run was, and return its state, of the class `kind`.

        Called when the monitor is complete: its judgement may depend on callbacks.

        Raises
        ------
        InputError
            If the state in the file is not of this class.
        """
        if self.saved is None:
            return None
        try:
            state = self.saved.part("state", kind)
        except (KeyError, TypeError):
            raise self.checkpoint.foreign() from None
        self.saved.restore(self.monitor)
        return state

    def offer(self, state: object) -> None:
        """Save the state if it is time."""
        if self.checkpoint.is_due:
            self.checkpoint.save(self.monitor, self.terms, state)

    def end(self, state: object) -> None:
        """Save the last state, if the end of this training is to be kept."""
        reason = self.monitor.reason
        if self.checkpoint.keeps_end and reason and reason.name not in CUT_SHORT:
            self.checkpoint.save(self.monitor, self.terms, state)


def identity_of(*parts: object) -> str:
    """Return a digest of arrays and of what other things print as."""
    digest = hashlib.sha256()
    for part in parts:
        if isinstance(part, np.ndarray):
            digest.update(repr((part.shape, part.dtype.name)).encode())
            digest.update(np.ascontiguousarray(part).tobytes())
        else:
            digest.update(repr(part).encode())
    return digest.hexdigest()


def _history_to_arrays(monitor: Monitor) -> dict[str, npt.NDArray[Any]]:
    records = list(monitor.history)
    columns = {name: [getattr(record, name) for record in records] for name in NUMBERS}
    details = sorted({name for record in records for name in record.details})
    columns |= {f"+{name}": [r.details.get(name) for r in records] for name in details}
    return {
        f"history.{name}": np.array([np.nan if v is None else v for v in column], dtype=float)
        for name, column in columns.items()
    }


def _history_from_arrays(arrays: Mapping[str, npt.NDArray[Any]]) -> list[Record]:
    columns = {k.removeprefix("history."): v for k, v in arrays.items() if k[:8] == "history."}
    records = []
    for row in range(len(columns["epoch"])):
        numbers = {name: float(columns[name][row]) for name in NUMBERS}
        known: dict[str, Any] = {k: None if np.isnan(v) else v for k, v in numbers.items()}
        known["epoch"], known["loss"] = int(numbers["epoch"]), numbers["loss"]
        details = {
            name[1:]: float(column[row])
            for name, column in columns.items()
            if name[0] == "+" and not np.isnan(column[row])
        }
        records.append(Record(**known, details=details))
    return records
