"""Damping by the gain ratio: how far a Gauss-Newton step is trusted."""

from dataclasses import dataclass

MIN_DAMPING = 1e-20


@dataclass(frozen=True)
class Damping:
    """μ of (G + μD) s = −g; it follows how well the quadratic model predicts the objective.

    After a step whose decrease is ρ times the predicted one, μ is multiplied by
    max(1/3, 1 − (2ρ − 1)³); after one that is refused by 2, 4, 8 … in a row.

    Source: Nielsen, "Damping parameter in Marquardt's method", report IMM-REP-1999-05, 1999,
    equation (2.5).

    Attributes
    ----------
    mu : float
        μ.
    growth : float
        What μ is multiplied by when the next step is refused.
    """

    mu: float
    growth: float = 2.0

    def after_acceptance(self, ratio: float) -> "Damping":
        """Return the damping after a step that was taken with the gain ratio ρ."""
        return Damping(max(self.mu * max(1 / 3, 1 - (2 * ratio - 1) ** 3), MIN_DAMPING))

    def after_refusal(self) -> "Damping":
        """Return the damping after a step that was refused."""
        return Damping(self.mu * self.growth, 2 * self.growth)
