"""The evidence framework: precisions of parameters and noise, estimated from the data.

The parameters are taken to be drawn from N(0, 1/α) and the targets from exp(−β ℓ). Then

    M(θ) = β Σₙ ℓₙ + ½ Σₚ αₚ θₚ²       A = β G + diag(α)       γ = P − Σₚ αₚ (A⁻¹)ₚₚ
    ln p(data) = −M + ½ Σₚ ln αₚ − ½ ln |A| + the constant of the noise

and the most probable α and β obey α = γ / Σ θ² in every group and β = (N K − γ) / (2 Σ ℓ).

Source: MacKay, "A practical Bayesian framework for backpropagation networks", Neural Computation
4, 1992, equations (2.17)-(2.22); for classification: MacKay, "The evidence framework applied to
classification networks", 1992.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt

from clearprop._errors import unknown_name
from clearprop._typing import FloatArray
from clearprop.backprop.structure import Parameters
from clearprop.network.penalized_loss import PenalizedLoss

Grouping = Literal["weights", "layers", "inputs"]
GROUPINGS = ("weights", "layers", "inputs")
MIN_ALPHA, MAX_ALPHA = 1e-6, 1e8
"""Bounds of α: a group whose weights vanish would drive it to infinity."""
FREE = 1e-3
"""The α of output biases in units of their group's: targets need not lie around 0."""


@dataclass(frozen=True)
class Prior:
    """Groups of parameters that share an α.

    Attributes
    ----------
    groups : array of int, shape (P,)
        The number of each parameter's group.
    scale : array of shape (P,)
        α of each parameter in units of its group's: the fan-in for weights.
    """

    groups: npt.NDArray[np.intp]
    scale: FloatArray

    @staticmethod
    @lru_cache(maxsize=16)
    def of(sizes: tuple[int, ...], grouping: Grouping = "weights") -> "Prior":
        """Return the prior of a network of these sizes.

        Weights are scaled by their fan-in, so that every unit's weighted sum is expected to have
        the same size. ``"weights"`` has one α for all weights and one for all biases,
        ``"layers"`` these two for each layer, and ``"inputs"`` besides one α for the weights of
        each input (automatic relevance determination).

        Raises
        ------
        InputError
            If the grouping is not known.
        """
        if grouping not in GROUPINGS:
            raise unknown_name("groups", grouping, GROUPINGS)
        groups, scale = Parameters(sizes), Parameters(sizes)
        for layer, (W, b) in enumerate(groups.layers):
            W[:], b[:] = (2 * layer, 2 * layer + 1) if grouping != "weights" else (0, 1)
        if grouping == "inputs":
            groups["W1"][:] = 2 * len(sizes) + np.arange(sizes[0])[:, None]
        for W, b in scale.layers:
            W[:], b[:] = W.shape[0], 1.0
        scale.layers[-1][1][:] = FREE
        numbers = np.unique(groups.vector, return_inverse=True)[1]
        return Prior(numbers.astype(np.intp), scale.vector)

    def precision(self, alpha: FloatArray) -> FloatArray:
        """Return the α of every parameter, shape (P,), from those of the groups."""
        return alpha[self.groups] * self.scale

    def sums(self, values: FloatArray) -> FloatArray:
        """Return the sums of `values`, shape (P,), over each group."""
        return np.bincount(self.groups, values)


@dataclass(frozen=True)
class Hyperparameters:
    """α and β as they are estimated, and the evidence for them.

    Attributes
    ----------
    alpha : array of shape (groups,)
        α of each group.
    beta : float
        β of the noise exp(−β ℓ); 1 where the loss leaves nothing to estimate.
    precision : array of shape (P,)
        α of each parameter.
    effective_parameters : float
        γ, between 0 and P.
    log_evidence : float
        ln p(data).
    """

    alpha: FloatArray
    beta: float
    precision: FloatArray
    effective_parameters: float
    log_evidence: float


@dataclass(frozen=True)
class Noise:
    """The noise of the targets, and how many there are.

    Attributes
    ----------
    rows : float
        N, the sum of the sample weights.
    outputs : int
        K.
    factor : float
        c in Σₙ ℓₙ = c L: N for a mean, 1 for a sum.
    curvature : float, optional
        κ where ℓ is κ ½ Σₖ r²: then β is estimated. Without it β is 1.
    """

    rows: float
    outputs: int
    factor: float
    curvature: float | None

    @staticmethod
    def of(objective: PenalizedLoss) -> "Noise":
        """Return the noise of an objective's loss."""
        rows, network = objective.samples, objective.network
        factor = rows if network.reduction == "mean" else 1.0
        return Noise(rows, network.outputs, factor, network.loss_rule.constant_curvature)

    def beta(self, loss: float, effective_parameters: float) -> float:
        """Return β for the data loss L."""
        if self.curvature is None:
            return 1.0
        targets = self.rows * self.outputs
        left = max(targets - effective_parameters, 1e-3 * targets)
        least = np.finfo(np.float64).eps ** 2 * targets
        return left / max(2 * self.factor * loss, least)

    def expected_loss(self, loss: float, effective_parameters: float) -> float:
        """Return the data loss to expect of rows that did not train, per target or per row.

        For squared errors L / (1 − γ / (N K))², generalised cross-validation; for a likelihood
        L + γ / N. Both are infinite where no target is left over.

        Source: Golub, Heath, Wahba, "Generalized cross-validation as a method for choosing a good
        ridge parameter", Technometrics 21, 1979; Moody, "The effective number of parameters",
        NIPS 4, 1992.
        """
        mean = self.factor * loss / self.rows
        if self.curvature is None:
            return mean + effective_parameters / self.rows
        left = 1 - effective_parameters / (self.rows * self.outputs)
        return mean / left**2 if left > 0 else np.inf

    def log_constant(self, beta: float) -> float:
        """Return the logarithm of what normalises exp(−β ℓ) over all targets."""
        if self.curvature is None:
            return 0.0
        return 0.5 * self.rows * self.outputs * float(np.log(beta * self.curvature / (2 * np.pi)))


def update(
    prior: Prior,
    noise: Noise,
    old: Hyperparameters,
    theta: FloatArray,
    loss: float,
    inverse_diagonal: FloatArray,
    log_determinant: float,
) -> Hyperparameters:
    """Return the hyperparameters that θ suggests, where A⁻¹ has this diagonal and A this ln |A|.

    α and β are those that follow from the old ones; the evidence is that of the old ones.
    """
    precision = old.precision
    count = np.bincount(prior.groups)
    gamma = np.maximum(count - prior.sums(precision * inverse_diagonal), 1e-9)
    squares = prior.sums(prior.scale * theta * theta)
    misfit = old.beta * noise.factor * loss + 0.5 * float(precision @ (theta * theta))
    log_evidence = (
        -misfit
        + 0.5 * float(np.log(precision).sum())
        - 0.5 * log_determinant
        + noise.log_constant(old.beta)
    )
    alpha = np.clip(gamma / np.maximum(squares, 1e-300), MIN_ALPHA, MAX_ALPHA)
    total = float(gamma.sum())
    return replace(
        old,
        alpha=alpha,
        beta=noise.beta(loss, total),
        precision=prior.precision(alpha),
        effective_parameters=total,
        log_evidence=log_evidence,
    )
