"""A file from which a training that was killed goes on, to the bit as if nothing had happened.

What is kept is the state of the solver and the history. The rest of a training, such as how often
the validation loss has failed to fall, follows from the history.
"""

import hashlib
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from clearprop._errors import invalid_argument
from clearprop._typing import FloatArray
from clearprop.files import check_writable, read_container, write_container
from clearprop.training.history import Record
from clearprop.training.monitor import Monitor
from clearprop.training.scaling import Scaling
from clearprop.training.split import Division

EVERY = 1.0
"""Seconds between two savings."""
SHARE = 0.05
"""The part of the training time that saving may take."""
NUMBERS = ("epoch", "loss", "validation_loss", "test_loss", "gradient_norm", "seconds", "penalty",
           "validation_score")  # fmt: skip
"""The fields of a record that are single numbers; NaN stands for None."""


class State(NamedTuple):
    """Where a solver stands: arrays, and what JSON can say."""

    arrays: Mapping[str, npt.NDArray[Any]]
    notes: Mapping[str, Any]


@dataclass(frozen=True)
class Terms:
    """What was drawn or measured before the first step."""

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
        Where the state is kept; the file is removed when training ends.
    every : float, default=1
        Seconds between two savings, at least; large networks are saved less often.
    """

    path: str | os.PathLike[str]
    every: float = EVERY
    _identity: str = field(default="", repr=False)
    _next: float = field(default=0.0, repr=False)

    def open(self, identity: str) -> "Saved | None":
        """Return what the file holds of the training with this identity; None without a file.

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
            why = "it belongs to another training: data, network or parameters differ."
            raise invalid_argument(
                "checkpoint", os.fspath(self.path), why, "another file, or delete it."
            )
        return Saved(arrays, notes)

    @property
    def is_due(self) -> bool:
        """Whether it is time to save."""
        return time.monotonic() >= self._next

    def save(self, monitor: Monitor, terms: Terms, state: State) -> None:
        """Write everything that is needed to go on from `state`; whole or not at all."""
        began = time.monotonic()
        arrays: dict[str, npt.NDArray[Any]] = {f"state.{k}": v for k, v in state.arrays.items()}
        arrays |= _terms_to_arrays(terms) | _history_to_arrays(monitor)
        if monitor.best_theta is not None:
            arrays["best_theta"] = monitor.best_theta
        notes = {"checkpoint": self._identity, "state": dict(state.notes)}
        write_container(self.path, arrays, notes)
        ended = time.monotonic()
        self._next = ended + max(self.every, (ended - began) / SHARE)

    def remove(self) -> None:
        """Remove the file, because the training has ended."""
        if os.path.exists(self.path):
            os.unlink(self.path)


@dataclass(frozen=True)
class Saved:
    """What a checkpoint holds."""

    arrays: Mapping[str, npt.NDArray[Any]]
    notes: Mapping[str, Any]

    @property
    def terms(self) -> Terms:
        """What was drawn or measured before the first step."""
        given = self.arrays
        parts = (given[f"terms.{each.name}"] for each in fields(Division))
        inputs = Scaling(given["terms.inputs.shift"], given["terms.inputs.rate"])
        targets = Scaling(given["terms.targets.shift"], given["terms.targets.rate"])
        return Terms(Division(*parts), inputs, targets, given["terms.penalty"])

    @property
    def state(self) -> State:
        """Where the solver stood."""
        kept = {k.removeprefix("state."): v for k, v in self.arrays.items() if k[:6] == "state."}
        return State(kept, self.notes["state"])

    def bring_back(self, monitor: Monitor) -> None:
        """Let the monitor stand where it stood."""
        monitor.replay(_history_from_arrays(self.arrays))
        monitor.best_theta = self.arrays.get("best_theta")


@dataclass(frozen=True)
class Saver:
    """Saves a running training when it is time, and hands out what an earlier run had saved."""

    checkpoint: Checkpoint
    monitor: Monitor
    terms: Terms
    saved: Saved | None = None
    """What an earlier run left."""

    def resume(self) -> State | None:
        """Let the monitor stand where an earlier run stood; return where its solver stood.

        Called when the monitor is complete: how it judged depends on whom it asks.
        """
        if self.saved is None:
            return None
        self.saved.bring_back(self.monitor)
        return self.saved.state

    def offer(self, state: Callable[[], State]) -> None:
        """Save the state if it is time; it is only made then."""
        if self.checkpoint.is_due:
            self.checkpoint.save(self.monitor, self.terms, state())


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


def _terms_to_arrays(terms: Terms) -> dict[str, npt.NDArray[Any]]:
    parts = {f"terms.{name}": rows for name, rows in vars(terms.division).items()}
    for name in ("inputs", "targets"):
        for each, column in vars(getattr(terms, name)).items():
            parts[f"terms.{name}.{each}"] = column
    return parts | {"terms.penalty": np.asarray(terms.penalty)}


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
