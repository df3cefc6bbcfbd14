"""The standard deviation of a prediction, as numbers and steps that a target can write.

    σ²ₖ = sₖ² Σᵣ wᵣ (‖Fᵣ Jᵣₖᵀ(x̃)‖² + (mᵣₖ(x̃) − m̄ₖ)² + νᵣ)        x̃ = (x − shift) ⊙ rate

Each start r of Bayesian regularisation has parameters in scaled units, outputs m, the variance ν of
its noise, and F = L⁻¹ of the Cholesky factor A = L Lᵀ of its posterior precision, so that
‖F Jᵀ‖² = J A⁻¹ Jᵀ; J is one backward pass. s is the size of a scaled unit of the target.

Source: as for `clearprop.training.posterior`.
"""

from dataclasses import dataclass

import numpy as np

from clearprop._errors import invalid_argument
from clearprop._typing import FloatArray
from clearprop.backprop.structure import Layer
from clearprop.training.posterior import Laplace, Posterior

MAX_NUMBERS = 1_000_000
"""Numbers of all the factors at most; more make a file that nobody compiles."""


@dataclass(frozen=True, eq=False)
class Member:
    """One start.

    Attributes
    ----------
    layers : tuple of (Layer, W, b)
        In scaled units.
    weight : float
        Of the mixture.
    factor : array of shape (P, P) or None
        F, lower triangular; None for parameters that are taken for certain.
    """

    layers: tuple[tuple[Layer, FloatArray, FloatArray], ...]
    weight: float
    factor: FloatArray | None


@dataclass(frozen=True, eq=False)
class Deviation:
    """What the standard deviation of a prediction is computed from.

    Attributes
    ----------
    shift, rate : array of shape (n₀,)
    members : tuple of Member
    noise : float
        Σᵣ wᵣ νᵣ.
    spread : array of shape (K,)
        s.
    """

    shift: FloatArray
    rate: FloatArray
    members: tuple[Member, ...]
    noise: float
    spread: FloatArray

    @classmethod
    def of(cls, posterior: Posterior | None) -> "Deviation":
        """Return what an export needs of a posterior.

        Raises
        ------
        InputError
            If there is none, a layer's units depend on each other, or it is too large for a file.
        """
        if posterior is None:
            why = "only a regression that Bayesian regularisation trained knows it."
            hint = "solver='bayesian_regularization', or no standard deviation."
            raise invalid_argument("std", True, why, hint)
        starts, weights = posterior.members, posterior.weights
        hidden = [layer for start in starts for layer in start.network.layers[:-1]]
        outputs = [start.network.layers[-1] for start in starts]
        if not all(layer.activation.elementwise for layer in hidden) or not all(
            layer.activation.is_identity for layer in outputs
        ):
            why = "it is written for networks whose units have functions of their own."
            raise invalid_argument("std", True, why, "another activation.")
        known = [start for start in starts if isinstance(start, Laplace)]
        numbers = sum(start.theta.size * (start.theta.size + 1) // 2 for start in known)
        if numbers > MAX_NUMBERS:
            why = f"it takes {numbers} numbers, of P² / 2 for P parameters a start."
            raise invalid_argument("std", True, why, f"fewer hidden units: up to {MAX_NUMBERS}.")
        first = starts[0]
        members = []
        for start, weight in zip(starts, weights.tolist(), strict=True):
            pairs = start.network.parameters(start.theta).layers
            layers = tuple(
                (layer, W, b) for layer, (W, b) in zip(start.network.layers, pairs, strict=True)
            )
            members.append(Member(layers, weight, _inverse(start)))
        noise = float(np.average([start.noise for start in starts], weights=weights))
        inputs = first.inputs
        return cls(inputs.shift, inputs.rate, tuple(members), noise, first.targets.spread)

    @property
    def depth(self) -> int:
        """The number of layers of the deepest member."""
        return max(len(member.layers) for member in self.members)

    @property
    def hidden(self) -> list[Layer]:
        """The hidden layers of the deepest member, whose activations all members share."""
        deepest = max(self.members, key=lambda member: len(member.layers))
        return [layer for layer, _, _ in deepest.layers[:-1]]


def _inverse(start: object) -> FloatArray | None:
    """Return the inverse of a start's Cholesky factor; None for one without a distribution."""
    if not isinstance(start, Laplace):
        return None
    from scipy.linalg import solve_triangular

    return np.tril(solve_triangular(start.factor, np.eye(len(start.factor)), lower=True))
