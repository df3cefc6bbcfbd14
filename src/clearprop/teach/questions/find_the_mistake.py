"""Find the mistake: a pass that somebody worked out with one known mistake in it."""

import numpy as np

from clearprop._text import Text
from clearprop.teach.mistakes import possible
from clearprop.teach.questions.numbers import decimal
from clearprop.teach.questions.question import Blank, Question
from clearprop.teach.sheet import Sheet
from clearprop.teach.steps import Quantity, Working, order

ASK = Text(
    "A fellow student worked this out, with one mistake. Which letter is the first wrong line?",
    "一位同学的推导如下，其中有一处错误。最先出错的是哪一行？写出字母",
)
SAME = 1e-9


class FindTheMistake(Question):
    """One of the library's mistakes, planted in the backward pass of the sheet's own numbers."""

    name = "mistake"
    title = Text("Find the mistake", "找出错误")

    def blanks(self, sheet: Sheet, random: np.random.Generator) -> list[Blank]:
        """Return the lines of a pass with a mistake that shows in the printed digits."""
        depth, digits = sheet.problem.depth, sheet.asked.digits
        quantities = [
            one for one in order(depth, update=False) if one.kind in ("delta", "dW", "db")
        ]
        found = possible(sheet.problem)
        for at in random.permutation(len(found)):
            wrong = Working(sheet.problem, steps=found[at].steps)
            first = self._first(sheet, wrong, quantities)
            if first is not None:
                break
        else:
            return []
        lines = tuple(
            Text(*(f"{chr(ord('A') + at)}  {one.symbol} = {_shown(wrong.value(one), digits)}",) * 2)
            for at, one in enumerate(quantities)
        )
        return [Blank("mistake", ASK, "", (1, 1), (chr(ord("A") + first),), lines)]

    def _first(self, sheet: Sheet, wrong: Working, quantities: list[Quantity]) -> int | None:
        """Return the place of the first line that is visibly wrong; None where none is."""
        try:
            for at, one in enumerate(quantities):
                right, other = sheet.key.value(one), wrong.value(one)
                if right.shape != other.shape:
                    return None
                apart = np.abs(right - other).max()
                if apart > 3 * 10.0**-sheet.asked.digits:
                    return at
                if apart > SAME:
                    return None  # wrong already, and nobody could see it
        except ValueError:
            return None
        return None


def _shown(values: np.ndarray, digits: int) -> str:
    rows = np.atleast_2d(values)
    return "; ".join(", ".join(decimal(one, digits) for one in row) for row in rows)
