"""Shapes to be filled in: of weights, sums, error terms, gradients."""

import numpy as np

from clearprop._text import Text
from clearprop.teach.questions.question import Blank, Question
from clearprop.teach.sheet import Sheet
from clearprop.teach.steps import Quantity, order

SHAPE_OF = Text("shape of {symbol}, as 2×3", "{symbol} 的形状，写成 2×3")


class Shapes(Question):
    """Rows and columns of the quantities of a pass, one sample a row."""

    name = "shapes"
    title = Text("Shapes", "形状")

    def blanks(self, sheet: Sheet, random: np.random.Generator) -> list[Blank]:
        """Return a blank for each of some quantities that differ in shape."""
        depth = sheet.problem.depth
        wanted = [one for one in order(depth, update=False) if one.kind in ("z", "delta", "dW")]
        return [self._blank(sheet, quantity) for quantity in wanted]

    def _blank(self, sheet: Sheet, quantity: Quantity) -> Blank:
        rows, columns = np.atleast_2d(sheet.key.value(quantity)).shape
        prompt = SHAPE_OF.filled(symbol=quantity.symbol)
        return Blank(f"shape_{quantity.name}", prompt, "", (1, 1), (f"{rows}×{columns}",))
