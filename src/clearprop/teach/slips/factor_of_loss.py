"""The ½ or the square of the loss forgotten, or the mean over the samples."""

from collections.abc import Iterator

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.teach.slips.slip import Slip
from clearprop.teach.steps import Quantity, Working


class FactorOfLoss(Slip):
    """The loss is off by a factor of its definition: 2, ½, m or 1/m."""

    name = "factor_of_loss"
    title = Text(
        "a factor of the loss is missing or too much: the ½, or 1/m over the samples",
        "损失少了或多了一个因子：½，或对样本取平均的 1/m",
    )

    def results(self, working: Working, quantity: Quantity) -> Iterator[FloatArray]:
        """Yield the loss times 2, ½, m, 1/m."""
        if quantity.kind != "L":
            return
        right, m = working.follows(quantity), working.problem.m
        for factor in (2.0, 0.5, float(m), 1 / m):
            if factor != 1:
                yield np.asarray(factor * right)
