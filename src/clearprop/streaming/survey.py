"""The first pass over a source: what its columns hold, of which no row is kept."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

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
from clearprop.data.columns import MISSING
from clearprop.data.learning import (
    EMPTY,
    FILLED,
    MISSING_CATEGORY,
    NAMES,
)
from clearprop.data.statistics import ColumnStatistics, TrainingStatistics
from clearprop.network.sums import tree_sum
from clearprop.streaming.columns_seen import ColumnSeen, Kinds, kind_of
from clearprop.streaming.moments import Moments
from clearprop.streaming.parts import TRAIN, PartOfRows
from clearprop.streaming.portions import Portion, portions
from clearprop.streaming.source import Source
from clearprop.streaming.target_seen import TargetSeen
from clearprop.training.scaling import Scaling


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
    passed : int
        All rows.
    portions : int
        How many portions they make.
    notes : tuple of Text
        What is done to the columns.
    """

    encoding: Encoding
    target: Target
    task_reason: Text
    statistics: TrainingStatistics
    rows: tuple[int, int, int]
    passed: int
    portions: int
    notes: tuple[Text, ...]

    @property
    def without_target(self) -> int:
        """Rows that lack the target, and are left out."""
        return self.passed - sum(self.rows)

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


@dataclass(frozen=True)
class RowsSeen:
    """What rows show of all columns; the sum of two is what the rows of both show.

    Attributes
    ----------
    passed : int
        All rows.
    portions : int
        The portions that they make.
    rows : tuple of int
        Those with a target that train, validate and test.
    columns : dict
        What was seen of each column, as far as its kind was known.
    target : TargetSeen
    """

    passed: int
    portions: int
    rows: tuple[int, int, int]
    columns: Mapping[str, ColumnSeen]
    target: TargetSeen

    def __add__(self, other: "RowsSeen") -> "RowsSeen":
        """Return what the rows of both show; a column that rows before lacked is missing there."""
        columns = dict(self.columns)
        for name, seen in other.columns.items():
            before = columns.get(name) or seen.lacking(sum(self.rows), self.rows[TRAIN])
            columns[name] = before + seen
        train, validation, test = (a + b for a, b in zip(self.rows, other.rows, strict=True))
        return RowsSeen(
            self.passed + other.passed,
            self.portions + other.portions,
            (train, validation, test),
            columns,
            self.target + other.target,
        )


