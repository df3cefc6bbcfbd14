"""The target of a source, of which no row is kept: its task, its classes, its moments."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from clearprop._errors import InputError, invalid_argument, unknown_name
from clearprop._text import Text
from clearprop.data import ClassificationTarget, RegressionTarget, Table, Target, TaskName
from clearprop.data.learning import MAX_CATEGORIES
from clearprop.data.targets import are_few, class_values, task_of
from clearprop.data.values import holds_codes, holds_text, numbers
from clearprop.streaming.moments import Moments

Mask = npt.NDArray[np.bool_]
TASKS = ("regression", "classification")


@dataclass
class TargetSeen:
    """What rows show of the target, whose task all of them decide where nobody says it.

    Classes are counted up to a bound, and numbers are added up as long as there is no text.

    Attributes
    ----------
    names : tuple of str
    asked : {"regression", "classification"}, optional
        The task, if somebody says it.
    classes : Counter
        The rows that train, by their class.
    moments : list of Moments
        Of the rows that train.
    rows : int
        All rows.
    is_text, is_bool : bool
    """

    names: tuple[str, ...]
    asked: TaskName | None
    classes: Counter[Any] = field(default_factory=Counter)
    moments: list[Moments] = field(default_factory=list)
    rows: int = 0
    is_text: bool = False
    is_bool: bool = True

    def __post_init__(self) -> None:
        if not self.names or len(set(self.names)) < len(self.names):
            why = "name each column once."
            raise invalid_argument("target", list(self.names), why, "target='y'.")
        if self.asked is not None and self.asked not in TASKS:
            raise unknown_name("task", self.asked, TASKS)
        if self.asked == "classification" and len(self.names) > 1:
            why = "classification predicts one column."
            hint = "one name, or task='regression'."
            raise invalid_argument("target", list(self.names), why, hint)
        self.moments = self.moments or [Moments() for _ in self.names]

    def of(self, tables: Sequence[Table], trains: Mask) -> "TargetSeen":
        """Return what some rows alone show; `trains` says which of them train."""
        seen = TargetSeen(self.names, self.asked, rows=len(trains))
        ends = np.cumsum([len(table) for table in tables])[:-1]
        if len(self.names) == 1 and self.asked != "regression":
            for table, used in zip(tables, np.split(trains, ends), strict=True):
                seen._count(table, used)
        if not seen.is_text and self.asked != "classification":
            for place, name in enumerate(self.names):
                values = np.concatenate([numbers(table, name) for table in tables])
                seen.moments[place] = Moments.of(values[trains])
        return seen

    def __add__(self, other: "TargetSeen") -> "TargetSeen":
        """Return what the rows of both show."""
        both = TargetSeen(
            self.names,
            self.asked,
            self.classes.copy(),
            [a + b for a, b in zip(self.moments, other.moments, strict=True)],
            self.rows + other.rows,
            self.is_text or other.is_text,
            self.is_bool and other.is_bool,
        )
        both.classes.update(other.classes)
        both._check_classes()
        return both

    def _count(self, table: Table, trains: Mask) -> None:
        from pandas.api import types

        name = self.names[0]
        self.is_text |= holds_text(table, name) or holds_codes(table, name)
        self.is_bool &= types.is_bool_dtype(table.values(name))
        if len(self.classes) > MAX_CATEGORIES and not self.is_text:
            return
        values = class_values(table, name)
        self.classes.update(dict.fromkeys(values, 0))
        self.classes.update(v for v, used in zip(values, trains.tolist(), strict=True) if used)
        self._check_classes()

    def _check_classes(self) -> None:
        """Refuse too many classes; too many numbers are none, and the rest is forgotten."""
        if len(self.classes) <= MAX_CATEGORIES:
            return
        if self.is_text or self.asked == "classification":
            why = f"it has more than {MAX_CATEGORIES} different classes."
            raise invalid_argument("target", self.names[0], why, "another one.")
        self.classes = Counter(dict(islice(self.classes.items(), MAX_CATEGORIES + 1)))

    def task(self) -> tuple[TaskName, Text]:
        """Return what is to be learnt, and why: by the rules for a table in memory."""
        if self.asked is not None:
            return self.asked, Text("as asked.", "按指定。")
        if len(self.names) == 1 and (self.is_bool or self.is_text):
            return task_of(self.names, "bool" if self.is_bool else "text")
        whole = all(isinstance(value, int) for value in self.classes)
        few = bool(self.classes) and whole and are_few(len(self.classes), self.rows)
        return task_of(self.names, "numbers", len(self.classes) if few else None)

    def learned(self, task: TaskName) -> Target:
        """Return the target with all its classes.

        Raises
        ------
        InputError
            If all rows that train have the same value.
        """
        if task == "classification":
            found = list(self.classes)
            if any(isinstance(value, float) for value in found):
                found = list(map(float, found))
            if len(set(found)) < 2:
                raise self._constant(self.names[0])
            return ClassificationTarget(self.names, tuple(sorted(set(found))))
        for name, moments in zip(self.names, self.moments, strict=True):
            if moments.is_constant:
                raise self._constant(name)
        return RegressionTarget(self.names)

    def _constant(self, name: str) -> InputError:
        why = "every row that trains has the same value, so there is nothing to learn."
        return invalid_argument("target", name, why, "rows with other values.")

    def outputs(self, task: TaskName, rows: int) -> list[Moments]:
        """Return the moments of what the network learns to give."""
        if task != "classification":
            return self.moments
        order = sorted(self.classes)
        wanted = order[1:] if len(order) == 2 else order
        return [Moments.of_shares(self.classes[each], rows) for each in wanted]
