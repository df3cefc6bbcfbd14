"""The first pass over a source: what its columns hold, of which no row is kept."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from clearprop._errors import InputError, invalid_argument
from clearprop._text import Text
from clearprop.data import (
    CategoricalColumn,
    ClassificationTarget,
    Column,
    Encoding,
    NumericColumn,
    RegressionTarget,
    Table,
    Target,
    TaskName,
    infer_task,
    learn_target,
)
from clearprop.data.columns import MISSING, categories_of
from clearprop.data.learning import FILLED, MAX_CATEGORIES, MISSING_CATEGORY, NAMES, learn_column
from clearprop.data.statistics import ColumnStatistics, TrainingStatistics
from clearprop.data.targets import class_values
from clearprop.data.values import numbers
from clearprop.streaming.moments import Moments, RunningMoments
from clearprop.streaming.parts import TRAIN, PartOfRows
from clearprop.streaming.source import Source
from clearprop.training.scaling import Scaling

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Survey:
    """What one pass over a source has shown.

    Attributes
    ----------
    encoding : Encoding
    target : Target
    task_reason : Text
    statistics : TrainingStatistics
        Of the rows that train.
    rows : tuple of int
        How many train, validate and test.
    without_target : int
        Rows that lack the target, and are left out.
    notes : tuple of Text
        What is done to the columns.
    """

    encoding: Encoding
    target: Target
    task_reason: Text
    statistics: TrainingStatistics
    rows: tuple[int, int, int]
    without_target: int
    notes: tuple[Text, ...]

    def scaling(self, of: ColumnStatistics, method: str) -> Scaling:
        """Return the scaling of columns by their mean and spread, or by their range."""
        low, high = np.asarray(of.low), np.asarray(of.high)
        shift, spread = np.asarray(of.mean), np.asarray(of.spread)
        if method == "none":
            return Scaling(np.zeros(len(low)), np.ones(len(low)))
        if method == "minmax":
            shift, spread = low / 2 + high / 2, high / 2 - low / 2
        constant = (low == high) | (spread < np.finfo(float).smallest_normal)
        return Scaling(
            np.where(low == high, low, shift),
            np.where(constant, 0, 1 / np.where(constant, 1, spread)),
        )


class ColumnSeen(ABC):
    """What has been seen of one column."""

    done: tuple[Text, ...]

    @abstractmethod
    def take(self, table: Table, trains: Mask) -> None:
        """Take notice of some rows; `trains` says which of them train."""

    @abstractmethod
    def learned(self) -> Column | None:
        """Return the column as it feeds the network; None if it is to be left out."""

    @abstractmethod
    def features(self, rows: int) -> list[Moments]:
        """Return the moments of its features over the `rows` rows that train."""


class NumbersSeen(ColumnSeen):
    """What has been seen of a column of numbers, or of dates."""

    def __init__(self, column: NumericColumn, done: Sequence[Text]) -> None:
        self.column, self.done = column, tuple(done)
        self.running, self.lacking, self.lacking_in_training = RunningMoments(), 0, 0

    def take(self, table: Table, trains: Mask) -> None:
        """Add up the numbers of the rows that train, and count those that are missing."""
        values = self.column.values(table)
        missing = np.isnan(values)
        self.running.add(values[trains & ~missing])
        self.lacking += int(missing.sum())
        self.lacking_in_training += int((missing & trains).sum())

    def learned(self) -> Column | None:
        """Return the column with the mean for missing numbers."""
        present = self.running.moments
        if not present.count:
            return None
        fill = present.mean if self.lacking else None
        return replace(self.column, fill=fill, says_missing=self.lacking_in_training > 0)

    def features(self, rows: int) -> list[Moments]:
        """Return those of the numbers with their gaps filled, and of what tells gaps."""
        missing = self.lacking_in_training
        filled = self.running.moments.with_more_of_the_mean(missing)
        return [filled, Moments.of_shares(missing, rows)] if missing else [filled]


class TextsSeen(ColumnSeen):
    """What has been seen of a column of categories."""

    def __init__(self, name: str, done: Sequence[Text]) -> None:
        self.name, self.done = name, tuple(done)
        self.counts: Counter[str] = Counter()
        self.known: set[str] = set()

    def take(self, table: Table, trains: Mask) -> None:
        """Count the categories of the rows that train."""
        if len(self.known) > MAX_CATEGORIES:
            return
        given = np.asarray(categories_of(table, self.name), dtype=object)
        self.counts.update(given[trains].tolist())
        self.known.update(given.tolist())

    def learned(self) -> Column | None:
        """Return the column with all its categories."""
        if len(self.known) > MAX_CATEGORIES:
            return None
        return CategoricalColumn(self.name, tuple(sorted(self.known)))

    def features(self, rows: int) -> list[Moments]:
        """Return those of each category."""
        return [Moments.of_shares(self.counts[each], rows) for each in sorted(self.known)]


class TargetSeen:
    """What has been seen of the target."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.classes: Counter[Any] = Counter()
        self.running = [RunningMoments() for _ in target.names]

    def take(self, table: Table, trains: Mask) -> None:
        """Count classes, or add up numbers, of the rows that train."""
        if isinstance(self.target, ClassificationTarget):
            values = class_values(table, self.target.names[0])
            self.classes.update(dict.fromkeys(values, 0))
            self.classes.update(v for v, used in zip(values, trains.tolist(), strict=True) if used)
            if len(self.classes) > MAX_CATEGORIES:
                name = self.target.names[0]
                why = f"it has more than {MAX_CATEGORIES} different values."
                raise invalid_argument("target", name, why, "task='regression', or another one.")
            return
        for name, seen in zip(self.target.names, self.running, strict=True):
            seen.add(numbers(table, name)[trains])

    def learned(self) -> Target:
        """Return the target with all its classes."""
        if isinstance(self.target, ClassificationTarget):
            found = list(self.classes)
            if any(isinstance(value, float) for value in found):
                found = list(map(float, found))
            return ClassificationTarget(self.target.names, tuple(sorted(set(found))))
        for name, seen in zip(self.target.names, self.running, strict=True):
            if seen.moments.is_constant:
                why = "every row that trains has the same value, so there is nothing to learn."
                raise invalid_argument("target", name, why, "rows with other values.")
        return RegressionTarget(self.target.names)

    def outputs(self, rows: int) -> list[Moments]:
        """Return the moments of what the network learns to give."""
        if not isinstance(self.target, ClassificationTarget):
            return [seen.moments for seen in self.running]
        order = sorted(self.classes)
        wanted = order[1:] if len(order) == 2 else order
        return [Moments.of_shares(self.classes[each], rows) for each in wanted]


