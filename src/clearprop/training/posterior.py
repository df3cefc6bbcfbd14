"""The posterior of Bayesian regularisation: predictions with standard deviations.

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

from clearprop._typing import FloatArray
from clearprop._validation import as_matrix
from clearprop.backprop.reference import row_slices
from clearprop.backprop.structure import Layer, Parameters
from clearprop.network.network import DEFAULT_MEMORY, Network
from clearprop.network.penalized_loss import PenalizedLoss
from clearprop.training.blas import one_blas_thread
from clearprop.training.scaling import Scaling, unfold
from clearprop.training.solvers.curvature import Cholesky, QuadraticModel
from clearprop.training.solvers.evidence import Hyperparameters, Noise

CERTAIN = "certain."
"""The beginning of the names of arrays that belong to starts without a distribution."""


@dataclass(frozen=True)
class Start:
    """One start whose parameters are taken for certain.

    Attributes
    ----------
    network : Network
    theta : array of shape (P,)
        θ̂ in the scaled variables.
    noise : float
        1/(β κ), the variance of the noise in scaled units.
    inputs, targets : Scaling
    """

    network: Network
    theta: FloatArray
    noise: float
    inputs: Scaling
    targets: Scaling

    @staticmethod
    def of(
        network: Network, parameters: Parameters, noise: float, inputs: Scaling, targets: Scaling
    ) -> "Start":
        """Return the start whose parameters for raw inputs and outputs these are."""
        return Start(network, unfold(parameters, inputs, targets).vector, noise, inputs, targets)

    def moments(self, X: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return mean and variance of the function at raw inputs, each (m, K), in raw units."""
        mean = self.network.forward(self.theta, self.inputs.apply(X))
        return self.targets.undo(mean), np.zeros_like(mean)

    @property
    def noise_variance(self) -> FloatArray:
        """The variance of the noise of each output, shape (K,), in raw units squared."""
        return self.noise * self.targets.spread**2


@dataclass(frozen=True)
class Laplace(Start):
    """A normal distribution around the most probable parameters of one start.

    Attributes
    ----------
    factor : array of shape (P, P)
        Lower Cholesky factor of A.
    """

    factor: FloatArray

    @staticmethod
    def at(
        objective: PenalizedLoss,
        theta: FloatArray,
        hyperparameters: Hyperparameters,
        inputs: Scaling,
        targets: Scaling,
    ) -> "Laplace | None":
        """Return the distribution around θ; None for classification or a singular A."""
        noise = Noise.of(objective)
        if noise.curvature is None or not objective.network.layers[-1].activation.is_identity:
            return None
        units = hyperparameters.beta * noise.factor
        with one_blas_thread():
            model = QuadraticModel.at(objective.with_penalty(0.0), theta)
            factored = model.factored(hyperparameters.precision / units)
        if factored is None:
            return None
        factor = np.tril(factored.factor) * np.sqrt(units)
        variance = 1 / (hyperparameters.beta * noise.curvature)
        return Laplace(objective.network, theta, variance, inputs, targets, factor)

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


