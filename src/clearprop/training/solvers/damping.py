"""Damping by the gain ratio: how far a Gauss-Newton step is trusted."""

from dataclasses import dataclass


@dataclass
class Damping:
    """μ of (G + μD) s = −g; it follows how well the quadratic model foretells the objective.

    After a step whose fall is ρ times the predicted one, μ is multiplied by
    max(1/3, 1 − (2ρ − 1)³); after one that is refused by 2, 4, 8 … in a row.

    Source: Nielsen, "Damping parameter in Marquardt's method", report IMM-REP-1999-05, 1999,
    equation (2.5).
    """

    mu: float
    least: float = 1e-20
    growth: float = 2.0

    def accept(self, ratio: float) -> None:
        """Take note of a step that was taken with the gain ratio ρ."""
        self.mu = max(self.mu * max(1 / 3, 1 - (2 * ratio - 1) ** 3), self.least)
        self.growth = 2.0

    def increase(self) -> None:
        """Take note of a step that was refused."""
        self.mu *= self.growth
        self.growth *= 2