def survey(
    source: Source,
    names: Sequence[str],
    parts: PartOfRows,
    *,
    task: TaskName | None = None,
    ignore: Collection[str] = (),
    categorical: Collection[str] = (),
    watch: Callable[[int], None] | None = None,
) -> Survey:
    """Return what one pass over a source shows.

    The kind of a column follows its first rows; what fills gaps, the categories, the classes and
    the scaling follow all rows that train.

    Parameters
    ----------
    source : Source
    names : sequence of str
        The columns to predict.
    parts : PartOfRows
    task : {"regression", "classification"}, optional
        Inferred from the first rows without it.
    ignore, categorical : collection of str
    watch : callable, optional
        Called after each block with the number of rows so far.

    Raises
    ------
    InputError
        If a column does not exist, or a value cannot stand in it; it names file and place.
    """
    blocks = source.blocks()
    first = next(blocks)
    for name in (*names, *ignore, *categorical):
        if name not in first.names:
            raise first.unknown_column(name)
    known = first.with_values(names)
    reason = Text("as asked.", "按指定。")
    if task is None:
        task, reason = infer_task(known, names)
    goal = TargetSeen(learn_target(known, names, task))
    inputs = [name for name in first.names if name not in {*names, *ignore}]
    columns = {name: _seen(first, name, categorical) for name in inputs}
    seen = {name: each for name, each in columns.items() if isinstance(each, ColumnSeen)}
    told = {name: each for name, each in columns.items() if not isinstance(each, ColumnSeen)}
    counts, passed, without, draws = [0, 0, 0], 0, 0, parts.draw()
    for table in chain([first], blocks):
        part, passed = draws.next(len(table)), passed + len(table)
        given = rows_with(table, names)
        without += len(table) - len(given)
        if len(given):
            part, table = part[given], table.take(given)
            for each in (*seen.values(), goal):
                each.take(table, part == TRAIN)
            counts = [n + int((part == which).sum()) for which, n in enumerate(counts)]
        if watch is not None:
            watch(passed)
    if not counts[TRAIN]:
        raise InputError(f"{source.name} has no row that could train. try: rows with a target.")
    found = _result(source.name, seen, told, goal, reason, counts, without)
    return replace(found, notes=(*first.notes, *found.notes))


