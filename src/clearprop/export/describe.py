"""The head of an exported file: what it is, its columns, and how far it is from the model."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata

from clearprop._registry import spelled
from clearprop._text import Language, Text
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


HEAD = Text(
    "{file}: a neural network {mark} {version}. This file is yours.",
    "{file}: 神经网络，{mark} {version}. 本文件归您所有。",
)
SIZES = Text(
    "{inputs} inputs -> {units}; {count} parameters, {dtype}.",
    "{inputs} 个输入 -> {units}；{count} 个参数，{dtype}。",
)
COLUMNS = Text("Columns:", "列：")
ANSWER = Text("Answer: {answer}", "输出：{answer}")


def head_of(
    program: Program, file: str, difference: Difference, language: Language = "en"
) -> list[str]:
    """Return the lines that stand on top of an exported file."""
    units = " -> ".join(f"{len(layer.b)} {spelled(layer.activation)}" for layer in program.layers)
    known = {"inputs": program.inputs, "units": units, "dtype": program.dtype}
    lines = [
        HEAD.filled(file=comment(file), mark=MARK, version=version()),
        Text("", ""),
        SIZES.filled(count=program.parameter_count, **known),
        difference.sentence,
        Text("", ""),
        COLUMNS,
    ]
    column = Text("  {name}: {words}", "  {name}：{words}")
    lines += [
        column.filled(name=each.name, words=words_for(program, each, first))
        for each, first in program.places
    ]
    lines += [Text("", ""), ANSWER.filled(answer=_answer(program))]
    return [line.translate(language) for line in lines]


def version() -> str:
    """Return the version of clearprop."""
    try:
        return metadata.version("clearprop")
    except metadata.PackageNotFoundError:  # run from its source
        return "of no version"


def words_for(program: Program, column: Column, first: int) -> Text:
    """Return what a column holds, and what it held in training."""
    if isinstance(column, CategoricalColumn):
        missing = Text("(missing)", "（缺失）")
        en, zh = (
            _listed([text or missing.translate(language) for text in column.categories])
            for language in ("en", "zh")
        )
        return Text("one of {known}", "下列之一：{known}").filled(known=Text(en, zh))
    assert isinstance(column, NumericColumn)
    what = Text("a number", "数值")
    if isinstance(column, DateColumn):
        what = Text("days since 1970-01-01", "自 1970-01-01 起的天数")
    elif column.percent:
        what = Text("a number of per cent", "百分数")
    known = program.range_of(first)
    ends = gap = Text("", "")
    if known is not None:
        ends = Text(", {low} to {high} in training", "，训练时为 {low} 至 {high}").filled(
            low=f"{known[0]:.6g}", high=f"{known[1]:.6g}"
        )
    if gap_of(column) is not None:
        gap = Text("; NaN if missing", "；缺失时为 NaN")
    return Text("{what}{ends}{gap}", "{what}{ends}{gap}").filled(what=what, ends=ends, gap=gap)


def _answer(program: Program) -> Text:
    answer = program.answer
    if isinstance(answer, Classes | TwoClasses):
        said = Text(
            "{name}, one of {known}; the probability of each.", "{name}：{known} 之一；各类概率。"
        )
        return said.filled(name=answer.names[0], known=_listed(answer.classes))
    if isinstance(answer, Labels):
        said = Text("the probability of each of {known}, by itself.", "{known} 各自的概率。")
        return said.filled(known=_listed(answer.names))
    assert isinstance(answer, Numbers)
    count = Text("a number", "一个数值") if answer.count == 1 else Text("numbers", "数值")
    return Text("{names}; {count}.", "{names}；{count}。").filled(
        names=", ".join(answer.names), count=count
    )


def _listed(values: Sequence[object]) -> str:
    shown = ", ".join(str(value) for value in values[:MAX_SHOWN])
    more = len(values) - MAX_SHOWN
    return f"{shown} and {more} more" if more > 0 else shown
