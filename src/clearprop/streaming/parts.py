"""The part of each row, drawn while rows pass by: training, validation or test."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

TRAIN, VALIDATION, TEST = 0, 1, 2
Parts = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class PartOfRows:
    """The shares of the rows that are held back.

    Attributes
    ----------
    validation, test : float
        From 0 to below 1.
    seed : int
        The same seed gives a row the same part in every pass.
    """

    validation: float
    test: float
    seed: int

    def of(self, start: int, rows: int) -> Parts:
        """Return the part of each of `rows` rows, of which the first has the number `start`."""
        bits = np.random.PCG64(np.random.SeedSequence([self.seed, 1])).advance(start)
        draw = np.random.Generator(bits).random(rows)  # one step of the bits for each row
        held_back = np.where(draw < self.validation, VALIDATION, TEST)
        train = draw >= self.validation + self.test
        return np.where(train, TRAIN, held_back).astype(np.uint8)
