"""Targets: the numbers, or one of some classes, that a network predicts."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt

from clearprop._errors import InputError, invalid_argument, unknown_name
from clearprop._text import Text
from clearprop.data.columns import FloatMatrix
from clearprop.data.table import Table, shortened
from clearprop.data.task import Classification, Regression, Task, TaskName
from clearprop.data.values import check_repetition, holds_codes, holds_text, numbers, texts

Class = str | int | float | bool

MAX_CLASSES = 10
"""Whole numbers are taken for classes if there are at most so many different ones …"""
ROWS_A_CLASS = 5
"""… and each stands in at least so many rows on average, or there are only two."""


@dataclass(frozen=True)
class Target(ABC):
    """The column or columns that a network predicts."""

    task: ClassVar[TaskName]

    names: tuple[str, ...]

    @property
    @abstractmethod
    def rule(self) -> Task:
        """The task, which turns answers into targets of the network, and outputs into answers."""

    @property
    def outputs(self) -> int:
        """K, the number of outputs that the network needs."""
        return self.rule.outputs

    @abstractmethod
    def encode(self, table: Table) -> FloatMatrix:
        """Return the targets of a network, shape (m, K)."""

    def decode(self, outputs: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return the predictions that the outputs (m, K) stand for, in the target's own values."""
        return self.rule.decode(outputs)

    @abstractmethod
    def record(self) -> dict[str, Any]:
        """Return what JSON can keep of the target."""


@dataclass(frozen=True)
class RegressionTarget(Target):
    """One or more columns of numbers."""

    task = "regression"

    @property
    def rule(self) -> Regression:
        """Regression of one quantity a column."""
        return Regression(len(self.names))

    def encode(self, table: Table) -> FloatMatrix:
        """Return the numbers, shape (m, K)."""
        return np.column_stack([numbers(table, name) for name in self.names])

    def record(self) -> dict[str, Any]:
        """Return task and names."""
        return {"task": self.task, "names": list(self.names)}


