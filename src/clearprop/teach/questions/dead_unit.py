"""Which hidden unit is dead: it gives 0 for every sample, and nothing reaches its weights."""

import numpy as np

from clearprop._text import Text
from clearprop.teach.questions.question import Blank, Question
from clearprop.teach.sheet import Sheet, dead_units

ASK = Text(
    "Which unit of layer 1 is dead (counted from 1), so that no gradient reaches its weights?",
    "第 1 层的哪个神经元“死亡”（从 1 数起），即没有梯度到达它的权重？",
)


class DeadUnit(Question):
    """One hidden unit's activation function is flat for every sample."""

    name = "dead"
    title = Text("Dead unit", "死亡的神经元")
    needs_dead_unit = True

    def blanks(self, sheet: Sheet, random: np.random.Generator) -> list[Blank]:
        """Return the question for the unit."""
        (unit,) = dead_units(sheet.problem)
        return [Blank("dead", ASK, "", (1, 1), (str(unit + 1),))]
