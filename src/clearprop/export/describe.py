"""The head of an exported file: what it is, its columns, and how far it is from the model."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata

from clearprop._registry import spelled
from clearprop._text import Text
from clearprop.data import CategoricalColumn, Column, DateColumn, NumericColumn
from clearprop.export.names import comment
from clearprop.export.program import Classes, Labels, Numbers, Program, TwoClasses, gap_of

MAX_SHOWN = 12
"""Categories of a column, or classes, to list at most."""
MARK = "exported by clearprop"
"""What the first line of every exported text has in it."""


@dataclass(frozen=True)
class Difference:
    """The largest difference between a model and its exported file.

    Attributes
    ----------
    largest : float
        In the unit of the answer: of a number, or of a probability.
    rows : int
        The number of rows that were compared.
    by : str or Text
        What computed for the file: a runtime, or NumPy in the file's arithmetic.
    labels : bool or None
        Whether every predicted class is the same; None where there are none to compare.
    std : float or None
        The largest difference of a standard deviation, where a runtime gave them.
    """

    largest: float
    rows: int
    by: str | Text
    labels: bool | None = None
    std: float | None = None

    @property
    def sentence(self) -> Text:
        """The difference in words."""
        same = {
            None: Text("", ""),
            True: Text(", every class the same", "，预测类别全部相同"),
            False: Text(", not every class the same", "，预测类别不完全相同"),
        }
        largest = Text(f"{self.largest:.2g}", f"{self.largest:.2g}")
        if self.std is not None:
            largest = Text(
                f"{self.largest:.2g} (of the standard deviation: {self.std:.2g})",
                f"{self.largest:.2g}，标准差 {self.std:.2g}",
            )
        return Text(
            "Largest difference from the model: {largest} on {rows} rows{same} ({by}).",
            "与模型的最大差异：{largest}（{rows} 行{same}；{by}）。",
        ).filled(largest=largest, rows=self.rows, same=same[self.labels], by=self.by)


def head_of(program: Program, file: str, difference: Difference) -> list[str]:
    """Return the lines that stand on top of an exported file."""
    units = (f"{len(layer.b)} {spelled(layer.activation)}" for layer in program.layers)
    sizes = [f"{program.inputs} inputs", *units]
    lines = [
        f"{comment(file)}: a neural network {MARK} {version()}. This file is yours.",
        "",
        f"{' -> '.join(sizes)}; {program.parameter_count} parameters, {program.dtype}.",
        difference.sentence.en,
        "",
        "Columns:",
    ]
    lines += [
        f"  {column.name}: {words_for(program, column, first)}" for column, first in program.places
    ]
    return [*lines, "", f"Answer: {_answer(program)}"]


def version() -> str:
    """Return the version of clearprop."""
    try:
        return metadata.version("clearprop")
    except metadata.PackageNotFoundError:  # run from its source
        return "of no version"


def words_for(program: Program, column: Column, first: int) -> str:
    """Return what a column holds, and what it held in training."""
    if isinstance(column, CategoricalColumn):
        listed = _listed([text or "(missing)" for text in column.categories])
        return f"one of {listed}"
    assert isinstance(column, NumericColumn)
    what = "a number"
    if isinstance(column, DateColumn):
        what = "days since 1970-01-01"
    elif column.percent:
        what = "a number of per cent"
    known = program.range_of(first)
    ends = "" if known is None else f", {known[0]:.6g} to {known[1]:.6g} in training"
    gap = "" if gap_of(column) is None else "; NaN if missing"
    return f"{what}{ends}{gap}"


def _answer(program: Program) -> str:
    answer = program.answer
    if isinstance(answer, Classes | TwoClasses):
        return f"{answer.names[0]}, one of {_listed(answer.classes)}; the probability of each."
    if isinstance(answer, Labels):
        return f"the probability of each of {_listed(answer.names)}, by itself."
    assert isinstance(answer, Numbers)
    return f"{', '.join(answer.names)}; {'a number' if answer.count == 1 else 'numbers'}."


def _listed(values: Sequence[object]) -> str:
    shown = ", ".join(str(value) for value in values[:MAX_SHOWN])
    more = len(values) - MAX_SHOWN
    return f"{shown} and {more} more" if more > 0 else shown
