"""The target of a source, of which no row is kept: its task, its classes, its moments."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from clearprop._errors import InputError, invalid_argument, unknown_name
from clearprop._text import Text
from clearprop.data import ClassificationTarget, RegressionTarget, Table, Target, TaskName
from clearprop.data.learning import MAX_CATEGORIES
from clearprop.data.targets import are_few, class_values, task_of
from clearprop.data.values import holds_codes, holds_text, numbers
from clearprop.streaming.moments import Moments, RunningMoments

Mask = npt.NDArray[np.bool_]
TASKS = ("regression", "classification")


class TargetSeen:
    """What has been seen of the target, whose task all rows decide where nobody says it.

    Classes are counted up to a bound, and numbers are added up as long as there is no text.
    """

    def __init__(self, names: Sequence[str], task: TaskName | None) -> None:
        if not names or len(set(names)) < len(names):
            raise invalid_argument("target", list(names), "name each column once.", "target='y'.")
        if task is not None and task not in TASKS:
            raise unknown_name("task", task, TASKS)
        if task == "classification" and len(names) > 1:
            why = "classification predicts one column."
            raise invalid_argument("target", list(names), why, "one name, or task='regression'.")
        self.names, self.asked = tuple(names), task
        self.classes: Counter[Any] = Counter()
        self.running = [RunningMoments() for _ in names]
        self.rows, self.is_text, self.is_bool = 0, False, True

    def take(self, table: Table, trains: Mask) -> None:
        """Count classes, and add up numbers, of the rows that train."""
        self.rows += len(table)
        if len(self.names) == 1 and self.asked != "regression":
            self._count(table, trains)
        if not self.is_text and self.asked != "classification":
            for name, seen in zip(self.names, self.running, strict=True):
                seen.add(numbers(table, name)[trains])

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
        if len(self.classes) > MAX_CATEGORIES and (self.is_text or self.asked == "classification"):
            why = f"it has more than {MAX_CATEGORIES} different classes."
            raise invalid_argument("target", name, why, "another one.")

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
        for name, seen in zip(self.names, self.running, strict=True):
            if seen.moments.is_constant:
                raise self._constant(name)
        return RegressionTarget(self.names)

    def _constant(self, name: str) -> InputError:
        why = "every row that trains has the same value, so there is nothing to learn."
        return invalid_argument("target", name, why, "rows with other values.")

    def outputs(self, task: TaskName, rows: int) -> list[Moments]:
        """Return the moments of what the network learns to give."""
        if task != "classification":
            return [seen.moments for seen in self.running]
        order = sorted(self.classes)
        wanted = order[1:] if len(order) == 2 else order
        return [Moments.of_shares(self.classes[each], rows) for each in wanted]
