"""A formula to be completed: δ of the output layer, in a, y and z alone."""

import re

import numpy as np

from clearprop._errors import InputError
from clearprop._text import Text
from clearprop.derivation.graphs.reading import value_of
from clearprop.teach.questions.question import Blank, Question
from clearprop.teach.sheet import Sheet

ASK = Text(
    "Write δ of one output unit with its a, y and z only (for example (a - y) * z)",
    "只用该输出单元的 a、y、z 写出它的 δ（例如 (a - y) * z）",
)
POINTS = 5


def on_one_line(latex: str) -> str:
    r"""Return the right side of a derivative of one output, as it is typed.

    Examples
    --------
    >>> on_one_line(r"L' = -\frac{y_k}{a_k} + 2 (1 - a_k)")
    '-(y)/(a) + 2 (1 - a)'
    """
    right = re.sub(r"_k|\\left|\\right|\\,", "", latex.partition("=")[2]).strip()
    right = re.sub(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"(\1)/(\2)", right)
    return re.sub(r"\\mathrm\{(\w+)\}", r"\1", right).replace("\\", "")


class Formula(Question):
    """Any way of writing it is right that gives the same numbers."""

    name = "formula"
    title = Text("Formula", "公式")

    def blanks(self, sheet: Sheet, random: np.random.Generator) -> list[Blank]:
        """Return the question, and one way to write the answer."""
        problem = sheet.problem
        rule = problem.activation(problem.depth)
        if not rule.elementwise:
            return []
        slope = rule.short_derivative.replace("{a}", "a").replace("·", "*").replace("−", "-")
        of_loss = on_one_line(problem.network.loss_rule.latex_derivative)
        written = "a - y" if problem.is_canonical else f"({of_loss}) * {slope or 'f′(z)'}"
        return [Blank("formula", ASK, "", (1, 1), (written,))]

    def marks(self, sheet: Sheet, blank: Blank, answers: list[str]) -> list[bool]:  # type: ignore[override]
        """Compare the formula with δ at some points."""
        problem, random = sheet.problem, np.random.default_rng(0)
        rule, loss = problem.activation(problem.depth), problem.network.loss_rule
        for _ in range(POINTS):
            z = random.normal(size=(1, 1)) + 0.1
            a = rule.value(z)
            y = np.where(random.random((1, 1)) < 0.5, 0.25, 0.75)
            right = rule.pull_back(loss.derivative(a, y), z, a)
            names = {"a": float(a[0, 0]), "y": float(y[0, 0]), "z": float(z[0, 0])}
            try:
                found = value_of(str(answers[0]), names)
            except InputError:
                return [False]
            if abs(found - float(right[0, 0])) > 1e-9 * max(1.0, abs(found)):
                return [False]
        return [True]
