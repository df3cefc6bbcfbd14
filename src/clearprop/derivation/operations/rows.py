"""Rows of a table, picked by their numbers: an embedding."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.derivation.operations.operation import Operation


@dataclass(frozen=True)
class Rows(Operation):
    """Rows of a table, picked by their numbers: an embedding."""

    name = "rows"
    sign = "rows"
    written = "rows({u}, {v})"
    passed_back = (
        Text("{g} added to the rows that were picked", "{g} 加到被取出的行"),
        Text("nothing", "无"),
    )
    whole_inputs = (1,)

    def value(self, *inputs: FloatArray, **settings: int) -> FloatArray:
        """Return w."""
        table, places = inputs
        return table[places.astype(int).ravel()]

    def pull_back(
        self, g: FloatArray, inputs: Sequence[FloatArray], w: FloatArray, **settings: int
    ) -> tuple[FloatArray, ...]:
        """Return what goes to each input."""
        table, places = inputs
        found = np.zeros_like(table)
        np.add.at(found, places.astype(int).ravel(), g)  # a row picked twice gets both
        return found, np.zeros_like(places)
