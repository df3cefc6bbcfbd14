"""The base class of the forms of a worksheet, and what every sheet says before its questions."""

from abc import ABC, abstractmethod
from typing import ClassVar, NamedTuple

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.teach.sheet import Sheet
from clearprop.teach.worksheets import Worksheet

NAME = Text("Name: {student}", "姓名：{student}")
CODE = Text("Code: {code}", "编号：{code}")
GIVEN = Text("Given", "已知")
RULES = Text(
    "One sample a row: z = a W + b. Loss: {loss}, {reduction} over {m} sample(s). Learning rate η ="
    " {eta}. Give {digits} decimals.",
    "每行一个样本：z = a W + b。损失：{loss}，对 {m} 个样本取{reduction}。学习率 η = {eta}。"
    "保留 {digits} 位小数。",
)
FOLLOWED = Text(
    "Work on with your own rounded numbers: what follows from an earlier slip counts as right.",
    "用自己舍入后的数继续计算：由前面的笔误推出的结果仍算正确。",
)
"""What holds where `clearprop mark` marks."""
ALONE = Text(
    "Work on with all digits: each number is judged by itself.",
    "计算过程中保留全部数位：每个数单独评判。",
)
"""What holds where a program marks that knows the right numbers only."""
SUM, MEAN = Text("sum", "和"), Text("mean", "平均")


class Form(ABC):
    """A form of a worksheet.

    Attributes
    ----------
    name : str
        The name by which it is asked for.
    suffix : str
        The ending of its files.
    """

    name: ClassVar[str]
    suffix: ClassVar[str]

    @abstractmethod
    def written(self, worksheet: Worksheet) -> bytes:
        """Return the file."""


class Quantity(NamedTuple):
    """A matrix that is given.

    Attributes
    ----------
    symbol : str
        Its sign.
    values : array
        Its numbers.
    """

    symbol: str
    values: FloatArray


def given(sheet: Sheet) -> list[Quantity]:
    """Return what is given: samples, targets, weights and biases."""
    problem = sheet.problem
    found = [Quantity("x", problem.X), Quantity("y", problem.Y)]
    for layer, (W, b) in enumerate(problem.weights, 1):
        found += [Quantity(f"W{layer}", W), Quantity(f"b{layer}", np.atleast_2d(b))]
    return found


def rules(sheet: Sheet, last: Text = FOLLOWED) -> Text:
    """Return the sentences that hold for the whole sheet; `last` says how numbers go on."""
    asked, loss = sheet.asked, sheet.problem.network.loss_rule
    title = loss.title
    name = Text(loss.name, loss.name) if title is None else title
    definition = loss.term or loss.name
    said = RULES.filled(
        loss=Text(f"{name.en}, {definition}", f"{name.zh} {definition}"),
        reduction=SUM if asked.reduction == "sum" else MEAN,
        m=asked.samples,
        eta=f"{asked.learning_rate:g}",
        digits=asked.digits,
    )
    return Text(f"{said.en} {last.en}", f"{said.zh}{last.zh}")


def number(value: float) -> str:
    """Return a kind number as it is printed."""
    return f"{value:g}".replace("-", "−")