@dataclass(frozen=True)
class ClassificationTarget(Target):
    """One column of classes. Two need one output, the probability of the second; K need K."""

    task = "classification"

    classes: tuple[Class, ...]

    @property
    def rule(self) -> Classification:
        """Classification into these classes."""
        return Classification(np.asarray(self.classes))

    def encode(self, table: Table) -> FloatMatrix:
        """Return 0 and 1 for two classes, shape (m, 1), else one-hot rows, shape (m, K)."""
        number = {name: code for code, name in enumerate(self.classes)}
        values = class_values(table, self.names[0])
        codes = np.array([number.get(value, -1) for value in values])
        unknown = np.flatnonzero(codes < 0)
        if len(unknown):
            hint = f"one of {shortened(map(repr, self.classes))}."
            raise table.invalid_cell(int(unknown[0]), self.names[0], "this is no class.", hint)
        return self.rule.encode(np.asarray(self.classes)[codes])

    def probabilities(self, outputs: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return the probability of each class, shape (m, classes), from the outputs (m, K)."""
        return self.rule.probabilities(outputs)

    def record(self) -> dict[str, Any]:
        """Return task, name and classes."""
        return {"task": self.task, "names": list(self.names), "classes": list(self.classes)}


@dataclass(frozen=True)
class MultilabelTarget(Target):
    """One column of 0 and 1 for each class, of which a row may have any number."""

    task = "classification"

    @property
    def rule(self) -> Classification:
        """Classification with an output for each class by itself."""
        return Classification(np.arange(len(self.names)), multilabel=True)

    def encode(self, table: Table) -> FloatMatrix:
        """Return the columns, shape (m, K)."""
        return np.column_stack([numbers(table, name) for name in self.names])

    def probabilities(self, outputs: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return the probability of each class, shape (m, K), from the outputs (m, K)."""
        return self.rule.probabilities(outputs)

    def record(self) -> dict[str, Any]:
        """Return task and names."""
        return {"task": self.task, "names": list(self.names), "multilabel": True}


def target_from(record: Mapping[str, Any]) -> Target:
    """Return the target that `Target.record` described.

    Raises
    ------
    KeyError, TypeError, ValueError
        If it is no such description.
    """
    names, task = record["names"], record["task"]
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise TypeError("names are a list of texts")
    if not names or len(set(names)) < len(names):
        raise ValueError("each name stands once")
    if task == RegressionTarget.task:
        return RegressionTarget(tuple(names))
    if task != ClassificationTarget.task:
        raise KeyError(task)
    if record.get("multilabel") is True:
        return MultilabelTarget(tuple(names))
    classes = record["classes"]
    kinds = {type(each) for each in classes}
    if len(names) > 1 or len(kinds) > 1 or not kinds <= {str, int, float, bool}:
        raise TypeError("classes are of one kind, and of one column")
    if len(classes) < 2 or len(set(classes)) < len(classes):
        raise ValueError("each of two or more classes stands once")
    if kinds == {float} and not np.isfinite(classes).all():
        raise ValueError("a class is a finite number")
    return ClassificationTarget(tuple(names), tuple(classes))


def infer_task(
    table: Table, names: Sequence[str], *, strict: bool = False
) -> tuple[TaskName, Text]:
    """Return the task that the content of the target suggests, and the reason in a sentence.

    Text among numbers is a mistake if `strict`; without it, codes among them are classes.
    """
    from pandas.api import types

    if len(names) > 1:
        return task_of(names, "numbers")
    values = table.column(names[0])
    if types.is_bool_dtype(values):
        return task_of(names, "bool")
    if holds_text(table, names[0]) or (not strict and holds_codes(table, names[0])):
        return task_of(names, "text")
    array = numbers(table, names[0])
    distinct = len(np.unique(array))
    if are_few(distinct, len(array)) and (array == np.round(array)).all():
        return task_of(names, "numbers", few=distinct)
    return task_of(names, "numbers")


def are_few(distinct: int, rows: int) -> bool:
    """Return whether so many different whole numbers in so many rows are taken for classes."""
    return distinct <= 2 or distinct <= min(MAX_CLASSES, rows // ROWS_A_CLASS)


def task_of(
    names: Sequence[str], kind: Literal["bool", "text", "numbers"], few: int | None = None
) -> tuple[TaskName, Text]:
    """Return the task that follows from what a target holds, and the reason in a sentence.

    Parameters
    ----------
    names : sequence of str
    kind : {"bool", "text", "numbers"}
    few : int, optional
        How many different whole numbers there are, where they are few.
    """
    if len(names) > 1:
        return "regression", Text("there are several targets.", "有多个目标列。")
    name = names[0]
    if kind == "bool":
        return "classification", Text(f"{name!r} is true or false.", f"{name!r} 为真或假。")
    if kind == "text":
        return "classification", Text(f"{name!r} holds text.", f"{name!r} 是文本。")
    if few is None:
        return "regression", Text(f"{name!r} holds numbers.", f"{name!r} 是数值。")
    return "classification", Text(
        f"{name!r} holds only {few} different whole numbers.",
        f"{name!r} 只有 {few} 个不同的整数。",
    )


def learn_target(table: Table, names: Sequence[str], task: str) -> Target:
    """Return the target of a task, with the classes that the table has.

    Raises
    ------
    InputError
        If a column does not exist or does not fit the task, or all its values are the same.
    """
    if not names or len(set(names)) < len(names):
        raise invalid_argument("target", list(names), "name each column once.", "target='price'.")
    for name in names:
        if name not in table.names:
            raise table.unknown_column(name)
    if task == "regression":
        for name in names:
            column = numbers(table, name)
            if len(column) > 1 and (column == column[0]).all():
                raise _refuse_constant(table, name)
        return RegressionTarget(tuple(names))
    if task != "classification":
        raise unknown_name("task", task, ("regression", "classification"))
    if len(names) > 1:
        why = "classification predicts one column."
        raise invalid_argument("target", list(names), why, "one name, or task='regression'.")
    holds_text(table, names[0])  # refuses 1,5 and 10 %, which are no classes
    classes = tuple(sorted(set(class_values(table, names[0]))))
    if len(classes) < 2:
        raise _refuse_constant(table, names[0])
    check_repetition(table, names[0], len(classes))
    return ClassificationTarget(tuple(names), classes)


def _refuse_constant(table: Table, name: str) -> InputError:
    only = table.frame[name].iloc[0]
    why = f"every row has the same value, {only}, so there is nothing to learn."
    return InputError(f"{table.source}, column {name!r}: {why} try: rows with other values.")


def class_values(table: Table, name: str) -> list[Any]:
    """Return a class for each row: bool, whole number, number, or text."""
    from pandas.api import types

    values = table.column(name)
    if types.is_bool_dtype(values):
        return [bool(value) for value in values]
    if not types.is_numeric_dtype(values):
        return texts(values.tolist())
    array = numbers(table, name)
    whole = (array == np.round(array)).all()
    return [int(value) if whole else float(value) for value in array]
