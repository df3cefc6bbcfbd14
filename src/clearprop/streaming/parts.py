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

    def draw(self) -> "Draws":
        """Return what draws the parts of all rows, from the first to the last."""
        return Draws(self, np.random.default_rng([self.seed, 1]))


@dataclass(frozen=True)
class Draws:
    """Draws the parts of the next rows.

    Attributes
    ----------
    shares : PartOfRows
    random : Generator
    """

    shares: PartOfRows
    random: np.random.Generator

    def next(self, rows: int) -> Parts:
        """Return the part of each of the next `rows` rows."""
        draw = self.random.random(rows)
        held_back = np.where(draw < self.shares.validation, VALIDATION, TEST)
        train = draw >= self.shares.validation + self.shares.test
        return np.where(train, TRAIN, held_back).astype(np.uint8)
