"""What Bayesian regularisation leaves to be believed: predictions with standard deviations.

    p(θ) ≈ N(θ̂, A⁻¹)       var f(x) = J(x) A⁻¹ J(x)ᵀ       var y = var f(x) + 1/(β κ)

Several starts make a mixture: its variance is the mean of theirs and the variance of their means.

Source: MacKay, "A practical Bayesian framework for backpropagation networks", 1992, section 5;
for the mixture: Lakshminarayanan, Pritzel, Blundell, "Simple and scalable predictive uncertainty
estimation using deep ensembles", 2017, section 2.4.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from clearprop.arrays import as_matrix
from clearprop.backprop.reference import row_slices
from clearprop.network import DEFAULT_MEMORY, Network
from clearprop.objective import Objective
from clearprop.structure import FloatArray
from clearprop.training.scaling import Scaling
from clearprop.training.solvers.belief import Belief, Noise
from clearprop.training.solvers.curvature import Cholesky, QuadraticModel, one_blas_thread

MOST_LEVERAGE = 0.95
"""A leverage nearer to 1 says that the linear approximation no longer holds."""


@dataclass(frozen=True)
class Laplace:
    """A normal distribution around the most probable parameters of one start."""

    network: Network
    theta: FloatArray
    """θ̂ in the scaled variables, shape (P,)."""
    factor: FloatArray
    """Lower Cholesky factor of A, shape (P, P)."""
    noise: float
    """1/(β κ), the variance of the noise in scaled units."""
    inputs: Scaling
    targets: Scaling

    @staticmethod
    def at(
        objective: Objective, theta: FloatArray, belief: Belief, inputs: Scaling, targets: Scaling
    ) -> "Laplace | None":
        """Return the distribution around θ; None for classification or a singular A."""
        noise = Noise.of(objective)
        if noise.curvature is None or objective.network.layers[-1].activation.name != "identity":
            return None
        units = belief.beta * noise.factor
        with one_blas_thread():
            model = QuadraticModel.at(objective.with_penalty(0.0), theta)
            factored = model.damped(belief.precision / units)
        if factored is None:
            return None
        factor = np.tril(factored.factor) * np.sqrt(units)
        variance = 1 / (belief.beta * noise.curvature)
        return Laplace(objective.network, theta, factor, variance, inputs, targets)

    def moments(self, X: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return mean and variance of the function at raw inputs, each (m, K), in raw units."""
        scaled = self.inputs.apply(X)
        mean = self.network.forward(self.theta, scaled)
        variance, solve = np.zeros_like(mean), Cholesky(np.asfortranarray(self.factor)).solve
        with one_blas_thread():
            for rows in row_slices(len(X), 16 * mean.shape[1] * self.theta.size, DEFAULT_MEMORY):
                J = self.network.jacobian(self.theta, scaled[rows])
                flat = J.reshape(-1, self.theta.size)
                solved = solve(np.asfortranarray(flat.T)).T
                variance[rows] = np.einsum("rp,rp->r", flat, solved).reshape(J.shape[:2])
        spread = self.targets.spread
        return self.targets.undo(mean), variance * spread**2

    @property
    def noise_variance(self) -> FloatArray:
        """The variance of the noise of each output, shape (K,), in raw units squared."""
        return self.noise * self.targets.spread**2


@dataclass(frozen=True)
class Posterior:
    """The mixture of the starts that were kept."""

    members: tuple[Laplace, ...]

    def mean(self, X: npt.ArrayLike) -> FloatArray:
        """Return the mean of the function at raw inputs X (m, n₀), shape (m, K)."""
        return self._moments(X)[0].mean(axis=0)

    def std(self, X: npt.ArrayLike, noise: bool = True) -> FloatArray:
        """Return the standard deviation of a new observation at raw inputs, shape (m, K).

        In the units of the raw targets; with ``noise=False`` that of the function only.
        """
        means, variances = self._moments(X)
        variance = variances.mean(axis=0) + means.var(axis=0)
        if noise:
            variance = variance + np.mean(
                [member.noise_variance for member in self.members], axis=0
            )
        return np.sqrt(variance)

    def left_out_residuals(
        self, X: npt.ArrayLike, Y: FloatArray, weights: FloatArray | None = None
    ) -> FloatArray:
        """Return the residuals that training rows would have, had each not been trained on.

        (y − f) / (1 − h) of every start, averaged over the starts; h = w J A⁻¹ Jᵀ β κ is the
        leverage of a row of weight w. Exact for a linear network with fixed α and β, else near.
        Shape (m, K), in raw units.
        """
        counted = np.ones(len(Y)) if weights is None else weights
        means, variances = self._moments(X)
        noise = np.stack([member.noise_variance for member in self.members])[:, None, :]
        leverage = variances / np.where(noise > 0, noise, 1.0) * counted[:, None]
        return ((Y - means) / (1 - np.minimum(leverage, MOST_LEVERAGE))).mean(axis=0)

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return all of it as arrays, for a model file; of each factor the lower triangle."""
        first = self.members[0]
        lower = np.tril_indices(first.theta.size)
        return {
            "sizes": np.array(first.network.sizes),
            "theta": np.stack([member.theta for member in self.members]),
            "factor": np.stack([member.factor[lower] for member in self.members]),
            "noise": np.array([member.noise for member in self.members]),
            "inputs": np.stack([first.inputs.shift, first.inputs.rate]),
            "targets": np.stack([first.targets.shift, first.targets.rate]),
        }

    @staticmethod
    def from_arrays(network: Network, arrays: Mapping[str, npt.NDArray[Any]]) -> "Posterior":
        """Return the posterior that `arrays` came from; `network` is the trained one.

        Raises
        ------
        ValueError, KeyError
            If an array is missing, does not fit the others, or holds what is no finite number.
        """
        from clearprop.structure import Layer

        sizes = tuple(arrays["sizes"].tolist())
        pairs = zip(sizes[1:], network.layers, strict=True)
        member = network.with_layers([Layer(count, layer.activation) for count, layer in pairs])
        P, R = member.parameter_count, len(arrays["noise"])
        shapes = {
            "sizes": (len(network.sizes),),
            "theta": (R, P),
            "factor": (R, P * (P + 1) // 2),
            "noise": (R,),
            "inputs": (2, network.inputs),
            "targets": (2, network.outputs),
        }
        for name, shape in shapes.items():
            if arrays[name].shape != shape or not np.isfinite(arrays[name]).all():
                raise ValueError(f"{name} has another shape, or holds what is no finite number.")
        if member.sizes != sizes or R == 0:
            raise ValueError("the posterior belongs to another network.")
        inputs, targets = Scaling(*arrays["inputs"]), Scaling(*arrays["targets"])
        lower, starts = np.tril_indices(P), []
        for theta, triangle, noise in zip(
            arrays["theta"], arrays["factor"], arrays["noise"], strict=True
        ):
            factor = np.zeros((P, P))
            factor[lower] = triangle
            starts.append(Laplace(member, theta, factor, float(noise), inputs, targets))
        return Posterior(tuple(starts))

    def _moments(self, X: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
        network = self.members[0].network
        raw = as_matrix("X", X, network.inputs, network.dtype)
        moments: Sequence[tuple[FloatArray, FloatArray]] = [
            member.moments(raw) for member in self.members
        ]
        return np.stack([mean for mean, _ in moments]), np.stack([var for _, var in moments])
