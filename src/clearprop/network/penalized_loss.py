"""What a solver minimises: a loss that is a sum over rows, and an L2 penalty on θ.

    E(θ) = L(θ) + ½ Σₚ λₚ θₚ²,      L(θ) = Σₙ cₙ ℓₙ(θ)

Where the rows are, in memory, on disk, on a device or on other machines, a solver does not know.
"""

from abc import ABC, abstractmethod
from copy import copy
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt

from clearprop._errors import invalid_argument
from clearprop._typing import FloatArray
from clearprop._validation import as_numbers, diagonal_of
from clearprop.backprop.structure import weight_mask
from clearprop.network.network import Network


class PenalizedLoss(ABC):
    """E(θ), its gradient and its Gauss-Newton matrix, from what the rows add to each.

    Attributes
    ----------
    network : Network
    penalty : array of shape (P,)
        λ ≥ 0 of every parameter.
    """

    if TYPE_CHECKING:  # fields, which are given once

        @property
        def network(self) -> Network:
            """What is trained."""
            ...

        @property
        def penalty(self) -> FloatArray:
            """λ of every parameter, shape (P,)."""
            ...

    @property
    @abstractmethod
    def rows(self) -> int:
        """M, the rows."""

    @property
    @abstractmethod
    def samples(self) -> float:
        """N, the rows as they count: the sum of their weights."""

    @property
    @abstractmethod
    def target_variance(self) -> float:
        """The variance of all targets."""

    @property
    @abstractmethod
    def input_ranges(self) -> tuple[FloatArray, FloatArray]:
        """The least and the greatest of each input, each of shape (n₀,)."""

    @abstractmethod
    def data_loss(self, theta: FloatArray) -> float:
        """Return L, without the penalty."""

    @abstractmethod
    def data_gradient(self, theta: FloatArray) -> tuple[float, FloatArray]:
        """Return L and ∂L/∂θ, shape (P,)."""

    @abstractmethod
    def data_gauss_newton(self, theta: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        """Return L, ∂L/∂θ and the Gauss-Newton matrix of L, (P, P), which is the caller's."""

    @abstractmethod
    def second_directional_derivative(
        self, theta: FloatArray, direction: FloatArray, length: float = 0.1
    ) -> FloatArray | None:
        """Return Σₙ cₙ Jₙᵀ Hₙ fₙ″, shape (P,), with f″ the outputs' second derivative along a line.

        f″ is the second difference of the outputs at θ and at θ ± `length` · direction. H must not
        depend on the outputs: None for losses other than squared errors.
        """

    def penalty_value(self, theta: FloatArray) -> float:
        """Return ½ Σ λ θ²."""
        return 0.5 * float(self.penalty @ (theta * theta))

    def value(self, theta: FloatArray) -> float:
        """Return E."""
        return self.data_loss(theta) + self.penalty_value(theta)

    def gradient(self, theta: FloatArray) -> tuple[float, FloatArray]:
        """Return E and ∂E/∂θ, shape (P,)."""
        value, gradient = self.data_gradient(theta)
        return self.penalty_value(theta) + value, self.penalty * theta + gradient

    def gauss_newton(self, theta: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        """Return E, ∂E/∂θ (P,) and the Gauss-Newton matrix of E, (P, P), with λ on its diagonal."""
        value, gradient, matrix = self.data_gauss_newton(theta)
        diagonal_of(matrix)[:] += self.penalty
        return value + self.penalty_value(theta), gradient + self.penalty * theta, matrix

    def with_penalty(self, penalty: npt.ArrayLike) -> Self:
        """Return the same objective with another λ; the data are not checked again."""
        return self._but(penalty=penalty_vector(self.network, penalty))

    def of_rows(self, rows: npt.NDArray[np.intp]) -> Self:
        """Return the objective over some of the rows, with the part of the penalty they carry.

        A mean carries the whole penalty, a sum the share that these rows are of all.

        Raises
        ------
        InputError
            Where rows cannot be picked one by one.
        """
        why = "a step from some rows picks them one by one, and these rows come in chunks."
        raise invalid_argument("batch_size", len(rows), why, "leave it out.")

    def _but(self, **checked: Any) -> Self:
        changed = copy(self)
        for name, value in checked.items():
            object.__setattr__(changed, name, value)
        return changed


def penalty_vector(network: Network, penalty: npt.ArrayLike) -> FloatArray:
    """Return λ for every parameter, shape (P,); a single number holds for weights only.

    Raises
    ------
    InputError
        If a λ is negative or not finite, or there is not one for every parameter.
    """
    given = as_numbers("penalty", penalty, network.dtype)
    if not np.isfinite(given).all() or (given < 0).any():
        raise invalid_argument(
            "penalty", penalty, "it must be finite and at least 0.", "penalty=1e-4."
        )
    if given.ndim == 0:
        return given * weight_mask(network.sizes)
    if given.shape != (network.parameter_count,):
        why = f"the network has {network.parameter_count} parameters."
        raise invalid_argument("penalty", given.shape, why, "a single number.")
    return given