@dataclass(frozen=True)
class Posterior:
    """The mixture of the starts of an ensemble.

    Attributes
    ----------
    members : tuple of Start
        Those with a distribution come first.
    share : float, default=1
        The weight of those with a distribution together; the others share the rest.
    """

    members: tuple[Start, ...]
    share: float = 1.0

    @property
    def weights(self) -> FloatArray:
        """The weight of each member, shape (R,); they add up to 1."""
        known = np.array([isinstance(member, Laplace) for member in self.members])
        if known.all() or not known.any():
            return np.full(len(known), 1 / len(known))
        return np.where(known, self.share / known.sum(), (1 - self.share) / (~known).sum())

    def mean(self, X: npt.ArrayLike) -> FloatArray:
        """Return the mean of the function at raw inputs X (m, n₀), shape (m, K)."""
        return np.average(self._moments(X)[0], axis=0, weights=self.weights)

    def std(self, X: npt.ArrayLike, noise: bool = True) -> FloatArray:
        """Return the standard deviation of a new observation at raw inputs, shape (m, K).

        In the units of the raw targets; with ``noise=False`` that of the function only.
        """
        means, variances = self._moments(X)
        weights = self.weights
        mean = np.average(means, axis=0, weights=weights)
        variance = np.average(variances + (means - mean) ** 2, axis=0, weights=weights)
        if noise:
            each = [member.noise_variance for member in self.members]
            variance = variance + np.average(each, axis=0, weights=weights)
        return np.sqrt(variance)

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return all of it as arrays, for a model file; of each factor the lower triangle.

        The names of what belongs to starts without a distribution begin with "certain.".
        """
        first = self.members[0]
        known = [member for member in self.members if isinstance(member, Laplace)]
        certain = [member for member in self.members if not isinstance(member, Laplace)]
        arrays = {
            "inputs": np.stack([first.inputs.shift, first.inputs.rate]),
            "targets": np.stack([first.targets.shift, first.targets.rate]),
        }
        if known:
            lower = np.tril_indices(known[0].theta.size)
            arrays |= _points(known)
            arrays["factor"] = np.stack([member.factor[lower] for member in known])
        if certain:
            arrays |= {CERTAIN + name: array for name, array in _points(certain).items()}
            arrays["share"] = np.array(self.share)
        return arrays

    @staticmethod
    def from_arrays(network: Network, arrays: Mapping[str, npt.NDArray[Any]]) -> "Posterior":
        """Return the posterior that `arrays` came from; `network` is the trained one.

        Raises
        ------
        ValueError, KeyError
            If an array is missing, does not fit the others, or holds what is no finite number.
        """
        scalings = {"inputs": (2, network.inputs), "targets": (2, network.outputs)}
        for name, shape in scalings.items():
            _check(name, arrays[name], shape)
        inputs, targets = Scaling(*arrays["inputs"]), Scaling(*arrays["targets"])
        certain: list[Start] = []
        share = 1.0
        if CERTAIN + "theta" in arrays:
            _check("share", arrays["share"], ())
            share = float(arrays["share"])
            points = _points_from(network, arrays, CERTAIN)
            certain += [Start(*point, inputs, targets) for point in points]
            if not {"sizes", "theta", "noise", "factor"} & set(arrays):
                return Posterior(tuple(certain), share)
        known, points = [], _points_from(network, arrays, "")
        P = points[0][1].size
        _check("factor", arrays["factor"], (len(points), P * (P + 1) // 2))
        lower = np.tril_indices(P)
        for point, triangle in zip(points, arrays["factor"], strict=True):
            factor = np.zeros((P, P))
            factor[lower] = triangle
            known.append(Laplace(*point, inputs, targets, factor))
        return Posterior((*known, *certain), share)

    def _moments(self, X: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
        network = self.members[0].network
        raw = as_matrix("X", X, network.inputs, network.dtype)
        moments: Sequence[tuple[FloatArray, FloatArray]] = [
            member.moments(raw) for member in self.members
        ]
        return np.stack([mean for mean, _ in moments]), np.stack([var for _, var in moments])


def _points(members: Sequence[Start]) -> dict[str, npt.NDArray[Any]]:
    """Return sizes, parameters and noise of starts of one network as arrays."""
    return {
        "sizes": np.array(members[0].network.sizes),
        "theta": np.stack([member.theta for member in members]),
        "noise": np.array([member.noise for member in members]),
    }


def _points_from(
    network: Network, arrays: Mapping[str, npt.NDArray[Any]], begin: str
) -> list[tuple[Network, FloatArray, float]]:
    """Return network, parameters and noise of the starts that `_points` wrote down."""
    sizes, theta, noise = (arrays[begin + name] for name in ("sizes", "theta", "noise"))
    hidden = network.layers[:-1][: len(sizes) - 2]
    if len(hidden) != len(sizes) - 2:
        raise ValueError("the posterior has more layers than the network.")
    units = zip(sizes[1:-1].tolist(), hidden, strict=True)
    layers = [Layer(count, layer.activation) for count, layer in units]
    member = network.with_layers([*layers, network.layers[-1]])
    _check("sizes", sizes, (len(member.sizes),))
    if member.sizes != tuple(sizes.tolist()) or not len(noise):
        raise ValueError("the posterior belongs to another network.")
    _check("noise", noise, (len(noise),))
    _check("theta", theta, (len(noise), member.parameter_count))
    return [(member, *each) for each in zip(theta, noise.tolist(), strict=True)]


def _check(name: str, array: npt.NDArray[Any], shape: tuple[int, ...]) -> None:
    if array.shape != shape or not np.isfinite(array).all():
        raise ValueError(f"{name} has another shape, or holds what is no finite number.")
