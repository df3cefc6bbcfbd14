"""Numbers to be worked out: a part of the pass, step by step."""

import numpy as np

from clearprop._text import Text
from clearprop.teach.questions.question import Blank, Question
from clearprop.teach.sheet import Sheet
from clearprop.teach.steps import Quantity, group_of, order

WORK_OUT = Text("{symbol}: {title}", "{symbol}：{title}")


class Numbers(Question):
    """The numbers of one part of the pass; subclasses say of which."""

    def blanks(self, sheet: Sheet, random: np.random.Generator) -> list[Blank]:
        """Return a blank for every quantity of the part, in the order of the pass."""
        depth = sheet.problem.depth
        quantities = (one for one in order(depth, update=True) if group_of(one) == self.name)
        return [number_blank(sheet, one) for one in quantities]


def number_blank(sheet: Sheet, quantity: Quantity) -> Blank:
    """Return the fields of one quantity, and the right numbers in the digits asked for."""
    values = np.atleast_2d(sheet.key.value(quantity))
    prompt = WORK_OUT.filled(symbol=quantity.symbol, title=quantity.title)
    shown = tuple(decimal(value, sheet.asked.digits) for value in values.ravel())
    return Blank(quantity.name, prompt, quantity.symbol, values.shape, shown)


def decimal(value: float, digits: int) -> str:
    """Return a number with so many decimals, and no minus before a 0."""
    shown = f"{value:.{digits}f}"
    return shown.removeprefix("-") if float(shown) == 0 else shown


class Forward(Numbers):
    """z and a of every layer."""

    name = "forward"
    title = Text("Forward pass", "前向传播")


class Loss(Numbers):
    """L."""

    name = "loss"
    title = Text("Loss", "损失函数")


class Delta(Numbers):
    """The error terms, and ∂L/∂a on the way."""

    name = "delta"
    title = Text("Error terms", "误差项")


class Gradients(Numbers):
    """∂L/∂W and ∂L/∂b of every layer."""

    name = "gradients"
    title = Text("Gradients", "梯度")


class Update(Numbers):
    """The new weights and biases."""

    name = "update"
    title = Text("One step of gradient descent", "一步梯度下降")