def _result(
    name: str,
    seen: Mapping[str, ColumnSeen],
    told: Mapping[str, tuple[Text, ...]],
    goal: TargetSeen,
    reason: Text,
    counts: Sequence[int],
    without: int,
) -> Survey:
    kept = {column: each.learned() for column, each in seen.items()}
    encoding = Encoding(tuple(column for column in kept.values() if column is not None))
    if not encoding.columns:
        why = f"{name} has no column that could be an input."
        raise InputError(f"{why} try: a table with a column besides the target.")
    train, validation, test = counts
    used = [each for column, each in seen.items() if kept[column] is not None]
    inputs = [moments for each in used for moments in each.features(train)]
    targets, target = goal.outputs(train), goal.learned()
    statistics = TrainingStatistics(train, _statistics(inputs), _statistics(targets))
    notes, rows = _notes(seen, kept, told), (train, validation, test)
    return Survey(encoding, target, reason, statistics, rows, without, notes)


def rows_with(table: Table, names: Sequence[str]) -> npt.NDArray[np.intp]:
    """Return the rows in which every one of these columns has a value; there may be none."""
    missing = np.zeros(len(table), dtype=bool)
    for name in names:
        missing |= table.missing(name)
    return np.flatnonzero(~missing)


def _seen(table: Table, name: str, categorical: Collection[str]) -> ColumnSeen | tuple[Text, ...]:
    """Return what watches a column, or the sentences on why it is left out."""
    if name in categorical:
        return TextsSeen(name, ())
    learned = learn_column(table, name)
    if learned.column is None:
        return learned.done
    told = [each for each in learned.done if each not in (FILLED, MISSING_CATEGORY)]
    if isinstance(learned.column, CategoricalColumn):
        return TextsSeen(name, told)
    plain = replace(learned.column, fill=None, says_missing=False)  # type: ignore[call-arg]
    return NumbersSeen(plain, told)  # type: ignore[arg-type]


def _statistics(each: Sequence[Moments]) -> ColumnStatistics:
    return ColumnStatistics(
        tuple(m.mean for m in each),
        tuple(m.spread for m in each),
        tuple(m.low for m in each),
        tuple(m.high for m in each),
    )


def _notes(
    seen: Mapping[str, ColumnSeen],
    kept: Mapping[str, Column | None],
    told: Mapping[str, tuple[Text, ...]],
) -> tuple[Text, ...]:
    """Return one sentence for each thing that is done, with the columns that it is done to."""
    done: dict[Text, list[str]] = {}
    for name, sentences in told.items():
        for sentence in sentences:
            done.setdefault(sentence, []).append(name)
    for name, each in seen.items():
        column, sentences = kept[name], list(each.done)
        if column is None:
            sentences = [NAMES]
        elif isinstance(column, NumericColumn) and column.says_missing:
            sentences.append(FILLED)
        elif isinstance(column, CategoricalColumn) and MISSING in column.categories:
            sentences.append(MISSING_CATEGORY)
        for sentence in sentences:
            done.setdefault(sentence, []).append(name)
    return tuple(
        sentence.filled(columns=Text(", ".join(names), "、".join(names)))
        for sentence, names in done.items()
    )
