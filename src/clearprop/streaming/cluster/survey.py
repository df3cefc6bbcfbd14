"""The survey of a source by workers: each looks at its portions, and what they show is added up."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clearprop.data import Table, TaskName
from clearprop.streaming.cluster.portions import Numbered, RemotePortion, using_up
from clearprop.streaming.cluster.sums import OnWorkers, result_of
from clearprop.streaming.columns_seen import Kinds
from clearprop.streaming.parts import PartOfRows
from clearprop.streaming.portions import rows_of
from clearprop.streaming.source import Source
from clearprop.streaming.survey import Question, RowsSeen, Survey, survey_of

if TYPE_CHECKING:
    from distributed import Client, Future


@dataclass(frozen=True)
class _Answering:
    """What a portion shows, as a leaf of the sum over all of them."""

    question: Question
    kinds: Kinds

    def __call__(self, portion: Numbered) -> tuple[RowsSeen]:
        return (self.question.answer(portion.portion, portion.start, self.kinds),)


def survey_on(
    client: "Client",
    source: Source,
    portions: list[RemotePortion],
    names: Sequence[str],
    parts: PartOfRows,
    *,
    task: TaskName | None = None,
    ignore: Collection[str] = (),
    categorical: Collection[str] = (),
    watch: Callable[[int], None] | None = None,
) -> Survey:
    """Return what `clearprop.streaming.survey.survey` returns, to the bit.

    Parameters are those, besides the portions of the source on workers, which are used up.
    """
    first = result_of(client.submit(_first_row, portions[0].future, pure=False))
    question = Question.of(first, names, parts, task, ignore, categorical)
    kinds = _kinds(client, question, portions)
    size, rows = portions[0].rows, sum(each.rows for each in portions)

    def tell(done: int) -> None:
        if watch is not None and done:
            watch(min(done * size, rows))

    (seen,) = OnWorkers(client, tell)(_Answering(question, kinds), using_up(portions))
    return survey_of(source.name, question, kinds, seen, first.notes)


def _kinds(client: "Client", question: Question, portions: Sequence[RemotePortion]) -> Kinds:
    """Return the kind of every column, by the first rows that have it."""
    found: Kinds = result_of(_asked(client, question, portions[0], ()))
    if len(found) < len(question.inputs):  # some are empty as far as the first portion goes
        known = tuple(found)
        for each in [_asked(client, question, portion, known) for portion in portions[1:]]:
            found = result_of(each) | found
    return found


def _asked(
    client: "Client", question: Question, portion: RemotePortion, known: tuple[str, ...]
) -> "Future":
    return client.submit(_kinds_in, question, portion.future, known, pure=False)


def _kinds_in(question: Question, portion: Numbered, known: Collection[str]) -> Kinds:
    return question.kinds_in(portion.portion, known)


def _first_row(portion: Numbered) -> Table:
    return rows_of(portion.portion[0], 0, 1)