@dataclass(frozen=True)
class Question:
    """What is asked of every portion of a source.

    Attributes
    ----------
    names : tuple of str
        The columns to predict.
    parts : PartOfRows
    task : {"regression", "classification"}, optional
    inputs : tuple of str
        The columns that may be inputs.
    categorical : collection of str
        Columns that are categories although they hold numbers.
    """

    names: tuple[str, ...]
    parts: PartOfRows
    task: TaskName | None
    inputs: tuple[str, ...]
    categorical: Collection[str]

    @staticmethod
    def of(
        first: Table,
        names: Sequence[str],
        parts: PartOfRows,
        task: TaskName | None,
        ignore: Collection[str],
        categorical: Collection[str],
    ) -> "Question":
        """Return the question to a source with these first rows.

        Raises
        ------
        InputError
            If a column does not exist, or the target is none.
        """
        TargetSeen(tuple(names), task)  # checks both
        for name in (*names, *ignore, *categorical):
            if name not in first.names:
                raise first.unknown_column(name)
        inputs = tuple(name for name in first.names if name not in {*names, *ignore})
        return Question(tuple(names), parts, task, inputs, tuple(categorical))

    def with_targets(self, portion: Portion) -> list[Table]:
        """Return the rows of a portion that have a target."""
        known = [(table, rows_with(table, self.names)) for table in portion]
        return [table.take(rows) for table, rows in known if len(rows)]

    def kinds_in(self, portion: Portion, known: Collection[str] = ()) -> Kinds:
        """Return the kinds of further columns, by the first rows in which they have a value."""
        found: Kinds = {}
        for table in self.with_targets(portion):
            for name in self.inputs:
                if name not in known and name not in found and not table.missing(name).all():
                    found[name] = kind_of(table, name, self.categorical)
        return found

    def answer(self, portion: Portion, start: int, kinds: Kinds) -> RowsSeen:
        """Return what the rows of a portion show, of which the first has the number `start`."""
        passed = sum(map(len, portion))
        known = [rows_with(table, self.names) for table in portion]
        ends = np.cumsum([len(table) for table in portion])[:-1]
        parts = np.split(self.parts.of(start, passed), ends)
        part = np.concatenate([part[rows] for part, rows in zip(parts, known, strict=True)])
        tables, trains = self.with_targets(portion), part == TRAIN
        target = TargetSeen(self.names, self.task)
        train, validation, test = (int((part == which).sum()) for which in range(3))
        if not tables:
            return RowsSeen(passed, 1, (0, 0, 0), {}, target)
        watching = {n: kind for n, kind in kinds.items() if isinstance(kind, ColumnSeen)}
        columns = {name: kind.of(tables, trains) for name, kind in watching.items()}
        rows = (train, validation, test)
        return RowsSeen(passed, 1, rows, columns, target.of(tables, trains))


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
        Called after each portion with the number of rows so far.

    Raises
    ------
    InputError
        If a column does not exist, or a value cannot stand in it; it names file and place.
    """
    coming = portions(source)
    first = next(coming, None)
    if first is None:
        raise source.without_rows()
    question = Question.of(first[0], names, parts, task, ignore, categorical)
    kinds: Kinds = {}

    def answers() -> Iterable[tuple[RowsSeen]]:
        start = 0
        for portion in chain([first], coming):
            kinds.update(question.kinds_in(portion, kinds))
            yield (question.answer(portion, start, kinds),)
            start += sum(map(len, portion))
            if watch is not None:
                watch(start)

    (seen,) = tree_sum(answers())
    return survey_of(source.name, question, kinds, seen, first[0].notes)


def survey_of(
    name: str, question: Question, kinds: Kinds, seen: RowsSeen, read: Sequence[Text] = ()
) -> Survey:
    """Return what follows from all rows of a source.

    Parameters
    ----------
    name : str
        The source's.
    question : Question
    kinds : dict
    seen : RowsSeen
    read : sequence of Text
        What was done to read it.

    Raises
    ------
    InputError
        If there is nothing to learn, or nothing to learn from.
    """
    train = seen.rows[TRAIN]
    if not train:
        target = ", ".join(map(repr, question.names))
        why = f"{name} has no row with {target} that could train."
        raise InputError(f"{why} try: rows with a target.")
    used = [column for column in question.inputs if column in seen.columns]
    learned = {column: seen.columns[column].learned() for column in used}
    encoding = Encoding(tuple(each for each in learned.values() if each is not None))
    if not encoding.columns:
        why = f"{name} has no column that could be an input."
        raise InputError(f"{why} try: a table with a column besides the target.")
    kept = [seen.columns[column] for column in used if learned[column] is not None]
    inputs = [moments for each in kept for moments in each.features(train)]
    task, reason = seen.target.task()
    target, targets = seen.target.learned(task), seen.target.outputs(task, train)
    statistics = TrainingStatistics(train, _statistics(inputs), _statistics(targets))
    told = {n: kinds.get(n, (EMPTY,)) for n in question.inputs if n not in seen.columns}
    notes = (*read, *_notes(told, seen.columns, learned))
    passed = seen.passed, seen.portions
    return Survey(encoding, target, reason, statistics, seen.rows, *passed, notes)


def rows_with(table: Table, names: Sequence[str]) -> npt.NDArray[np.intp]:
    """Return the rows in which every one of these columns has a value; there may be none."""
    missing = np.zeros(len(table), dtype=bool)
    for name in names:
        missing |= table.missing(name)
    return np.flatnonzero(~missing)


def _statistics(each: Sequence[Moments]) -> ColumnStatistics:
    return ColumnStatistics(
        tuple(m.mean for m in each),
        tuple(m.spread for m in each),
        tuple(m.low for m in each),
        tuple(m.high for m in each),
    )


def _notes(
    told: Mapping[str, Any],
    seen: Mapping[str, ColumnSeen],
    learned: Mapping[str, Column | None],
) -> tuple[Text, ...]:
    """Return one sentence for each thing that is done, with the columns that it is done to."""
    done: dict[Text, list[str]] = {}
    for name, sentences in told.items():
        for sentence in sentences:
            done.setdefault(sentence, []).append(name)
    for name, column in learned.items():
        sentences = list(seen[name].done)
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
