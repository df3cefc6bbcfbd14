"""Mean, spread and range of numbers that pass by, portion by portion."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Moments:
    """Count, mean, squares and range of some numbers.

    Attributes
    ----------
    count : int
    mean : float
    squares : float
        Σ (x − mean)².
    low, high : float
    """

    count: int = 0
    mean: float = 0.0
    squares: float = 0.0
    low: float = math.inf
    high: float = -math.inf

    @staticmethod
    def of(values: npt.NDArray[np.float64]) -> "Moments":
        """Return those of finite numbers, shape (rows,)."""
        if not len(values):
            return Moments()
        mean = float(values.mean())
        squares = float(((values - mean) ** 2).sum())
        return Moments(len(values), mean, squares, float(values.min()), float(values.max()))

    @staticmethod
    def of_shares(ones: int, count: int) -> "Moments":
        """Return those of `count` numbers, of which `ones` are 1 and the others 0."""
        share = ones / max(count, 1)
        low, high = float(ones == count), float(ones > 0)
        return Moments(count, share, count * share * (1 - share), low, high)

    def __add__(self, other: "Moments") -> "Moments":
        """Return those of the numbers of both.

        Source: T. F. Chan, G. H. Golub, R. J. LeVeque, "Algorithms for computing the sample
        variance", The American Statistician 37 (1983), equation (1.5).
        """
        if not self.count or not other.count:
            return other if other.count else self
        total, apart = self.count + other.count, other.mean - self.mean
        part = other.count / total
        return Moments(
            total,
            self.mean + apart * part,
            self.squares + other.squares + apart**2 * self.count * part,
            min(self.low, other.low),
            max(self.high, other.high),
        )

    @property
    def is_constant(self) -> bool:
        """Whether all numbers are equal."""
        return self.low >= self.high

    @property
    def spread(self) -> float:
        """The standard deviation."""
        return math.sqrt(self.squares / self.count) if self.count else 0.0

    def with_more_of_the_mean(self, count: int) -> "Moments":
        """Return the moments after `count` more numbers that are the mean."""
        return Moments(self.count + count, self.mean, self.squares, self.low, self.high)
