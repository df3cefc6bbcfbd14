"""From the columns of a table to the numbers that a network is trained on."""

from dataclasses import dataclass

import numpy as np

from clearprop._typing import FloatArray
from clearprop.data import Encoding, Target
from clearprop.streaming.parts import PartOfRows, Parts
from clearprop.streaming.portions import Portion
from clearprop.streaming.survey import rows_with
from clearprop.training.scaling import Scaling


@dataclass(frozen=True)
class Encoder:
    """Encodes and scales the rows of a portion, wherever that is.

    Attributes
    ----------
    encoding : Encoding
    target : Target
    scalings : pair of Scaling
        Of inputs and targets.
    parts : PartOfRows
    """

    encoding: Encoding
    target: Target
    scalings: tuple[Scaling, Scaling]
    parts: PartOfRows

    @property
    def columns(self) -> list[str]:
        """The columns that are looked at."""
        inputs = [column.name for column in self.encoding.columns]
        return [*dict.fromkeys([*inputs, *self.target.names])]

    @property
    def width(self) -> int:
        """n₀ + K."""
        return len(self.encoding.features) + self.target.outputs

    def rows(self, portion: Portion, start: int) -> tuple[FloatArray, Parts]:
        """Return inputs and targets side by side, (rows, n₀ + K), and the part of each row.

        They are the rows with a target, in single precision; `start` is the number of the first.

        Raises
        ------
        InputError
            If a value cannot stand in its column.
        """
        numbers = [np.empty((0, self.width), "<f4")]
        parts = [np.empty(0, np.uint8)]
        for table in portion:
            part, known = self.parts.of(start, len(table)), rows_with(table, self.target.names)
            start += len(table)
            if not len(known):
                continue
            given = table if len(known) == len(table) else table.take(known)
            X = self.scalings[0].apply(self.encoding.matrix(given))
            Y = self.scalings[1].apply(self.target.encode(given))
            numbers.append(np.hstack([X, Y]).astype("<f4"))
            parts.append(part[known])
        return np.concatenate(numbers), np.concatenate(parts)
