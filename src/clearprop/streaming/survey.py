"""The first pass over a source: what its columns hold, of which no row is kept."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
import numpy.typing as npt

from clearprop._errors import InputError
from clearprop._text import Text
from clearprop.data import (
    CategoricalColumn,
    Column,
    Encoding,
    NumericColumn,
    Table,
    Target,
    TaskName,
)
from clearprop.data.columns import MISSING, categories_of
from clearprop.data.learning import (
    EMPTY,
    FILLED,
    MAX_CATEGORIES,
    MISSING_CATEGORY,
    NAMES,
    learn_column,
)
from clearprop.data.statistics import ColumnStatistics, TrainingStatistics
from clearprop.streaming.moments import Moments, RunningMoments
from clearprop.streaming.parts import TRAIN, PartOfRows
from clearprop.streaming.source import Source
from clearprop.streaming.target_seen import TargetSeen
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

    def __init__(self, column: NumericColumn, done: Sequence[Text], before: Sequence[int]) -> None:
        self.column, self.done = column, tuple(done)
        self.running, (self.lacking, self.lacking_in_training) = RunningMoments(), before

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

    def __init__(self, name: str, done: Sequence[Text], before: Sequence[int]) -> None:
        self.name, self.done = name, tuple(done)
        self.counts = Counter({MISSING: before[1]})
        self.known: set[str] = {MISSING} if before[0] else set()

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

    The kind of a column follows the first rows that have it; the task, the classes, the categories,
    what fills gaps and the scaling follow all rows.

    Parameters
    ----------
    source : Source
    names : sequence of str
        The columns to predict.
    parts : PartOfRows
    task : {"regression", "classification"}, optional
        Inferred from all rows without it.
    ignore, categorical : collection of str
    watch : callable, optional
        Called after each block with the number of rows so far.

    Raises
    ------
    InputError
        If a column does not exist, or a value cannot stand in it; it names file and place.
    """
    goal, blocks = TargetSeen(names, task), source.blocks()
    first = next(blocks)
    for name in (*names, *ignore, *categorical):
        if name not in first.names:
            raise first.unknown_column(name)
    columns = ColumnsSeen([n for n in first.names if n not in {*names, *ignore}], categorical)
    counts, passed, without, draws = [0, 0, 0], 0, 0, parts.draw()
    for table in chain([first], blocks):
        part, passed = draws.next(len(table)), passed + len(table)
        given = rows_with(table, names)
        without += len(table) - len(given)
        if len(given):
            part, table = part[given], table.take(given)
            columns.take(table, part == TRAIN)
            goal.take(table, part == TRAIN)
            counts = [n + int((part == which).sum()) for which, n in enumerate(counts)]
        if watch is not None:
            watch(passed)
    if not counts[TRAIN]:
        target = ", ".join(map(repr, names))
        why = f"{source.name} has no row with {target} that could train."
        raise InputError(f"{why} try: rows with a target.")
    found = _result(source.name, columns, goal, counts, without)
    return replace(found, notes=(*first.notes, *found.notes))


def _result(
    name: str, columns: "ColumnsSeen", goal: TargetSeen, counts: Sequence[int], without: int
) -> Survey:
    kept = {column: each.learned() for column, each in columns.seen.items()}
    encoding = Encoding(tuple(column for column in kept.values() if column is not None))
    if not encoding.columns:
        why = f"{name} has no column that could be an input."
        raise InputError(f"{why} try: a table with a column besides the target.")
    train, validation, test = counts
    used = [each for column, each in columns.seen.items() if kept[column] is not None]
    inputs = [moments for each in used for moments in each.features(train)]
    task, reason = goal.task()
    target, targets = goal.learned(task), goal.outputs(task, train)
    statistics = TrainingStatistics(train, _statistics(inputs), _statistics(targets))
    notes, rows = _notes(columns, kept), (train, validation, test)
    return Survey(encoding, target, reason, statistics, rows, without, notes)


class ColumnsSeen:
    """What has been seen of all columns, in their order.

    The kind of a column follows the first rows in which it has a value.
    """

    def __init__(self, names: Sequence[str], categorical: Collection[str]) -> None:
        self.names, self.categorical = tuple(names), categorical
        self.found: dict[str, ColumnSeen | tuple[Text, ...]] = {}
        self.rows = [0, 0]

    def take(self, table: Table, trains: Mask) -> None:
        """Take notice of some rows."""
        for name in self.names:
            if name not in self.found and not table.missing(name).all():
                self.found[name] = _seen(table, name, self.categorical, self.rows)
            seen = self.found.get(name)
            if isinstance(seen, ColumnSeen):
                seen.take(table, trains)
        self.rows = [self.rows[0] + len(table), self.rows[1] + int(trains.sum())]

    @property
    def seen(self) -> dict[str, ColumnSeen]:
        """The columns that may be inputs."""
        known = ((name, self.found.get(name)) for name in self.names)
        return {name: each for name, each in known if isinstance(each, ColumnSeen)}

    @property
    def told(self) -> dict[str, tuple[Text, ...]]:
        """The sentences on why the other columns are left out."""
        known = ((name, self.found.get(name, (EMPTY,))) for name in self.names)
        return {name: each for name, each in known if not isinstance(each, ColumnSeen)}


def rows_with(table: Table, names: Sequence[str]) -> npt.NDArray[np.intp]:
    """Return the rows in which every one of these columns has a value; there may be none."""
    missing = np.zeros(len(table), dtype=bool)
    for name in names:
        missing |= table.missing(name)
    return np.flatnonzero(~missing)


def _seen(
    table: Table, name: str, categorical: Collection[str], before: Sequence[int]
) -> ColumnSeen | tuple[Text, ...]:
    """Return what watches a column, or the sentences on why it is left out.

    `before` are the rows, and those of them that train, that lacked it so far.
    """
    if name in categorical:
        return TextsSeen(name, (), before)
    learned = learn_column(table, name)
    if learned.column is None:
        return learned.done
    told = [each for each in learned.done if each not in (FILLED, MISSING_CATEGORY)]
    if isinstance(learned.column, CategoricalColumn):
        return TextsSeen(name, told, before)
    plain = replace(learned.column, fill=None, says_missing=False)  # type: ignore[call-arg]
    return NumbersSeen(plain, told, before)  # type: ignore[arg-type]


def _statistics(each: Sequence[Moments]) -> ColumnStatistics:
    return ColumnStatistics(
        tuple(m.mean for m in each),
        tuple(m.spread for m in each),
        tuple(m.low for m in each),
        tuple(m.high for m in each),
    )


def _notes(columns: ColumnsSeen, kept: Mapping[str, Column | None]) -> tuple[Text, ...]:
    """Return one sentence for each thing that is done, with the columns that it is done to."""
    done: dict[Text, list[str]] = {}
    for name, sentences in columns.told.items():
        for sentence in sentences:
            done.setdefault(sentence, []).append(name)
    for name, each in columns.seen.items():
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
